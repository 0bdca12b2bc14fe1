"""What people say in twelve languages: small talk, facts, instructions, requests, and remarks that sound like them.

Two sets of each: `developed`, which the summarizer was developed with, and `held_out/*.toml`, which whoever works on it
does not read. Of the developed ones those in `languages/*.toml` are learned from, too; those in `once_held_out/*.toml`
were held out until their figures had led to rules. Square brackets mark the words that carry it: of an instruction or a
request a summary has to hold them, of a remark its instructions may not. `{v}` and `{old}` stand for a value and the
one before it, `#` for a digit.
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
ONCE_HELD_OUT = Path(__file__).parent / "once_held_out"
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
    learned: Said
    """Of the developed ones those that something is learned from."""
    once_held_out: Said
    """Of the developed ones the others: they tell how a rule does on what it did not learn from."""
    held_out: Said

    @property
    def developed(self) -> Said:
        return _joined(self.learned, self.once_held_out)

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
        _said(_read(ONCE_HELD_OUT, code)),
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


def _joined(one: Said, other: Said) -> Said:
    """KeyError where the other one has nothing of a kind of facts that this one has."""
    return Said(
        one.instructions + other.instructions,
        one.replaced + other.replaced,
        one.taken_back + other.taken_back,
        one.requests + other.requests,
        one.remarks + other.remarks,
        {kind: texts + other.facts[kind] for kind, texts in one.facts.items()},
        {kind: pairs + other.corrected[kind] for kind, pairs in one.corrected.items()},
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
