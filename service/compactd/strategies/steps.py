"""Work that can be done piece by piece, so that others get their turn in between."""

from collections.abc import Generator
from typing import TypeVar

T = TypeVar("T")

Steps = Generator[None, None, T]
"""A step takes a few milliseconds at most, most of them far less; what the work gives comes after the last one."""

A_STEP = 64
"""Sentences or values that are gone through in one step, which by itself costs less than a microsecond: they take a
fraction of a millisecond where each is only looked at, and some where it is compared with others."""


def finished(work: Steps[T]) -> T:
    """What the work gives, with all its steps done at once."""
    while True:
        try:
            next(work)
        except StopIteration as last:
            value: T = last.value
            return value
