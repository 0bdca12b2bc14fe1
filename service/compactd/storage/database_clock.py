"""The database's clock: leases and what is kept for a while are measured by it, whatever the clocks of the processes
say."""

from typing import Any

from sqlalchemy import ColumnElement, Double, and_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class DatabaseSeconds(FunctionElement[float]):
    """The present time in seconds since the epoch, to the millisecond; not that of the transaction's begin."""

    name = "database_seconds"
    type = Double()
    inherit_cache = True


@compiles(DatabaseSeconds, "sqlite")
def _for_sqlite(_: DatabaseSeconds, __: SQLCompiler, **___: Any) -> str:
    # Debian 12 has SQLite 3.40, whose unixepoch() knows whole seconds only.
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(DatabaseSeconds, "postgresql")
def _for_postgresql(_: DatabaseSeconds, __: SQLCompiler, **___: Any) -> str:
    return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS DOUBLE PRECISION)"


NOW = DatabaseSeconds()

AHEAD_SECONDS = 60.0
"""How far the clock may be put back before what was written by it counts as come."""


def is_to_come(moment: ColumnElement[Any], longest: float) -> ColumnElement[bool]:
    """Whether a moment is to come which lay at most `longest` seconds away when it was written. One that is farther
    away was written while the clock was far ahead, and counts as come: else it would be waited for as long."""
    return and_(moment > NOW, moment <= NOW + (longest + AHEAD_SECONDS))
