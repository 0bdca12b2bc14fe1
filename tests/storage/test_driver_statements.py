"""A Statement gives what SQLAlchemy Core gives, from the driver itself."""

from typing import Any

import pytest
from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from compactd.storage import compactions, context_sums, contexts, conversation_state
from compactd.storage.statements import Statement
from compactd.storage.store import SqlStore
from compactd.storage.tables import AGENT_TAGS, AGENTS, MESSAGES
from tests.builders.stored_values import append, begin, calls, compact, put_agent, result, user

STATEMENTS = [
    conversation_state._READ_HEAD,
    conversation_state._READ_HEAD_AND_RECORD,
    contexts._ENTRIES_AND_BODIES,
    context_sums._READ_SUMS,
    contexts._MESSAGES_BETWEEN,
    compactions._RECORD,
]


@pytest.mark.parametrize("statement", STATEMENTS)
async def test_its_rows_are_those_of_core(sql_store: SqlStore, statement: Statement) -> None:
    ref = await begin(sql_store, 5)
    await append(sql_store, ref, calls("a"), user("what?"), result("a"), calls("b"), result("b"))
    record = await compact(sql_store, ref, 4)
    parameters: dict[str, Any] = {
        "namespace": ref.namespace,
        "conversation_id": ref.conversation_id,
        "compaction_id": record.id,
        "summary": record.summary_position,
        "start": 4,
        "end": 99,
        "first": 1,
        "last": 99,
    }
    with sql_store._database._engines.reader.connect() as connection:
        rows = statement.rows(connection, parameters)
        named = {
            bind: parameters[bind] for bind in statement.construct.compile(connection).params if bind in parameters
        }
        assert rows == [tuple(row) for row in connection.execute(statement.construct, named)]
        assert [list(map(type, row)) for row in rows] == [
            list(map(type, row)) for row in connection.execute(statement.construct, named)
        ]
    assert rows


async def test_its_transaction_begins_with_it_and_ends_with_the_unit(sql_store: SqlStore) -> None:
    agent = await put_agent(sql_store)
    tags = Statement(insert(AGENT_TAGS))
    read = Statement(select(AGENT_TAGS.c.tag).where(AGENT_TAGS.c.agent_id == bindparam("agent_id")))
    engine = sql_store._database._engines.writer
    with engine.connect() as connection:
        assert not connection.in_transaction()
        tags.run_many(connection, [{"agent_id": agent.id, "tag": tag} for tag in (b"a", b"b")])
        assert connection.in_transaction()
        assert len(read.rows(connection, {"agent_id": agent.id})) == 2
    with engine.connect() as connection:
        assert read.rows(connection, {"agent_id": agent.id}) == []
        assert read.row(connection, {"agent_id": agent.id}) is None
        assert read.value(connection, {"agent_id": agent.id}) is None


async def test_its_errors_are_those_of_core_and_show_no_contents(sql_store: SqlStore) -> None:
    agent = await put_agent(sql_store)
    tags = Statement(insert(AGENT_TAGS))
    with sql_store._database._engines.writer.connect() as connection:
        row = {"agent_id": agent.id, "tag": b"secret"}
        tags.run(connection, row)
        with pytest.raises(IntegrityError) as raised:
            tags.run(connection, row)
    assert not raised.value.connection_invalidated
    assert "secret" not in str(raised.value)


async def test_a_parameter_that_is_missing_is_an_error_before_anything_is_sent(sql_store: SqlStore) -> None:
    await sql_store.ping()
    with sql_store._database._engines.reader.connect() as connection, pytest.raises(KeyError):
        Statement(insert(MESSAGES)).run(connection, {"id": "message-1"})


async def test_a_list_of_unknown_length_is_left_to_core(sql_store: SqlStore) -> None:
    await sql_store.ping()
    of_many = Statement(select(AGENTS.c.body).where(AGENTS.c.id.in_(["agent-1"])))
    with sql_store._database._engines.reader.connect() as connection, pytest.raises(ValueError, match="unknown length"):
        of_many.rows(connection)
