"""That pytest takes the bytecode of tests that was written before it began."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from _pytest.assertion import rewrite as of_pytest
from _pytest.assertion.rewrite import assertstate_key

from tests.rewritten import rewrite


def test_what_was_rewritten_before_pytest_rewrites_no_more(
    tmp_path: Path, pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "test_sums.py"
    file.write_text("def test_sum():\n    one, two = 1, 2\n    assert one + two == 4\n")
    rewrite([file])
    monkeypatch.delattr(of_pytest, "_rewrite_test")
    spec = spec_from_file_location("test_sums", file, loader=pytestconfig.stash[assertstate_key].hook)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    with pytest.raises(AssertionError, match=r"\(1 \+ 2\) == 4"):
        module.test_sum()
