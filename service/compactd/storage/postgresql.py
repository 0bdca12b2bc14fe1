"""PostgreSQL: how it is connected to, how a unit of work begins there, and what its errors mean.

Nothing that is set once for a session has to last, so that a pooler may hand each transaction another session. What is
set at the start makes things quicker or surer where it does last.
"""

import os
import random
import socket
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, select, text
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from compactd.storage.statements import BEGIN, Statement, as_core_raises
from compactd.storage.unavailability import Unusable

CONNECT_SECONDS = 5
"""How long a server may take to answer a new connection."""

CANCEL_SECONDS = 1.0
"""How long a server may take to accept that a statement is to be cancelled."""

LOCK_SECONDS = 5.0
"""How long a unit waits for each lock, of which a row that many wait for takes two: units hold a row for
milliseconds."""

IDLE_SECONDS = 10.0
"""After which time PostgreSQL ends a transaction that says nothing: its machine is gone, or stands still. Units say
nothing for as long as they compute between two statements."""

_DRIVER_OPTIONS = {
    "connect_timeout": CONNECT_SECONDS,
    # A server that has gone without a word is missed within half a minute: while it owes an acknowledgement by the
    # first, while it is silent by the others.
    "tcp_user_timeout": 30_000,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "application_name": "compactd",
}

# A unit that reads is several statements, and all of them have to see one state.
READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
# Set by us, and not left to the server: with another level concurrent appends fail.
WRITE = "BEGIN ISOLATION LEVEL READ COMMITTED"

# Moments near the year 9999 have no representation in zones east of Greenwich.
_IN_UTC = "; SET LOCAL TIME ZONE 'UTC'"
_SESSION = (
    "SET TIME ZONE 'UTC'; SET default_transaction_isolation = 'read committed'; "
    # All that is prepared finds rows by key or by a range of an index: planning the sums for each execution took
    # 1.1 ms, executing them 0.3.
    "SET plan_cache_mode = force_generic_plan; "
    # Such a plan expects a third of the rows, and has workers started for them: tens of milliseconds for what one reads
    # in one.
    "SET max_parallel_workers_per_gather = 0; "
    # And would read a whole table for them rather than a range of an index, which is in memory or on a disk that seeks
    # at once: to count 6,000 due contexts of 600,000 took 78 ms in place of 1.7.
    "SET random_page_cost = 1.1; "
    # The server misses a client that has gone without a word within half a minute, too, and not after two hours.
    "SET tcp_keepalives_idle = 15; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3"
)

# Classes and codes of SQLSTATE.
_LOST = ("08", "57P")
"""The connection failed, or the server ends it: it is stopping, or starting."""
_READ_ONLY = "25006"
_NO_SUCH_PREPARED, _PREPARED_TWICE = "26000", "42P05"
_BROKEN_OFF = ("40001", "40P01")
"""Serialization failure, deadlock: what was broken off may well succeed when it is done again."""
_AWAY = (
    *(*_LOST, _READ_ONLY, *_BROKEN_OFF, _NO_SUCH_PREPARED, _PREPARED_TWICE),
    # Too few resources, errors of the system; time-outs that somebody has set for statements, locks and transactions,
    # or an operator who cancelled; too long idle in a transaction.
    *("53", "58", "57014", "55P03", "25P03", "25P04"),
)

_DURABILITY = Statement(select(func.current_setting("fsync"), func.current_setting("synchronous_commit")))

_STATE = text("SELECT current_setting('default_transaction_read_only') = 'on' OR pg_is_in_recovery()")


class ReadOnlyDatabase(Unusable):
    """The server takes no writes."""

    def __init__(self) -> None:
        super().__init__(
            "PostgreSQL takes no writes: it is a standby, or default_transaction_read_only is on. "
            "compactd goes on by itself as soon as it does."
        )


def driver_arguments(url: URL, *, prepared: bool = True) -> dict[str, Any]:
    """What the driver connects with, for those who use it without an engine; passwords are among them."""
    _, arguments = url.get_dialect()().create_connect_args(url)
    return {**arguments, **_options(url, prepared=prepared)}


def _options(url: URL, *, prepared: bool) -> dict[str, Any]:
    ours = {name: value for name, value in _DRIVER_OPTIONS.items() if name not in url.query}
    return {**ours, "prepare_threshold": 5 if prepared else None}


def postgresql_engine(url: URL, *, prepared: bool = True) -> Engine:
    """The driver leaves transactions alone; they write where nothing else is said. Without `prepared` statements a
    pooler may stand in between that hands each transaction another session."""
    engine = create_engine(
        url,
        connect_args=_options(url, prepared=prepared),
        paramstyle="format",  # Parameters by place, as SQLite has them: a Statement knows no other.
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        poolclass=NullPool,
    )
    event.listen(engine, "connect", _configure_prepared if prepared else _configure_pooled)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "commit", _commit)
    event.listen(engine, "rollback", _rollback)
    return engine


def begin_alone(statement: str) -> str:
    """A statement that begins a unit's transaction, where nothing that the session was told may be left."""
    return f"{statement}{_IN_UTC}; {_limits('SET LOCAL')}"


def ping(connection: Connection, _: DBAPIError | None) -> None:
    """ReadOnlyDatabase if what is begun on the connection could not write."""
    if connection.scalar(_STATE):
        raise ReadOnlyDatabase


def what_a_crash_loses(connection: Connection) -> str:
    """A sentence for the operator, if what was committed may not survive a crash; else empty."""
    row = _DURABILITY.row(connection)
    off = [name for name, value in zip(("fsync", "synchronous_commit"), row or (), strict=False) if value == "off"]
    if not off:
        return ""
    return f"PostgreSQL has {' and '.join(off)} off: a crash of its machine may lose what was answered. Switch it on."


def is_stale(error: DBAPIError) -> bool:
    """Whether a new connection may be better than the one that met the error."""
    return _is_unanswered(error) or _state_of(error).startswith((*_LOST, _READ_ONLY))


def is_broken_off(error: DBAPIError) -> bool:
    """Whether the database broke the transaction off in favour of another."""
    return _state_of(error) in _BROKEN_OFF


def is_away(error: DBAPIError) -> bool:
    """Whether the database could not do now what it may do later."""
    return _is_unanswered(error) or _state_of(error).startswith(_AWAY)


def misuse_in(error: DBAPIError) -> str:
    """What the operator has to set otherwise; empty for most errors."""
    if _state_of(error) in (_NO_SUCH_PREPARED, _PREPARED_TWICE):
        return (
            "A pooler hands each transaction another session of PostgreSQL, where the statements that compactd has "
            "prepared are not: set COMPACTD_DATABASE_PREPARED_STATEMENTS=false and restart, or have the pooler keep a "
            "session for each client."
        )
    return ""


def cancel(driver: Any) -> bool:
    """Ends the statement that a connection of the driver executes, if any. False if it cannot be told whether the
    server got to know: it may do so later. For another thread than the connection's."""
    import psycopg

    try:
        driver.cancel_safe(timeout=CANCEL_SECONDS)
    except psycopg.errors.CancellationTimeout:
        return False
    except psycopg.Error:
        # It could not be asked: it is away, and so is this connection.
        return True
    return True


def cut(driver: Any) -> None:
    """Ends a connection of the driver, whatever the server or the network says. For another thread than the
    connection's, which gets an error for it."""
    import psycopg

    try:
        number = driver.pgconn.socket
        with socket.socket(fileno=os.dup(number)) as line:
            # Unless it was closed meanwhile, and its number is somebody else's by now.
            if driver.pgconn.socket == number:
                line.shutdown(socket.SHUT_RDWR)
    except (psycopg.Error, OSError):
        # It has ended already.
        return


def _is_unanswered(error: DBAPIError) -> bool:
    """Whether the server was not reached, or went away without a word."""
    if error.connection_invalidated:
        return True
    # What libpq has to say of a connection is an error of no kind, where it comes as the result of a statement.
    of_libpq = type(error) is DatabaseError or isinstance(error, OperationalError | InterfaceError)
    return of_libpq and not _state_of(error)


def _state_of(error: DBAPIError) -> str:
    state: str | None = getattr(error.orig, "sqlstate", None)
    return state or ""


def _begin(connection: Connection) -> None:
    if statement := connection.info[BEGIN]:
        _order(connection, statement)


def _commit(connection: Connection) -> None:
    if connection.info[BEGIN]:
        _order(connection, "COMMIT")


def _rollback(connection: Connection) -> None:
    if not connection.invalidated and connection.info[BEGIN]:
        _order(connection, "ROLLBACK")


def _order(connection: Connection, statement: str) -> None:
    """By libpq itself: 5 µs of CPU and 11 of waiting, where a cursor takes 22 and 60 for the same round trip. And a
    ROLLBACK by the driver makes it forget what it has prepared, so that PostgreSQL plans every statement again."""
    driver: Any = connection.connection.dbapi_connection
    try:
        result = driver.pgconn.exec_(statement.encode())
        if result.error_message:
            raise connection.dialect.loaded_dbapi.errors.error_from_result(result)
    except connection.dialect.loaded_dbapi.Error as error:
        raise as_core_raises(connection, error, statement) from error


def _limits(order: str) -> str:
    """Has a transaction end that keeps others waiting, or would wait itself for one that does."""
    return (
        f"{order} lock_timeout = {LOCK_SECONDS * 1000:.0f}; "
        f"{order} idle_in_transaction_session_timeout = {IDLE_SECONDS * 1000:.0f}"
    )


def _configure_prepared(driver: Any, record: ConnectionPoolEntry) -> None:
    driver.execute(f"{_SESSION}; {_limits('SET')}")
    # The driver numbers the statements that it prepares from 0 on. Behind a pooler that hands out sessions, one of
    # another connection's with the same name would be executed, and nobody would know; an error is better.
    driver._prepared._prepared_idx = random.getrandbits(48)  # noqa: SLF001 - it has no other door
    record.info[BEGIN] = WRITE


def _configure_pooled(_: Any, record: ConnectionPoolEntry) -> None:
    # For what is no unit of work, above all for `compactd migrate`, which may wait for locks and compute for long.
    record.info[BEGIN] = WRITE + _IN_UTC
