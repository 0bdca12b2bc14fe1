"""Ids of another namespace are those of nothing: every RPC, both doors, both databases, each field that takes an id."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
import pytest_asyncio
from google.protobuf.message import Message
from sqlalchemy import event

from compactd.access.token_table import hash_of
from compactd.application import token_ratios
from compactd.domain.principal import Scope
from compactd.rpc.contract import METHODS as CONTRACT
from tests.access.credentials import ADA, BOB, TOKENS, bearer
from tests.access.rest_requests import RestRequest, over_rest_as
from tests.access.tenants import EXTRACTIVE, METHODS, Ids, Tenant, ids_of_nothing, path_of, policy_for, request_of
from tests.builders.chat import user
from tests.builders.recording_observer import RecordingObserver
from tests.postgres import *  # noqa: F403
from tests.server import LocalServer, local_server

in_the_loop = pytest.mark.asyncio(loop_scope="session")

PATCH = {"description": "x"}
MASK = {"paths": ["description"]}

EXTRA: dict[str, dict[str, Any]] = {
    "Compact": {"compaction_settings": EXTRACTIVE},
    "Summarize": {"compaction_settings": EXTRACTIVE},
    "SubmitCompaction": {"compaction_settings": EXTRACTIVE},
    "CreatePolicy": {"policy": {"trigger": {"context_tokens": 1_000_000}}},
    "UpdatePolicy": {"policy": {"name": "x"}, "update_mask": {"paths": ["name"]}},
    "UpdateAgent": {"agent": PATCH, "update_mask": MASK},
    "UpdateConversation": {"conversation": PATCH, "update_mask": MASK},
    "GetBlock": {"block_label": "persona"},
    "UpdateBlock": {"block_label": "persona", "block": {"value": "x"}, "update_mask": {"paths": ["value"]}},
    "AppendMessages": {"messages": [user("x")]},
    "SearchMessages": {"query": "invoice"},
}
"""What else a request of the method needs."""

LISTED = {
    "ListAgents": "agent",
    "ListBlocks": "block",
    "ListConversations": "conversation",
    "ListCompactions": "compaction",
    "ListMessages": "message",
    "ListLedger": "identifier",
    "PreviewPolicy": "conversation",
    "SearchMessages": "message",
    "ListJobs": "job",
    "ListPolicies": "policy",
    "ListSweeps": "sweep",
}
"""What a list's cursors are ids of."""

SELECTING: dict[str, Callable[[str], dict[str, Any]]] = {
    "CreatePolicy": lambda agent_id: {"policy": policy_for(agent_id)},
    "PreviewPolicy": lambda agent_id: {"policy": policy_for(agent_id)},
    "StartSweep": lambda agent_id: {"sweep": {"selector": {"agent_ids": [agent_id]}}},
}
"""What names agents in a selector."""

ID_FIELDS = {"agent_id", "conversation_id", "compaction_id", "job_id", "policy_id", "sweep_id", "after", "before"}
OTHER_FIELDS = {
    "request_id",
    "expected_version",
    "name",
    "tags",
    "query_text",
    "summary_search",
    "block_label",
    "text",
    "compact_request_id",
} | {"query"}
"""Texts that name nothing beyond the caller's own: request_id has a test of its own below."""


@dataclass(slots=True)
class Reads:
    """What was done in the database: units of work, and statements inside of them."""

    observer: RecordingObserver = field(default_factory=RecordingObserver)
    statements: list[str] = field(default_factory=list)

    def note(self, connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        self.statements.append(statement)

    def taken(self) -> tuple[list[tuple[str, str, str]], list[str]]:
        """What was done since this was asked last."""
        done = [(unit.kind, unit.name, unit.error) for unit in self.observer.units], list(self.statements)
        self.observer.units.clear()
        self.statements.clear()
        return done


@dataclass(frozen=True, slots=True)
class World:
    """Ada's namespace, which Bob tries to see from his own."""

    server: LocalServer
    http: httpx.AsyncClient
    reads: Reads
    doors: Sequence["Door"]
    ada: Tenant
    bob: Tenant
    hers: Ids
    his: Ids


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("tokens") / "tokens"
    file.write_text("\n".join(f"{hash_of(token)} {namespace} {scopes}" for token, namespace, scopes in TOKENS))
    return file


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=["sqlite", "postgresql"])
async def world(request: pytest.FixtureRequest, tokens: Path) -> AsyncIterator[World]:
    url = "" if request.param == "sqlite" else request.getfixturevalue("module_postgres_url")
    reads = Reads()
    patch = pytest.MonkeyPatch()
    # What is known of models is read again from time to time, whoever asks for whatever: that is no read of an id.
    patch.setattr(token_ratios, "FRESH_SECONDS", 3600.0)
    async with local_server(url, http=True, observer=reads.observer, auth="tokens", auth_tokens_file=tokens) as server:
        ada, bob = Tenant(server, ADA), Tenant(server, BOB)
        hers, his = await ada.stored(), await bob.stored()
        for tenant, ids in ((ada, hers), (bob, his)):
            await tenant.everything(ids)
        engines = server.service.store._database._engines
        watched = {id(engine): engine for engine in (engines.reader, engines.writer)}.values()
        for engine in watched:
            event.listen(engine, "before_cursor_execute", reads.note)
        async with httpx.AsyncClient(base_url=server.http_url, timeout=30) as http:
            yield World(server, http, reads, DOORS[request.param], ada, bob, hers, his)
        for engine in watched:
            event.remove(engine, "before_cursor_execute", reads.note)
    patch.undo()


def test_every_text_of_a_request_is_an_id_or_known_to_be_none() -> None:
    texts = {
        item.name for method in METHODS.values() for item in method.input_type.fields if item.type == item.TYPE_STRING
    }
    assert texts == ID_FIELDS | OTHER_FIELDS


def attempts(name: str, mine: Ids, theirs: Ids) -> Iterator[Message]:
    """Requests of the method with an id of `theirs` in each field that takes one, alone and with others."""
    fields = METHODS[name].input_type.fields_by_name
    places: list[dict[str, str]] = []
    if "conversation_id" in fields:
        places += [{"conversation_id": theirs.conversation}, {"conversation_id": theirs.default}]
    if "conversation_id" in fields and "agent_id" in fields:
        places += [{"conversation_id": "default", "agent_id": theirs.agent}, {"conversation_id": theirs.agent}]
    if "agent_id" in fields:
        places += [{"agent_id": theirs.agent}]
    for place in places:
        yield from _made(name, place, {"compaction_id": theirs.compaction} if "compaction_id" in fields else {})
    for kind in ("job", "policy", "sweep"):
        if f"{kind}_id" in fields:
            yield from _made(name, {}, {f"{kind}_id": getattr(theirs, kind)})
    if name in SELECTING:
        yield request_of(name, **SELECTING[name](theirs.agent))
    own = _own_place(name, mine)
    if "compaction_id" in fields:
        yield from _made(name, own, {"compaction_id": theirs.compaction})
    for cursor in sorted({"after", "before"}.intersection(fields)) if name in LISTED else ():
        yield from _made(name, own, {cursor: getattr(theirs, LISTED[name])})


def _own_place(name: str, mine: Ids) -> dict[str, str]:
    fields = METHODS[name].input_type.fields_by_name
    if name in ("ListConversations", "ListJobs", "ListPolicies", "ListSweeps"):
        return {}
    if "conversation_id" in fields:
        return {"conversation_id": mine.conversation}
    if "policy_id" in fields:
        return {"policy_id": mine.policy}
    return {"agent_id": mine.agent} if "agent_id" in fields else {}


def _made(name: str, place: dict[str, str], more: dict[str, str]) -> Iterator[Message]:
    yield request_of(name, **EXTRA.get(name, {}), **place, **more)


async def over_grpc(world: World, token: str, name: str, message: Message) -> list[bytes]:
    """All that is answered, but for the id of the call."""
    channel, path = world.server.client.channel, path_of(name)
    stub: Any = channel.unary_stream(path) if CONTRACT[path].server_streaming else channel.unary_unary(path)
    try:
        call = stub(message.SerializeToString(), metadata=tuple(bearer(token).items()), timeout=30)
        if not CONTRACT[path].server_streaming:
            return [await call]
        # What comes first tells whether there is anything to watch.
        first = await call.read()
        call.cancel()
        return [first]
    except grpc.aio.AioRpcError as error:
        trailers = sorted((key, value) for key, value in error.trailing_metadata() or () if key != "x-request-id")
        return [f"{error.code()} {error.details()} {trailers}".encode()]


async def over_rest(world: World, token: str, name: str, message: Message) -> list[bytes]:
    """By each route."""
    answers = []
    for one in over_rest_as(path_of(name), message):
        if CONTRACT[path_of(name)].server_streaming:
            answers.append(await _first_of_stream(world, token, one))
            continue
        answer = await world.http.request(one.verb, one.path, params=one.query, json=one.body, headers=bearer(token))
        headers = sorted(item for item in answer.headers.items() if item[0] not in ("x-request-id", "date"))
        answers.append(f"{answer.status_code} {headers} ".encode() + answer.content)
    return answers


async def _first_of_stream(world: World, token: str, one: RestRequest) -> bytes:
    """Up to the first event, or all of an answer that is none."""
    async with world.http.stream(one.verb, one.path, params=one.query, headers=bearer(token)) as answer:
        headers = sorted(item for item in answer.headers.items() if item[0] not in ("x-request-id", "date"))
        text = f"{answer.status_code} {headers} "
        async for line in answer.aiter_lines():
            text += line
            if line.startswith("data:"):
                break
    return text.encode()


Door = Callable[[World, str, str, Message], Awaitable[list[bytes]]]

DOORS: dict[str, Sequence[Door]] = {"sqlite": (over_grpc, over_rest), "postgresql": (over_grpc,)}
"""By the database. REST makes the same call of a request on either: what it adds is seen on one of them."""


@in_the_loop
@pytest.mark.parametrize("name", sorted(METHODS.keys() - {"CreateAgent"}))
async def test_a_foreign_id_is_answered_as_one_that_never_was(world: World, name: str) -> None:
    # Whoever searches first has more to do: it indexes what is there.
    await world.bob.call("SearchMessages", conversation_id=world.his.conversation, query="invoice")
    before = await world.ada.everything(world.hers)
    for door in world.doors:
        await assert_foreign_is_unknown(world, door, name)
    assert await world.ada.everything(world.hers) == before


async def assert_foreign_is_unknown(world: World, door: Door, name: str) -> None:
    nothing = ids_of_nothing(world.hers)
    pairs = zip(attempts(name, world.his, world.hers), attempts(name, world.his, nothing), strict=True)
    seen = 0
    for foreign, unknown in pairs:
        world.reads.taken()
        to_unknown = await door(world, BOB, name, unknown)
        done_for_unknown = world.reads.taken()
        to_foreign = await door(world, BOB, name, foreign)
        done_for_foreign = world.reads.taken()
        assert [world.hers.hidden(answer) for answer in to_foreign] == [nothing.hidden(one) for one in to_unknown]
        assert done_for_foreign == done_for_unknown
        seen += len(to_foreign)
        if to_foreign and CONTRACT[path_of(name)].scope is Scope.READ and not _is_mixed(foreign):
            # It is not that such a request fails whoever makes it.
            assert await door(world, ADA, name, foreign) != to_foreign
    assert seen


def _is_mixed(request: Any) -> bool:
    """Whether it names Bob's things beside Ada's: then it fails for her, too."""
    fields = request.DESCRIPTOR.fields_by_name
    return any(name in fields and getattr(request, name) for name in ("after", "before", "compaction_id"))


@in_the_loop
async def test_an_agents_own_policy_is_none_of_another_namespace(world: World) -> None:
    agent = await world.ada.call("CreateAgent", agent={"auto_compaction": {"trigger": {"context_tokens": 1}}})
    hers, nobodys = agent.auto_compaction.policy_id, ids_of_nothing(world.hers).policy
    for name in ("GetPolicy", "PreviewPolicy", "UpdatePolicy", "DeletePolicy"):
        foreign, unknown = [
            await over_grpc(world, BOB, name, request_of(name, **EXTRA.get(name, {}), policy_id=policy_id))
            for policy_id in (hers, nobodys)
        ]
        assert [answer.replace(hers.encode(), nobodys.encode()) for answer in foreign] == unknown
    assert (await world.ada.call("GetPolicy", policy_id=hers)).agent_id == agent.id
    await world.ada.call("DeleteAgent", agent_id=agent.id)


@in_the_loop
async def test_the_same_request_id_in_two_namespaces_is_two_requests(world: World) -> None:
    request_id = "8f14e45f-ceea-4e7a-9d3a-0a5e3c5b7d11"
    hers = await world.ada.call("CreateAgent", agent={"name": "same"}, request_id=request_id)
    his = await world.bob.call("CreateAgent", agent={"name": "same"}, request_id=request_id)
    assert hers.id != his.id
    assert await world.ada.call("CreateAgent", agent={"name": "same"}, request_id=request_id) == hers
    assert await world.bob.call("CreateAgent", agent={"name": "same"}, request_id=request_id) == his
    # Another request by the same id is an error within a namespace alone.
    other = "8f14e45f-ceea-4e7a-9d3a-0a5e3c5b7d12"
    await world.ada.call("CreateAgent", agent={"name": "hers"}, request_id=other)
    assert (await world.bob.call("CreateAgent", agent={"name": "his"}, request_id=other)).name == "his"


@in_the_loop
async def test_compactions_at_once_by_one_request_id_in_two_namespaces_do_not_join(world: World) -> None:
    request_id = "8f14e45f-ceea-4e7a-9d3a-0a5e3c5b7d13"
    for tenant, ids in ((world.ada, world.hers), (world.bob, world.his)):
        await tenant.call("AppendMessages", conversation_id=ids.conversation, messages=[user("x" * 400)] * 6)
    request = {"compaction_settings": EXTRACTIVE, "request_id": request_id}
    hers, his = await asyncio.gather(
        world.ada.call("Compact", conversation_id=world.hers.conversation, **request),
        world.bob.call("Compact", conversation_id=world.his.conversation, **request),
    )
    assert hers.compaction.id != his.compaction.id


@in_the_loop
async def test_ids_inside_of_what_is_created_lead_nowhere(world: World) -> None:
    before = await world.ada.everything(world.hers)
    hers = world.hers
    for name, fields in (
        ("CreateAgent", {"agent": {"id": hers.agent, "default_conversation_id": hers.conversation}}),
        (
            "CreateConversation",
            {"agent_id": world.his.agent, "conversation": {"id": hers.conversation, "agent_id": hers.agent}},
        ),
        ("UpdateConversation", {"conversation_id": world.his.conversation, "conversation": {"agent_id": hers.agent}}),
    ):
        await over_grpc(world, BOB, name, request_of(name, **fields))
    assert await world.ada.everything(hers) == before
