"""Chores: a row each, that says when the next run is due and which process has it. `ports.chores.ChoreStore`."""

from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, or_, select, update
from sqlalchemy.dialects import postgresql

from compactd.ports.chores import HELD_SECONDS
from compactd.storage.chore_tables import CHORES
from compactd.storage.database import Database
from compactd.storage.database_clock import NOW
from compactd.storage.statements import Statement

_C = CHORES.c

_EVERY = bindparam("every_seconds", type_=_C.next_run_at.type)
# A time that is further away than any that is set here is one of a clock that has jumped back since.
_NEXT_IN = case((_C.next_run_at > NOW + _EVERY, 0.0), else_=_C.next_run_at - NOW)
_FREE_IN = case((_C.held_until > NOW + HELD_SECONDS, 0.0), else_=_C.held_until - NOW)
_IS_DUE = and_(
    or_(_C.next_run_at <= NOW, _C.next_run_at > NOW + _EVERY),
    or_(_C.held_until <= NOW, _C.held_until > NOW + HELD_SECONDS),
)
_DUE_IN = Statement(select(_NEXT_IN, _FREE_IN).where(_C.name == bindparam("of_chore")))
_HELD = {"held_until": NOW + HELD_SECONDS, "runner": bindparam("its_runner")}
# SQLite understands what is written for PostgreSQL here.
_BEGIN = Statement(
    postgresql.insert(CHORES)
    .values(name=bindparam("of_chore"), next_run_at=0.0, **_HELD)
    .on_conflict_do_update(index_elements=["name"], set_=_HELD, where=_IS_DUE)
)
_OF_RUNNER = (_C.name == bindparam("of_chore"), _C.runner == bindparam("its_runner"))
_RENEW = Statement(update(CHORES).where(*_OF_RUNNER).values(held_until=NOW + HELD_SECONDS))
_END = Statement(
    update(CHORES)
    .where(*_OF_RUNNER)
    .values(next_run_at=NOW + bindparam("pause", type_=_C.next_run_at.type), held_until=0.0, runner="")
)


class SqlChoreStore:
    """Errors as of `SqlStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def chore_due_in(self, name: str, every_seconds: float) -> float:
        return await self._database.read_once(_due_in, name, every_seconds)

    async def begin_chore(self, name: str, every_seconds: float, runner: str) -> bool:
        return await self._database.write_unsynced(_begin, name, every_seconds, runner)

    async def renew_chore(self, name: str, runner: str) -> bool:
        return await self._database.write_unsynced(_renew, name, runner)

    async def end_chore(self, name: str, runner: str, pause_seconds: float) -> None:
        await self._database.write_unsynced(_end, name, runner, pause_seconds)


def _due_in(connection: Connection, name: str, every_seconds: float) -> float:
    row = _DUE_IN.row(connection, {"of_chore": name, "every_seconds": every_seconds})
    return 0.0 if row is None else max(row)


def _begin(connection: Connection, name: str, every_seconds: float, runner: str) -> bool:
    return bool(_BEGIN.run(connection, _of(name, runner) | {"every_seconds": every_seconds}))


def _renew(connection: Connection, name: str, runner: str) -> bool:
    return bool(_RENEW.run(connection, _of(name, runner)))


def _end(connection: Connection, name: str, runner: str, pause_seconds: float) -> None:
    _END.run(connection, _of(name, runner) | {"pause": pause_seconds})


def _of(name: str, runner: str) -> dict[str, Any]:
    return {"of_chore": name, "its_runner": runner}
