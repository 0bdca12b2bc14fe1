"""What users say in English in many registers, labelled: `said_by_users.toml`, written while the rule was made."""

import tomllib
from pathlib import Path

from tests.quality.languages import Sentence, marked

_READ = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))

Pair = tuple[Sentence, Sentence]


def _pairs(name: str) -> tuple[Pair, ...]:
    return tuple((marked(first), marked(then)) for first, then in _READ[name])


STANDING: tuple[str, ...] = tuple(_READ["standing"])
"""Holds from now on."""

OTHERS: tuple[str, ...] = tuple(_READ["others"])
"""Looks like it, and does not."""

REPLACED = _pairs("replaced")
"""Of these the second alone holds."""

BESIDE = _pairs("beside")
"""Both hold."""

TAKEN_BACK: tuple[tuple[Sentence, str], ...] = tuple((marked(first), then) for first, then in _READ["taken_back"])
"""An instruction, and what voids it."""

KEPT: tuple[tuple[Sentence, str], ...] = tuple((marked(first), then) for first, then in _READ["kept"])
"""An instruction, and what only sounds as if it voided it."""
