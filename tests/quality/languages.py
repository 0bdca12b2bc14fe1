"""What people say in twelve languages: small talk, facts, instructions, requests, and remarks that sound like them.

Two sets of each: `developed` in `languages/*.toml`, which the summarizer was developed with, and `held_out/*.toml`,
which whoever works on it does not read. Square brackets mark the words that carry it: of an instruction or a request a
summary has to hold them, of a remark its instructions may not. `{v}` and `{old}` stand for a value and the one before
it, `#` for a digit.
"""

import random
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.quality import values

FOLDER = Path(__file__).parent / "languages"
HELD_OUT = Path(__file__).parent / "held_out"
LANGUAGES = tuple(sorted(file.stem for file in FOLDER.glob("*.toml")))

_MARKED = re.compile(r"\[([^]]+)\]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, and the words of it that have to be found again."""

    text: str
    probe: str


@dataclass(frozen=True, slots=True)
class Said:
    """One of the two sets of a language. Pairs are what is said first, and later."""

    instructions: tuple[Sentence, ...]
    replaced: tuple[tuple[Sentence, Sentence], ...]
    taken_back: tuple[tuple[Sentence, str], ...]
    requests: tuple[tuple[Sentence, str], ...]
    remarks: tuple[Sentence, ...]
    """What has the sound of a standing instruction and is none: habits, reports, what others are told, once only."""
    facts: Mapping[str, tuple[str, ...]]
    corrected: Mapping[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Language:
    name: str
    joint: str
    """What stands between two sentences."""
    amounts: tuple[str, ...]
    dates: tuple[str, ...]
    user: tuple[str, ...]
    assistant: tuple[str, ...]
    developed: Said
    held_out: Said

    def said(self, *, held_out: bool) -> Said:
        return self.held_out if held_out else self.developed

    def value(self, rng: random.Random, kind: str) -> str:
        """A value of a kind, amounts and dates as this language writes them."""
        shapes = {"amount": self.amounts, "date": self.dates}.get(kind)
        if shapes is None:
            return values.MAKERS[kind](rng)
        return re.sub("#", lambda _: str(rng.randint(1, 9)), rng.choice(shapes))


@cache
def language(code: str) -> Language:
    """FileNotFoundError if there is no such language."""
    read = _read(FOLDER, code)
    return Language(
        read["name"],
        read["joint"],
        tuple(read["amounts"]),
        tuple(read["dates"]),
        tuple(read["fillers"]["user"]),
        tuple(read["fillers"]["assistant"]),
        _said(read["developed"]),
        _said(_read(HELD_OUT, code)),
    )


def _read(folder: Path, code: str) -> Mapping[str, Any]:
    return tomllib.loads((folder / f"{code}.toml").read_text(encoding="utf-8"))


def _said(read: Mapping[str, Any]) -> Said:
    return Said(
        tuple(marked(text) for text in read["instructions"]),
        tuple((marked(old), marked(new)) for old, new in read["replaced"]),
        tuple((marked(old), then) for old, then in read["taken_back"]),
        tuple((marked(ask), done) for ask, done in read["requests"]),
        tuple(marked(text) for text in read["remarks"]),
        {kind: tuple(texts) for kind, texts in read["facts"].items()},
        {kind: tuple((first, then) for first, then in pairs) for kind, pairs in read["corrected"].items()},
    )


def marked(text: str) -> Sentence:
    """ValueError if not exactly one stretch is marked."""
    (probe,) = marks(text)
    return Sentence(bare(text), probe)


def marks(text: str) -> list[str]:
    """The stretches that are marked."""
    return _MARKED.findall(text)


def bare(text: str) -> str:
    """The text without its marks."""
    return _MARKED.sub(r"\1", text)
