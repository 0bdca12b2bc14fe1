"""How what a server stored is damaged: rows, bodies of records, texts and calls that are changed or missing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import orjson
from sqlalchemy import Connection, delete, select, update

from compactd.domain.keys import ConversationKey
from compactd.storage.job_tables import JOBS
from compactd.storage.store import SqlStore
from compactd.storage.tables import COMPACTIONS, CONVERSATIONS, MESSAGES, OPERATIONS, SYSTEM_TEXTS

ALL, SLIDING = 1, 2
REQUEST_ID, WAITING = str(uuid4()), str(uuid4())
JOB = "job-[0-9a-f-]+"
_C, _M, _R, _S = CONVERSATIONS.c, MESSAGES.c, COMPACTIONS.c, SYSTEM_TEXTS.c


@dataclass(frozen=True)
class Stored:
    """A conversation that has been through everything, and its records."""

    store: SqlStore
    key: ConversationKey
    first: str
    second: str
    restored: str
    last: str


Damage = Callable[[Connection, Stored], object]


def of_conversation(**values: Any) -> Damage:
    """Sets columns of the conversation's row."""
    return lambda connection, stored: connection.execute(
        update(CONVERSATIONS).where(_C.id == stored.key.conversation_id).values(values)
    )


def of_message(position: int, **values: Any) -> Damage:
    """Sets columns of the message at this position."""
    return lambda connection, stored: connection.execute(
        update(MESSAGES).where(_M.conversation_id == stored.key.conversation_id, _M.position == position).values(values)
    )


def of_some_message(*where: Any, **values: Any) -> Damage:
    """Sets columns of the first message of which that is so."""

    def damage(connection: Connection, stored: Stored) -> None:
        found = select(_M.position).where(_M.conversation_id == stored.key.conversation_id, *where)
        of_message(connection.execute(found.order_by(_M.position)).scalars().first() or -1, **values)(
            connection, stored
        )

    return damage


def of_record(name: str, **values: Any) -> Damage:
    """Sets columns of a record."""
    return lambda connection, stored: connection.execute(
        update(COMPACTIONS).where(_R.id == getattr(stored, name)).values(values)
    )


def of_body(name: str, change: Callable[[dict[str, Any]], object]) -> Damage:
    """Changes the body of a record."""

    def damage(connection: Connection, stored: Stored) -> None:
        compaction_id = getattr(stored, name)
        body = orjson.loads(connection.execute(select(_R.body).where(_R.id == compaction_id)).scalar_one())
        change(body)
        of_record(name, body=orjson.dumps(body))(connection, stored)

    return damage


def of_parts(name: str, change: Callable[[list[dict[str, Any]]], object]) -> Damage:
    """Changes the parts of a record."""
    return of_body(name, lambda body: change(body["parts"]))


def without_message(position: int) -> Damage:
    return lambda connection, stored: connection.execute(
        delete(MESSAGES).where(_M.conversation_id == stored.key.conversation_id, _M.position == position)
    )


def without_record(name: str) -> Damage:
    return lambda connection, stored: connection.execute(delete(COMPACTIONS).where(_R.id == getattr(stored, name)))


def of_system_texts(statement: Any, **values: Any) -> Damage:
    def damage(connection: Connection, stored: Stored) -> None:
        done = statement(SYSTEM_TEXTS).where(_S.conversation_id == stored.key.conversation_id, _S.system_version == 2)
        connection.execute(done.values(values) if values else done)

    return damage


def of_operation(**values: Any) -> Damage:
    """Sets columns of the operation of a compaction with a request_id."""
    return lambda connection, _: connection.execute(
        update(OPERATIONS).where(OPERATIONS.c.name == REQUEST_ID).values(values)
    )


def of_job(found: str, **values: Any) -> Damage:
    """Sets columns of the job in that state."""
    return lambda connection, stored: connection.execute(
        update(JOBS).where(JOBS.c.conversation_id == stored.key.conversation_id, JOBS.c.state == found).values(values)
    )


def without_summary(connection: Connection, stored: Stored) -> None:
    position = select(_R.summary_position).where(_R.id == stored.first).scalar_subquery()
    connection.execute(
        delete(MESSAGES).where(_M.conversation_id == stored.key.conversation_id, _M.position == position)
    )


def other_summary(connection: Connection, stored: Stored) -> None:
    position = select(_R.summary_position).where(_R.id == stored.first).scalar_subquery()
    connection.execute(
        update(MESSAGES)
        .where(_M.conversation_id == stored.key.conversation_id, _M.position == position)
        .values(content=b"Nothing happened.")
    )
