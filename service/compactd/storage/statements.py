"""Statements of SQLAlchemy Core without its cost per execution: compiled once, run on the driver's own connection.

What Core does for each execution (looking up its cache, making a context, a result and rows) costs 70 to 120 µs, a
statement here under 20. Tables stay the language of queries: a Statement is made of a construct, never of a string.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

from sqlalchemy import BindParameter, Boolean, Connection, Delete, Dialect, Float, Insert, LargeBinary, Select, Update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.selectable import CompoundSelect
from sqlalchemy.types import TypeEngine

Construct = Select[Any] | CompoundSelect[Any] | Insert | Update | Delete
Parameters = Mapping[str, Any]
Row = tuple[Any, ...]

Processor = Callable[[Any], Any]

_NONE: Parameters = {}

BEGIN = "begin"
"""Where a connection's `info` has the statement that its next transaction begins with."""


PATIENCE = "patience"
"""Where a connection's `info` has whether somebody waits for its next transaction, and has done so for less than some
seconds."""


def begin_with(connection: Connection, statement: str, is_patient: Callable[[float], bool]) -> None:
    """Has the connection's next transactions begin with the statement; if it is empty, each statement is one. If it has
    to wait for others, `is_patient` is asked."""
    connection.info[BEGIN] = statement
    connection.info[PATIENCE] = is_patient


class _Cursor(Protocol):
    """What both drivers' cursors have."""

    rowcount: int

    def fetchall(self) -> list[Row]: ...

    def executemany(self, sql: str, values: Sequence[Any], /) -> object: ...


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement in a dialect's SQL: the names of its parameters by place, the values of those that the construct
    holds itself, and what has to be made of parameters and columns at some places."""

    sql: str
    names: tuple[str, ...]
    constants: Parameters
    bind: tuple[tuple[int, Processor], ...]
    result: tuple[tuple[int, Processor], ...]

    def values(self, parameters: Parameters) -> list[Any]:
        """The parameters by place. KeyError if one is missing."""
        known = {**self.constants, **parameters} if self.constants else parameters
        values = [known[name] for name in self.names]
        for place, process in self.bind:
            values[place] = process(values[place])
        return values

    def rows(self, rows: list[Row]) -> list[Row]:
        """Rows of the driver as the columns' types have them."""
        for place, process in self.result:
            rows = [(*row[:place], process(row[place]), *row[place + 1 :]) for row in rows]
        return rows


class Statement:
    """A select, insert, update or delete, made once and run often; rows are plain tuples.

    Parameters are mappings of names to values: every `bindparam` of the construct, and for an insert without values
    every column of its table; names besides are ignored. The transaction begins with the first statement, as with Core,
    errors are the DBAPIErrors that Core raises, and listeners for `before_cursor_execute` are told. A construct with
    an expanding parameter, a list of unknown length, is left to Core.
    """

    def __init__(self, construct: Construct) -> None:
        self.construct = construct
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, connection: Connection, parameters: Parameters = _NONE) -> list[Row]:
        """All rows."""
        compiled = self._ready(connection)
        cursor = execute(connection, compiled.sql, compiled.values(parameters))
        try:
            # SQLite reads most of the pages here, and here finds out that one is damaged.
            rows = cursor.fetchall()
        except connection.dialect.loaded_dbapi.Error as error:
            raise as_core_raises(connection, error, compiled.sql) from error
        return compiled.rows(rows) if compiled.result else rows

    def row(self, connection: Connection, parameters: Parameters = _NONE) -> Row | None:
        """The row, of a statement that finds one at most."""
        rows = self.rows(connection, parameters)
        return rows[0] if rows else None

    def value(self, connection: Connection, parameters: Parameters = _NONE) -> Any:
        """The first column of the row, of a statement that finds one at most; None without a row."""
        rows = self.rows(connection, parameters)
        return rows[0][0] if rows else None

    def run(self, connection: Connection, parameters: Parameters = _NONE) -> int:
        """Runs a statement that returns no rows; how many it changed."""
        compiled = self._ready(connection)
        return execute(connection, compiled.sql, compiled.values(parameters)).rowcount

    def run_many(self, connection: Connection, rows: Sequence[Parameters]) -> None:
        """Runs a statement that returns no rows once for each of the parameters."""
        compiled = self._ready(connection)
        values = [compiled.values(parameters) for parameters in rows]
        if len(values) == 1:
            execute(connection, compiled.sql, values[0])
        elif values:
            execute(connection, compiled.sql, values, many=True)

    def _ready(self, connection: Connection) -> _Compiled:
        if not connection.in_transaction():
            connection.begin()
        # Two threads may compile it at once, to the same end.
        dialect = connection.dialect
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compiled[dialect.name] = _compile(self.construct, dialect)
        return compiled


def _compile(construct: Construct, dialect: Dialect) -> _Compiled:
    compiled: Any = construct.compile(dialect=dialect)
    names: list[str] = compiled.positiontup
    binds: list[BindParameter[Any]] = [compiled.binds[name] for name in names]
    if any(bind.expanding for bind in binds):
        raise ValueError("a Statement takes no list of unknown length: execute it with Core.")
    return _Compiled(
        sql=compiled.string,
        names=tuple(names),
        constants={name: bind.value for name, bind in zip(names, binds, strict=True) if not bind.required},
        bind=_by_place([_bind_processor(bind.type, dialect) for bind in binds]),
        result=_by_place([_result_processor(column.type, dialect) for column in construct.exported_columns]),
    )


def _bind_processor(of: TypeEngine[Any], dialect: Dialect) -> Processor | None:
    # Both drivers take bytes and booleans as they are.
    return None if isinstance(of, LargeBinary | Boolean) else of.dialect_impl(dialect).bind_processor(dialect)


def _result_processor(of: TypeEngine[Any], dialect: Dialect) -> Processor | None:
    # Both drivers give floats as they are.
    return None if isinstance(of, Float) else of.dialect_impl(dialect).result_processor(dialect, None)


def _by_place(processors: Sequence[Processor | None]) -> tuple[tuple[int, Processor], ...]:
    return tuple((place, process) for place, process in enumerate(processors) if process is not None)


def execute(connection: Connection, sql: str, values: Sequence[Any] = (), *, many: bool = False) -> _Cursor:
    """Has the driver execute it, once or `many` times. The transaction is the caller's affair."""
    for tell in connection.engine.dispatch.before_cursor_execute:
        tell(connection, None, sql, values, None, many)
    driver: Any = connection.connection.dbapi_connection
    cursor: _Cursor
    try:
        if many:
            cursor = driver.cursor()
            cursor.executemany(sql, values)
        elif connection.dialect.name == "postgresql":
            # As text, bytes come in hexadecimal: 500 messages take 2.6 ms of CPU that way and 0.8 this way.
            # Prepared at once and not after five times: parsing and planning takes a millisecond each time.
            cursor = driver.execute(sql, values, binary=True, prepare=True)
        else:
            cursor = driver.execute(sql, values)
    except connection.dialect.loaded_dbapi.Error as error:
        raise as_core_raises(connection, error, sql) from error
    return cursor


def as_core_raises(connection: Connection, error: Any, sql: str) -> DBAPIError:
    """The DBAPIError for a driver's error. A connection that was lost is not used again."""
    lost = connection.dialect.is_disconnect(error, connection.connection, None)
    if lost:
        connection.invalidate(error)
    found = DBAPIError.instance(
        sql,
        None,
        error,
        connection.dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=lost,
        dialect=connection.dialect,
    )
    return cast(DBAPIError, found)
