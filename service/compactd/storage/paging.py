"""Keyset paging: a page begins and ends at items, not at counts, and stays whole while others write."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, tuple_

from compactd.domain.errors import InvalidField
from compactd.domain.paging import Page, first_that_fit

Condition = ColumnElement[bool]


def page_ids(
    connection: Connection,
    page: Page,
    *,
    scope: Sequence[Condition],
    filters: Sequence[Condition] = (),
    key: Sequence[ColumnElement[Any]],
    item: ColumnElement[str],
    size: ColumnElement[int],
) -> list[str]:
    """The ids of a page's items, in the order asked for.

    `key` orders the collection strictly. A cursor has to be in `scope` (else InvalidField), not within `filters`.
    `size` is in bytes: only that is read of the items here, and it ends the page before PAGE_BYTES.
    """
    cursors = {
        name: _cursor(connection, name, cursor, scope, key, item)
        for name, cursor in (("after", page.after), ("before", page.before))
        if cursor is not None
    }
    nearest = "before" in cursors and "after" not in cursors
    descending = page.descending != nearest
    statement = select(item, size).where(*scope, *filters).limit(page.limit)
    for name, values in cursors.items():
        later = (name == "after") != page.descending
        statement = statement.where(tuple_(*key) > values if later else tuple_(*key) < values)
    statement = statement.order_by(*(column.desc() if descending else column.asc() for column in key))
    ids = [row[0] for row in first_that_fit(connection.execute(statement).all(), lambda row: row[1])]
    return ids[::-1] if nearest else ids


def _cursor(
    connection: Connection,
    name: str,
    cursor: str,
    scope: Sequence[Condition],
    key: Sequence[ColumnElement[Any]],
    item: ColumnElement[str],
) -> tuple[Any, ...]:
    row = connection.execute(select(*key).where(*scope, item == cursor)).one_or_none()
    if row is None:
        raise InvalidField(name, f"there is no {cursor} in this list: take the id of an item of it.")
    return tuple(row)
