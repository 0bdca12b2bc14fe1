"""Values on one line under a label, with no more between them than tells them apart."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from compactd.extractive.fixed_words import BULLET
from compactd.extractive.languages.units import CURRENCY, MONTH, UNIT

_NARROW, _WIDE = " ", ", "

# Behind `worker-32 ` these would begin a quantity, an amount or a date that nobody said: `32 rows` of `rows_5`.
_READS_ON = re.compile(rf"{UNIT}|{CURRENCY}|{MONTH}|\d{{1,2}}(?![0-9A-Za-z])|[^0-9A-Za-z_/.#~@-]")

# What one number may hold.
_NUMBER = re.compile(r"[\d.,']+")


@lru_cache(maxsize=4096)
def _joint(value: str, following: str) -> str:
    """What stands between two values: a comma where a blank would not tell them apart, as beside one that has a blank
    in it, between digits, which read on as one number, or as a date and its time, and before what reads as a word
    behind a number. Marks tell apart what is of one form: `$305 $1,250`, `22:05 22:10`."""
    if " " in value or " " in following:
        return _WIDE
    if _has_letters(value) and _has_letters(following):
        return _WIDE if _READS_ON.match(following) else _NARROW
    form = _NUMBER.sub("0", value)
    return _NARROW if form != "0" and form == _NUMBER.sub("0", following) else _WIDE


def _has_letters(value: str) -> bool:
    return any(map(str.isalpha, value))


class Label(NamedTuple):
    """What values are listed under; not `shown` where their form says it."""

    name: str
    shown: bool = True


class ValueLine:
    """The values under one label, in the order in which they were added."""

    def __init__(self, label: Label) -> None:
        self._beginning = f"{BULLET}{label.name}: " if label.shown else BULLET
        self._values: list[str] = []

    def __len__(self) -> int:
        return len(self._values)

    @property
    def text(self) -> str:
        joints = ["", *map(_joint, self._values, self._values[1:])]
        return self._beginning + "".join(f"{joint}{value}" for joint, value in zip(joints, self._values, strict=True))

    def cost_of(self, value: str) -> int:
        """Code points that the line grows by with one more value, its line end included."""
        if not self._values:
            return len(self._beginning) + len(value) + 1
        return len(_joint(self._values[-1], value)) + len(value)

    def freed_by(self, value: str) -> int:
        """Code points, at least, that taking a value away gives back, whatever else is."""
        return len(value)

    def add(self, value: str) -> None:
        self._values.append(value)

    def remove(self, value: str) -> int:
        """Takes a value away; the code points that this gives back."""
        at = self._values.index(value)
        beside = self._values[max(0, at - 1) : at + 2]
        del self._values[at]
        if not self._values:
            return self.cost_of(value)
        left = [one for one in beside if one != value]
        return len(value) + _joints(beside) - _joints(left)


def _joints(values: Sequence[str]) -> int:
    """Code points between neighbours."""
    return sum(map(len, map(_joint, values, values[1:])))
