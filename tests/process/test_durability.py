"""What was answered is on the disk: the system calls of a real server, as strace sees them."""

import asyncio
import re
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.builders.chat import append, compact, new_conversation, talk, user
from tests.server import Client, ServerProcess, connected, server_process

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not there (Debian: strace)")

CALLS = 20
PARALLEL = 200

_LINE = re.compile(r"\d+ +(?P<at>[\d.]+) (?:<\.\.\. (?P<resumed>\w+) resumed>|(?P<call>\w+)\()(?P<rest>.*)")


@dataclass(frozen=True, slots=True)
class SystemCall:
    """`at` in seconds since the epoch: its begin; of one that strace saw interrupted by others, its end."""

    name: str
    at: float
    of_the_log: bool


class Trace:
    """What strace has written so far of a server."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def calls(self, begin: float, end: float) -> list[SystemCall]:
        """Finished syncs and begun sends between two moments, in their order."""
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
async def traced(folder: Path, **settings: str) -> AsyncIterator[tuple[Client, Trace]]:
    """A server process under strace, which says of each file descriptor what it is of."""
    log = folder / "trace"
    strace = ("strace", "-D", "-f", "--seccomp-bpf", "-qq", "-ttt", "-y", "-s", "0", "-o", str(log))
    under = (*strace, "-e", "trace=fsync,fdatasync,sendmsg")
    async with server_process(folder, under=under, **settings) as server, connected(server.address) as client:
        await serving(server)
        yield client, Trace(log)


async def serving(server: ServerProcess) -> None:
    async with asyncio.timeout(50):
        await server.event("serving")


@pytest.mark.timeout(120)
async def test_an_fsync_lies_between_each_write_and_its_answer(tmp_path: Path) -> None:
    async with traced(tmp_path) as (client, trace):
        conversation_id = await new_conversation(client, talk(20))
        for _ in range(CALLS):
            for write in (append(client, conversation_id, talk(10)), compact(client, conversation_id)):
                began = time.time()
                await write
                calls = trace.calls(began, time.time())
                names = [call.name for call in calls if call.name == "sendmsg" or call.of_the_log]
                assert "fdatasync" in names, calls
                assert "sendmsg" in names[names.index("fdatasync") :], calls

        began = time.time()
        await asyncio.gather(*(append(client, conversation_id, [user("x")]) for _ in range(PARALLEL)))
        synced = [call for call in trace.syncs(began, time.time()) if call.of_the_log]
        assert 0 < len(synced) < PARALLEL


@pytest.mark.timeout(120)
async def test_a_server_that_need_not_survive_a_power_cut_waits_for_no_disk(tmp_path: Path) -> None:
    async with traced(tmp_path, COMPACTD_DATABASE_DURABLE="false") as (client, trace):
        conversation_id = await new_conversation(client, talk(20))
        began = time.time()
        for _ in range(CALLS):
            await append(client, conversation_id, talk(10))
            await compact(client, conversation_id)
        assert trace.syncs(began, time.time()) == []
        assert trace.calls(began, time.time()) != []
