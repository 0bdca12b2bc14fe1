"""What is deleted is gone: from every column of every table, and from the bytes of SQLite's files."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import grpc
import pytest
import pytest_asyncio
from google.protobuf.message_factory import GetMessageClass
from sqlalchemy import create_engine, select

from compactd.access.token_table import hash_of
from compactd.domain.erasures import ErasureReason
from compactd.domain.principal import Scope
from compactd.rpc.contract import METHODS as CONTRACT
from compactd.storage.table_base import metadata
from compactd.storage.tables import SEARCH_INDEXES
from compactd.storage.urls import parse_url
from tests.access.credentials import ADA
from tests.access.tenants import METHODS, Tenant, path_of, request_of
from tests.builders.chat import assistant, call, result, talk, user
from tests.builders.recording_observer import RecordingObserver
from tests.postgres import *  # noqa: F403
from tests.server import LocalServer, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

OF_AGENT, OF_CONVERSATION = "aqueductcanary", "belvederecanary"

READING = {name for name in METHODS if CONTRACT[path_of(name)].scope is Scope.READ}
DELETING = {"DeleteConversation", "DeleteAgent"}
OF_NAMESPACE = {name for name in METHODS if CONTRACT[path_of(name)].scope is Scope.ADMIN}
"""Rules and sweeps of a whole namespace: they hold nothing of an agent but its id."""
WITHOUT_CONTENTS = {
    *("token_ratios", "model_spends", "spend_reservations", "budget_holds", "budget_spends"),
    *(
        "provider_allowances",
        "secrets",
        "policy_sets",
        "policy_asks",
        "cron_runs",
        "chores",
        "backfills",
        "sweep_outcomes",
        "context_figures",
        "job_events",
    ),
}
"""Tables that hold ids, names of models, times and numbers, and no word of anybody."""
RULES = {"policies", "sweeps"}
"""Tables of what administrators wrote for a namespace."""
OF_SEARCH = {"search_indexes", "searched_messages"}
"""Tables that hold no word in the clear, but a secret without which their terms say nothing."""


class Caller:
    """Of every RPC; each request has a request_id, so that its reply is kept."""

    def __init__(self, server: LocalServer) -> None:
        self._server = server
        self.called: set[str] = set()

    async def __call__(self, name: str, **fields: Any) -> Any:
        self.called.add(name)
        if "request_id" in METHODS[name].input_type.fields_by_name:
            fields["request_id"] = str(uuid4())
        stub: Any = self._server.client.channel.unary_unary(path_of(name))
        raw = await stub(request_of(name, **fields).SerializeToString(), timeout=30)
        return GetMessageClass(METHODS[name].output_type).FromString(raw)


@pytest_asyncio.fixture(params=["sqlite", "postgresql"], loop_scope="session")
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/compactd.db"
    url: str = request.getfixturevalue("shared_postgres_url")
    return url


@pytest_asyncio.fixture(loop_scope="session")
async def observer() -> RecordingObserver:
    return RecordingObserver()


@pytest_asyncio.fixture(loop_scope="session")
async def server(database: str, observer: RecordingObserver) -> AsyncIterator[LocalServer]:
    async with local_server(database, observer=observer) as running:
        yield running


async def test_nothing_is_left_of_what_every_call_has_written(
    server: LocalServer, database: str, tmp_path: Path, observer: RecordingObserver
) -> None:
    caller = Caller(server)
    agent_id = await plant_agent(caller)
    conversation_id = await plant_conversation(caller, agent_id)
    assert caller.called - READING == METHODS.keys() - READING - DELETING - OF_NAMESPACE
    planted = tables_with(database, OF_CONVERSATION)
    assert planted == {"conversations", "messages", "compactions", "system_texts", "operations", "jobs"}
    assert tables_with(database, OF_AGENT) >= {"agents", "agent_tags", "blocks", "operations"}
    assert tables_with(database, conversation_id) >= OF_SEARCH
    assert planted | tables_with(database, OF_AGENT) | WITHOUT_CONTENTS | RULES | OF_SEARCH == metadata.tables.keys()
    secrets = search_secrets(database)
    assert len(secrets) == 2

    if database.startswith("sqlite"):
        assert in_files(tmp_path, OF_AGENT, OF_CONVERSATION) == {OF_AGENT, OF_CONVERSATION}
        assert in_files(tmp_path, *secrets) == {*secrets}

    await caller("DeleteConversation", conversation_id=conversation_id)
    assert tables_with(database, OF_CONVERSATION) == tables_with(database, conversation_id) == set()
    assert tables_with(database, OF_AGENT) >= {"agents", "agent_tags", "blocks"}
    await caller("DeleteAgent", agent_id=agent_id)
    assert tables_with(database, OF_AGENT) == tables_with(database, agent_id) == set()

    assert await server.service.store.scrub()
    assert not in_files(tmp_path, OF_AGENT, OF_CONVERSATION, agent_id, conversation_id, *secrets)
    [(of_conversation, *why), (of_agent, *_)] = observer.erasures
    assert (of_conversation.kind, of_conversation.conversation_id) == ("conversation", conversation_id)
    assert why == [ErasureReason.CALL, ""]
    assert (of_agent.kind, of_agent.agent_id, of_agent.conversations) == ("agent", agent_id, 1)
    assert of_conversation.messages > 6


async def test_a_reply_that_was_kept_is_not_given_again(server: LocalServer) -> None:
    caller = Caller(server)
    agent = await caller("CreateAgent")
    conversation = await caller("CreateConversation", agent_id=agent.id)
    request = request_of(
        "AppendMessages", conversation_id=conversation.id, messages=[user("x")], request_id=str(uuid4())
    )
    append: Any = server.client.channel.unary_unary(path_of("AppendMessages"))
    await append(request.SerializeToString(), timeout=30)
    await caller("DeleteConversation", conversation_id=conversation.id)
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await append(request.SerializeToString(), timeout=30)
    assert error.value.code() is grpc.StatusCode.NOT_FOUND


async def test_whoever_deletes_is_named(tmp_path: Path, observer: RecordingObserver) -> None:
    tokens = tmp_path / "tokens"
    tokens.write_text(f"{hash_of(ADA)} team-a read,write")
    async with local_server(observer=observer, auth="tokens", auth_tokens_file=tokens) as running:
        ada = Tenant(running, ADA)
        agent = await ada.call("CreateAgent")
        await ada.call("DeleteAgent", agent_id=agent.id)
    [(erasure, reason, identity)] = observer.erasures
    assert (erasure.namespace, erasure.agent_id, reason) == ("team-a", agent.id, ErasureReason.CALL)
    assert identity
    assert {call.identity for call in observer.calls} == {identity}
    assert ADA not in identity


async def plant_agent(caller: Caller) -> str:
    """The agent's id; whatever can be written of one has the word in it."""
    word = OF_AGENT
    agent = await caller(
        "CreateAgent",
        agent={
            "name": f"{word} n",
            "description": f"{word} d",
            "system": f"{word} s {{CORE_MEMORY}}",
            "tags": [word],
            "memory_blocks": [{"label": word, "description": word, "value": f"{word} before"}],
            "metadata": {word: word},
            "tool_schemas": [{"type": "function", "function": {"name": "look", "description": word}}],
        },
    )
    await caller(
        "UpdateBlock",
        agent_id=agent.id,
        block_label=word,
        block={"value": f"{word} after"},
        update_mask={"paths": ["value"]},
    )
    await caller(
        "UpdateAgent", agent_id=agent.id, agent={"description": f"{word} again"}, update_mask={"paths": ["description"]}
    )
    await caller("AppendMessages", agent_id=agent.id, messages=[*talk(6), user(f"{word} one")])
    await caller("Summarize", agent_id=agent.id, compaction_settings=extractive(word))
    assert (await caller("SearchMessages", agent_id=agent.id, query=word)).messages
    return str(agent.id)


async def plant_conversation(caller: Caller, agent_id: str) -> str:
    """The same for a conversation, its messages and its records."""
    word = OF_CONVERSATION
    conversation = await caller(
        "CreateConversation", agent_id=agent_id, conversation={"summary": f"{word} t", "description": word}
    )
    key = {"conversation_id": conversation.id}
    messages = [user(f"Please keep {word} in mind, ticket {word}-7."), assistant(f"{word} it is.", call("c1", "look"))]
    await caller("AppendMessages", **key, messages=[{"role": "MESSAGE_ROLE_SYSTEM", "content": f"{word} rules"}])
    await caller("AppendMessages", **key, messages=[*messages, result("c1", f"{word} found")])
    await caller("AppendMessages", **key, messages=[*talk(6), user(f"{word} more"), assistant(f"{word} thanks")])
    done = await caller("Compact", **key, compaction_settings=extractive(word))
    await caller("RestoreCompaction", **key, compaction_id=done.compaction.id)
    await caller("Compact", **key, compaction_settings=extractive(word))
    await caller("AppendMessages", **key, messages=[user(f"{word} still")])
    await caller("Recompile", **key)
    await caller(
        "UpdateConversation", **key, conversation={"description": f"{word} x"}, update_mask={"paths": ["description"]}
    )
    await caller("GetContext", **key)
    job = await caller("SubmitCompaction", **key, compaction_settings=extractive(word))
    await caller("CancelJob", job_id=job.id)
    assert (await caller("SearchMessages", **key, query=word)).messages
    return str(conversation.id)


def extractive(word: str) -> Mapping[str, Any]:
    return {"mode": "COMPACTION_MODE_ALL", "model": "local/extractive", "prompt": f"Sum up {word}."}


def tables_with(database: str, word: str) -> set[str]:
    """Those that hold it anywhere."""
    engine = create_engine(parse_url(database))
    with engine.connect() as connection:
        found = {
            table.name
            for table in metadata.sorted_tables
            for row in connection.execute(select(table))
            if any(word in held(value) for value in row)
        }
    engine.dispose()
    return found


def search_secrets(database: str) -> list[bytes]:
    engine = create_engine(parse_url(database))
    with engine.connect() as connection:
        found = connection.scalars(select(SEARCH_INDEXES.c.secret)).all()
    engine.dispose()
    return [*found]


def in_files(folder: Path, *words: str | bytes) -> set[str | bytes]:
    """Those that any file of the folder holds, wherever: in rows, in free pages, in a log."""
    contents = [file.read_bytes() for file in folder.iterdir()]
    given = {word: word.encode() if isinstance(word, str) else word for word in words}
    return {word for word, raw in given.items() if any(raw in content for content in contents)}


def held(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
