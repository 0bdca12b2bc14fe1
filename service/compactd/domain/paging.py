"""Keyset paging: what every List takes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

MAX_LIMIT = 1_000
PAGE_BYTES = 3 * 1024 * 1024
"""A page ends before this size, with at least one item in it: gRPC clients receive at most 4 MiB."""


@dataclass(frozen=True, slots=True)
class Page:
    """`after` and `before` are ids of items, exclusive. `before` alone gives the `limit` items nearest to it."""

    limit: int
    descending: bool = True
    after: str | None = None
    before: str | None = None


def within_page(items: Sequence[T], page: Page, size: Callable[[T], int]) -> list[T]:
    """The items that a page has room for, at least one, nearest to its cursor. `items` are in the order asked for."""
    if page.before and not page.after:
        return first_that_fit(items[::-1], size)[::-1]
    return first_that_fit(items, size)


def first_that_fit(items: Sequence[T], size: Callable[[T], int]) -> list[T]:
    """Items from the first on that together, by `size` in bytes, stay below PAGE_BYTES; at least one."""
    total = 0
    for index, item in enumerate(items):
        total += size(item)
        if index and total >= PAGE_BYTES:
            return list(items[:index])
    return list(items)
