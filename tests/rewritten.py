"""`python -m tests.rewritten` writes the bytecode of all tests, with their asserts rewritten, as pytest would.

Rewriting takes longer than all imports do. In a fresh checkout every process of a parallel run does it for itself, all
of them with the same file at the same time; here it is done once, before they begin.
"""

from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import pytest
from _pytest.assertion import install_importhook
from _pytest.assertion.rewrite import PYC_TAIL, _rewrite_test, _write_pyc, assertstate_key, get_cache_dir
from _pytest.config import get_config

TESTS = Path(__file__).parent


def rewrite(files: Iterable[Path]) -> None:
    """The bytecode of a file is written anew, if there was one."""
    config = get_config()
    install_importhook(config)
    try:
        for file in files:
            _rewrite(file, config)
    finally:
        config._ensure_unconfigure()


def rewritten(file: Path) -> Path:
    """Where pytest looks for its bytecode."""
    return get_cache_dir(file) / f"{file.stem}{PYC_TAIL}"


def _rewrite(file: Path, config: pytest.Config) -> None:
    target = rewritten(file)
    target.parent.mkdir(parents=True, exist_ok=True)
    source_hash, code = _rewrite_test(file, config)
    _write_pyc(config.stash[assertstate_key], code, source_hash, target)


if __name__ == "__main__":
    rewrite(chain(TESTS.rglob("test_*.py"), TESTS.rglob("conftest.py")))
