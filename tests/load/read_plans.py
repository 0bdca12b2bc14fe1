"""What a unit of work reads: each of its statements by itself, with the time that it takes and the way that the
database takes to the rows."""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

from psycopg.sql import Literal
from sqlalchemy import Connection, event

from compactd.storage.statements import execute

RUNS = 7
"""The median of so many. PostgreSQL prepares a statement that Core executes at the sixth."""

_PLACES = re.compile(r"%%|%s")
_TABLE_STEP = re.compile(r"(SEARCH|SCAN) (?!anon_|\(subquery)")
_SQLITE_INDEX = re.compile(r"USING (COVERING INDEX|INDEX|PRIMARY KEY|INTEGER PRIMARY KEY)")
_KINDS = {
    "Index Only Scan": "index only",
    "COVERING INDEX": "index only",
    "Index Scan": "index",
    "INDEX": "index",
    "PRIMARY KEY": "index",
    "INTEGER PRIMARY KEY": "index",
    "Bitmap Heap Scan": "bitmap",
    "Seq Scan": "whole table",
}


@dataclass(frozen=True, slots=True)
class Read:
    """One SELECT of a unit: milliseconds, rows, and how it comes to those of each table, in the plan's order."""

    milliseconds: float
    rows: int
    ways: Sequence[str]


@dataclass(frozen=True, slots=True)
class UnitReads:
    """The milliseconds of all of a unit, what it writes among them but for the commit, and what it selects by."""

    milliseconds: float
    reads: Sequence[Read]


def reads_of(connection: Connection, unit: Callable[[Connection], object], of_tables: Sequence[str]) -> UnitReads:
    """Of a unit, of which nothing stays written: the statements that select from one of the tables."""
    spans, selects = [], list[tuple[str, Any]]()
    for _ in range(RUNS):
        with _selects(connection) as seen:
            started = time.perf_counter()
            unit(connection)
            spans.append(time.perf_counter() - started)
        connection.rollback()
        selects = seen
    wanted = [(sql, values) for sql, values in selects if any(f" {table}" in sql for table in of_tables)]
    reads = [_read(connection, sql, values) for sql, values in wanted]
    return UnitReads(1000 * median(spans), reads)


@contextmanager
def _selects(connection: Connection) -> Iterator[list[tuple[str, Any]]]:
    """Those that are executed in the block."""
    found: list[tuple[str, Any]] = []

    def note(_: object, __: object, sql: str, values: Any, ___: object, ____: object) -> None:
        if sql.startswith("SELECT"):
            found.append((sql, values))

    event.listen(connection.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(connection.engine, "before_cursor_execute", note)


def _read(connection: Connection, sql: str, values: Any) -> Read:
    connection.begin()
    spans, rows = [], 0
    for _ in range(RUNS):
        started = time.perf_counter()
        rows = len(execute(connection, sql, values).fetchall())
        spans.append(time.perf_counter() - started)
    ways = _ways_of_sqlite if connection.dialect.name == "sqlite" else _ways_of_postgresql
    found = Read(1000 * median(spans), rows, ways(connection, sql, values))
    connection.rollback()
    return found


def _ways_of_sqlite(connection: Connection, sql: str, values: Any) -> list[str]:
    steps = [str(row[3]) for row in execute(connection, f"EXPLAIN QUERY PLAN {sql}", values).fetchall()]
    # What is made by another step is no table.
    return [_way_of_step(step) for step in steps if _TABLE_STEP.match(step)]


def _way_of_step(step: str) -> str:
    found = _SQLITE_INDEX.search(step)
    return _KINDS[found[1]] if found else "whole table"


def _ways_of_postgresql(connection: Connection, sql: str, values: Any) -> list[str]:
    """By the plan that a session of ours has for every value, as it is prepared."""
    driver: Any = connection.connection.dbapi_connection
    numbers = iter(range(1, len(values) + 1))
    numbered = _PLACES.sub(lambda place: "%" if place[0] == "%%" else f"${next(numbers)}", sql)
    given = ", ".join(Literal(value).as_string(driver) for value in values)
    driver.execute(f"PREPARE looked_at AS {numbered}".encode())
    executed = f"EXECUTE looked_at({given})" if given else "EXECUTE looked_at"
    [(plan,)] = driver.execute(f"EXPLAIN (FORMAT JSON) {executed}".encode()).fetchall()
    driver.execute("DEALLOCATE looked_at")
    return list(_ways_of_node(plan[0]["Plan"]))


def _ways_of_node(node: dict[str, Any]) -> Iterator[str]:
    if (kind := node["Node Type"]) in _KINDS:
        yield _KINDS[kind]
    for below in node.get("Plans", ()):
        yield from _ways_of_node(below)
