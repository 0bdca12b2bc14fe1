"""Searches for a part of a text regardless of case, alike on both databases and for every script."""

from sqlalchemy import ColumnElement, func


def folded(text: str) -> str:
    """The text as it is searched. PostgreSQL's TEXT takes no NUL, so it gives way to the replacement character."""
    return text.casefold().replace("\0", "\ufffd")


def contains(column: ColumnElement[str], part: str) -> ColumnElement[bool]:
    """Whether a folded column holds `part`, which is not empty. LIKE would see its % and _ as wildcards."""
    return func.replace(column, folded(part), "") != column
