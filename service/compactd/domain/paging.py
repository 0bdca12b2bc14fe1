"""Keyset paging: what every List takes."""

from dataclasses import dataclass

MAX_LIMIT = 1_000
PAGE_BYTES = 3 * 1024 * 1024
"""A page ends before this size with at least one item in it: gRPC clients refuse 4 MiB."""


@dataclass(frozen=True, slots=True)
class Page:
    """`after` and `before` are ids of items, exclusive. `before` alone gives the `limit` items nearest to it."""

    limit: int
    descending: bool = True
    after: str | None = None
    before: str | None = None
