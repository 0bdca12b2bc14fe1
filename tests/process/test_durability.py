"""What was answered is on the disk: the system calls of a real server, as strace sees them."""

import asyncio
import re
import shutil
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from google.protobuf.descriptor import ServiceDescriptor

from compaction.v1 import agent_service_pb2, compaction_service_pb2, conversation_service_pb2
from tests.builders import requests
from tests.builders.chat import append, compact, new_agent, new_conversation, talk, user
from tests.builders.requests import Request
from tests.doors import GrpcDoor
from tests.server import Client, ServerProcess, connected, server_process

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not there (Debian: strace)")

CALLS = 5
SECONDS = 60.0
PARALLEL = 200
CHORES = 6
"""Calls beside which one may be seen: there are three, of which one comes each half minute and one each minute."""

_LINE = re.compile(r"\d+ +(?P<at>[\d.]+) (?:<\.\.\. (?P<resumed>\w+) resumed>|(?P<call>\w+)\()(?P<rest>.*)")


@dataclass(frozen=True, slots=True)
class SystemCall:
    """`at` in seconds since the epoch: its begin; of a sync that strace saw interrupted by others, its end."""

    name: str
    at: float
    of_the_log: bool


class Trace:
    """What strace has written so far of a server."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def calls(self, begin: float, end: float) -> list[SystemCall]:
        """Finished syncs, begun writes and begun sends between two moments, in their order."""
        found, interrupted = [], set()
        for line in self._file.read_text().splitlines():
            if (match := _LINE.match(line)) is None:
                continue
            name, of_the_log = match["call"] or match["resumed"], "-wal>" in match["rest"]
            thread = line.split()[0]
            if name.endswith("sync") and match["rest"].endswith("<unfinished ...>"):
                if of_the_log:
                    interrupted.add(thread)
                continue
            if name == "sendmsg" and match["resumed"]:
                continue
            if match["resumed"] and thread in interrupted:
                interrupted.discard(thread)
                of_the_log = True
            if begin <= float(match["at"]) <= end:
                found.append(SystemCall(name, float(match["at"]), of_the_log))
        return found

    def syncs(self, begin: float, end: float) -> list[SystemCall]:
        return [call for call in self.calls(begin, end) if call.name.endswith("sync")]


@asynccontextmanager
async def traced(folder: Path, **settings: str) -> AsyncIterator[tuple[Client, Trace, str]]:
    """A server process under strace, which says of each file descriptor what it is of; with its address."""
    log = folder / "trace"
    strace = ("strace", "-D", "-f", "--seccomp-bpf", "-qq", "-ttt", "-y", "-s", "0", "-o", str(log))
    under = (*strace, "-e", "trace=fsync,fdatasync,write,pwrite64,sendmsg")
    async with server_process(folder, under=under, **settings) as server, connected(server.address) as client:
        await serving(server)
        yield client, Trace(log), server.address


async def serving(server: ServerProcess) -> None:
    async with asyncio.timeout(50):
        await server.event("serving")


def kinds_of(calls: list[SystemCall]) -> str:
    """Of the log and the connection, a letter each: W a write, S a sync of the log; A what is sent."""
    letters = {"write": "W", "pwrite64": "W", "fsync": "S", "fdatasync": "S"}
    return "".join("A" if call.name == "sendmsg" else letters[call.name] * call.of_the_log for call in calls)


SERVICES: tuple[ServiceDescriptor, ...] = tuple(
    module.DESCRIPTOR.services_by_name[name]
    for module, name in (
        (agent_service_pb2, "AgentService"),
        (compaction_service_pb2, "CompactionService"),
        (conversation_service_pb2, "ConversationService"),
    )
)
READING = ("Get", "List", "Search")
WRITING = {method.name for service in SERVICES for method in service.methods if not method.name.startswith(READING)}


async def writes_of(client: Client, request_id: Callable[[], str]) -> AsyncIterator[Request]:
    """Every RPC that writes, in an order in which each has something to write."""
    model = "local/extractive"
    agent = await new_agent(client, memory_blocks=[{"label": "human", "value": "Ada"}])
    await append(client, agent.default_conversation_id, talk(20))
    conversation_id = await new_conversation(client, talk(20))
    yield requests.create_agent("Ada", request_id())
    yield requests.create_conversation(agent.id, "March", request_id())
    yield requests.update_agent(agent.id, "of accounts")
    yield requests.update_block(agent.id, "human", "Grace")
    yield requests.update_conversation(conversation_id, "of March")
    yield requests.append(conversation_id, talk(10), request_id())
    yield requests.compact(conversation_id, "all", model, request_id())
    yield requests.summarize(agent.id, "all", model, request_id())
    yield requests.recompile(conversation_id, request_id())
    await append(client, conversation_id, talk(20))
    compacted = await compact(client, conversation_id)
    yield requests.restore(conversation_id, compacted.compaction.id, request_id())
    yield requests.delete_conversation(conversation_id)
    yield requests.delete_agent(agent.id)


@pytest.mark.timeout(240)
async def test_the_log_is_synced_between_the_last_write_of_a_call_and_its_answer(tmp_path: Path) -> None:
    async with traced(tmp_path) as (client, trace, address):
        door = GrpcDoor(address)
        unsynced: dict[tuple[str, bool], str] = {}
        unclear = 0
        # A chore may write between the sync of a call and its answer. Chores come seldom: not thrice to the same RPC.
        for _ in range(3):
            for with_id, request_id in ((False, lambda: ""), (True, lambda: str(uuid4()))):
                async for request in writes_of(client, request_id):
                    began = time.time()
                    answer = await door.call(request, SECONDS)
                    # What the server does for itself once it has answered may be seen, too, where the client is slow.
                    calls = kinds_of(trace.calls(began, time.time()))
                    kinds = calls[: calls.rfind("A") + 1]
                    assert answer.ok, answer
                    assert "W" in kinds, request.rpc
                    name = request.rpc.rpartition("/")[2], with_id
                    is_synced = re.search(r"W(?!.*W).*S.*A", kinds) is not None
                    unclear += not is_synced
                    if unsynced.get(name) != "":
                        unsynced[name] = "" if is_synced else kinds
            if not any(unsynced.values()):
                break
        await door.close()
        assert {name for name, _ in unsynced} == WRITING
        assert not any(unsynced.values()), unsynced
        assert unclear <= CHORES

        conversation_id = await new_conversation(client)
        began = time.time()
        await asyncio.gather(*(append(client, conversation_id, [user("x")]) for _ in range(PARALLEL)))
        synced = [call for call in trace.syncs(began, time.time()) if call.of_the_log]
        assert 0 < len(synced) < PARALLEL


@pytest.mark.timeout(120)
async def test_a_server_that_need_not_survive_a_power_cut_waits_for_no_disk(tmp_path: Path) -> None:
    async with traced(tmp_path, COMPACTD_DATABASE_DURABLE="false") as (client, trace, _):
        conversation_id = await new_conversation(client, talk(20))
        began = time.time()
        for _ in range(CALLS):
            await append(client, conversation_id, talk(10))
            await compact(client, conversation_id)
        assert trace.syncs(began, time.time()) == []
        assert trace.calls(began, time.time()) != []
