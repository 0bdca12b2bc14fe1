"""Values on one line under a label, with no more between them than tells them apart."""

import re
from functools import lru_cache
from typing import NamedTuple

from compactd.extractive.reading.units import CURRENCY, MONTH, UNIT

BULLET = "- "
_NARROW, _WIDE = " ", ", "


# Behind `worker-32 ` these would begin a quantity, an amount or a date that nobody said: `32 rows` of `rows_5`.
_READS_ON = re.compile(rf"{UNIT}|{CURRENCY}|{MONTH}|\d{{1,2}}(?![0-9A-Za-z])|[^0-9A-Za-z_/.#~@-]")


@lru_cache(maxsize=4096)
def _is_wide(value: str) -> bool:
    """Whether only a comma tells where a value ends or the one before it: one with a blank in it, digits, which read on
    as one number, or as a date and its time, and what reads as a word behind a number."""
    return " " in value or not any(map(str.isalpha, value)) or _READS_ON.match(value) is not None


class Label(NamedTuple):
    """What values are listed under; not `shown` where their form says it."""

    name: str
    shown: bool = True


class ValueLine:
    """The values under one label, in the order in which they were added."""

    def __init__(self, label: Label) -> None:
        self._beginning = f"{BULLET}{label.name}: " if label.shown else BULLET
        self._values: list[str] = []
        self._wide = 0

    def __len__(self) -> int:
        return len(self._values)

    @property
    def text(self) -> str:
        return f"{self._beginning}{self._joint.join(self._values)}"

    def cost_of(self, value: str) -> int:
        """Code points that the line grows by with one more value, its line end included."""
        if not self._values:
            return len(self._beginning) + len(value) + 1
        if self._wide or not _is_wide(value):
            return len(self._joint) + len(value)
        return len(_WIDE) + len(value) + (len(_WIDE) - len(_NARROW)) * (len(self._values) - 1)

    def freed_by(self, value: str) -> int:
        """Code points, at least, that taking a value away gives back."""
        return len(self._joint) + len(value)

    def add(self, value: str) -> None:
        self._values.append(value)
        self._wide += _is_wide(value)

    def remove(self, value: str) -> int:
        """Takes a value away; the code points that this gives back."""
        self._values.remove(value)
        self._wide -= _is_wide(value)
        return self.cost_of(value)

    @property
    def _joint(self) -> str:
        return _WIDE if self._wide else _NARROW
