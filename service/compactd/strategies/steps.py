"""Work that can be done piece by piece, so that others get their turn in between."""

from collections.abc import Generator
from typing import TypeVar

T = TypeVar("T")

Steps = Generator[None, None, T]
"""A step takes a few milliseconds at most, most of them far less; what the work gives comes after the last one."""


def finished(work: Steps[T]) -> T:
    """What the work gives, with all its steps done at once."""
    while True:
        try:
            next(work)
        except StopIteration as last:
            value: T = last.value
            return value
