"""What becomes of a SQLite file under a server that runs: each time callers and the operator are told, nothing that was
answered is lost, and no restart is needed once the fault is over.

One server goes through most of it, a test each.
"""

import asyncio
import os
import shutil
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from resource import RLIM_INFINITY, RLIMIT_FSIZE, prlimit

import grpc
import pytest
import pytest_asyncio
from grpc_health.v1 import health_pb2

from compactd.domain.keys import ConversationKey
from compactd.domain.paging import Page
from compactd.domain.principal import LOCAL_PRINCIPAL
from compactd.storage.store import open_store
from tests.builders.chat import append, context_of, history_of, new_agent, new_conversation, user
from tests.process import impatient_server
from tests.rpc.failures import Failure, failure_of
from tests.server import Client, ServerProcess, connected, server_process, statuses_until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING

WITHIN = 90
"""Seconds, where many tests share few cores; what is waited for takes one."""

IMPATIENT = ("tests.process.impatient_server",)

LONG = "x" * 40_000


@dataclass(slots=True)
class Served:
    """A server, a client of it, the file that it serves, and what it has acknowledged in one conversation."""

    server: ServerProcess
    client: Client
    file: Path
    conversation_id: str = ""
    acknowledged: list[str] = field(default_factory=list)

    @property
    def names(self) -> list[Path]:
        """The file, its log and the log's index."""
        return [self.file.with_name(f"{self.file.name}{name}") for name in ("", "-wal", "-shm")]

    async def say(self, text: str, through: Client | None = None) -> None:
        await append(through or self.client, self.conversation_id, [user(text)])
        self.acknowledged.append(text)

    async def told(self, text: str = "refused") -> Failure:
        """The failure of an append, which may be tried for a moment in vain: until the server has noticed."""
        failure = await failure_of(append(self.client, self.conversation_id, [user(text)]))
        assert (failure.code.name, failure.reason) == ("UNAVAILABLE", "STORE_UNAVAILABLE")
        return failure

    async def insist(self, text: str, after: int) -> None:
        """Says it until it is refused, again and again, until the log says behind that line that the server does not
        serve. What was written in vain may leave room for something small, such as the server's own look."""
        is_told = False
        async with asyncio.timeout(WITHIN):
            while not is_told:
                failure = await failure_of(self._go_on(text))
                assert (failure.code.name, failure.reason) == ("UNAVAILABLE", "STORE_UNAVAILABLE")
                is_told = any("not serving" in line for line in self.server.lines[after:])
                await asyncio.sleep(0.05)

    async def _go_on(self, text: str) -> None:
        while True:
            await self.say(text)

    async def until(self, status: int) -> None:
        async with asyncio.timeout(WITHIN):
            async for _ in statuses_until(self.client, status):
                pass

    async def why(self, after: int) -> str:
        """What the log says to the operator, behind that line."""
        async with asyncio.timeout(WITHIN):
            return str((await self.server.event("not serving", after))["why"])

    async def said(self) -> list[str]:
        """What the server answers of the conversation."""
        stored = await history_of(self.client, self.conversation_id, limit=1_000)
        return [item.message.content for item in stored][1:]

    async def kept(self) -> list[str]:
        """What somebody else finds of it in the file, as the server will after a restart."""
        store = open_store(f"sqlite:///{self.file}")
        ref = ConversationKey(LOCAL_PRINCIPAL.namespace, self.conversation_id)
        stored = await store.list_messages(ref, Page(1_000, descending=False))
        await store.close()
        return [item.message.text for item in stored[1:]]

    async def checkpoint(self) -> None:
        """Everything is in the file itself afterwards, and its log is empty."""
        with closing(sqlite3.connect(self.file, isolation_level=None)) as other:
            assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0

    async def all_is_well(self) -> None:
        await self.until(SERVING)
        await self.say("and again")
        # Messages that were appended at the same time stand in any order.
        said = await self.said()
        assert sorted(said) == sorted(self.acknowledged)
        assert await self.kept() == said


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    folder = tmp_path_factory.mktemp("faults")
    async with (
        server_process(folder, IMPATIENT) as server,
        connected(server.address) as client,
    ):
        yield Served(server, client, folder / "compactd.db")
        assert not any("Traceback" in line for line in server.lines)
        assert await server.terminate() == 0


@pytest_asyncio.fixture(loop_scope="module")
async def served(running: Served) -> AsyncIterator[Served]:
    """The server with a conversation of this test's own; it serves again afterwards, and is the same one."""
    await running.until(SERVING)
    running.conversation_id = await new_conversation(running.client, [])
    running.acknowledged = []
    for number in range(10):
        await running.say(f"{number} {LONG}")
    yield running
    await running.all_is_well()


# The file cannot be written


async def test_a_file_that_may_not_grow(served: Served) -> None:
    line = len(served.server.lines)
    prlimit(served.server.pid, RLIMIT_FSIZE, (4096, RLIM_INFINITY))
    try:
        await served.told(LONG)
        await served.until(NOT_SERVING)
        assert "limit of the process on the size of files" in await served.why(line)
        assert await served.said() == served.acknowledged
    finally:
        prlimit(served.server.pid, RLIMIT_FSIZE, (RLIM_INFINITY, RLIM_INFINITY))


async def test_a_file_that_another_process_keeps_locked(served: Served) -> None:
    line = len(served.server.lines)
    with locked(served.file):
        began = time.monotonic()
        appended = [asyncio.ensure_future(served.told(str(number))) for number in range(3)]
        await asyncio.sleep(0.1)
        assert await served.said() == served.acknowledged
        assert (await context_of(served.client, served.conversation_id)).messages
        await asyncio.wait(appended, return_when=asyncio.FIRST_COMPLETED)
        assert time.monotonic() - began > 0.9 * impatient_server.BUSY_SECONDS
        await asyncio.gather(*appended)
        await served.until(NOT_SERVING)
        assert "Another process keeps the database file locked" in await served.why(line)
    await served.until(SERVING)


async def test_a_lock_that_is_given_back_in_time_is_waited_for(served: Served, tmp_path: Path) -> None:
    # One that waits for as long as servers do, however long this process stands still meanwhile.
    url = f"sqlite:///{served.file}"
    async with server_process(tmp_path, COMPACTD_DATABASE_URL=url) as server, connected(server.address) as client:
        await server.event("serving")
        with locked(served.file):
            waiting = [asyncio.ensure_future(served.say(str(number), client)) for number in range(3)]
            await asyncio.sleep(0.2)
            assert not any(one.done() for one in waiting)
        await asyncio.gather(*waiting)


@contextmanager
def locked(file: Path) -> Iterator[None]:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def test_a_file_and_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    file = folder / "compactd.db"
    store = open_store(f"sqlite:///{file}")
    await store.ping()
    await store.close()
    file.chmod(0o444)
    folder.chmod(0o555)
    settings = {"COMPACTD_DATABASE_URL": f"sqlite:///{file}"}
    async with (
        server_process(tmp_path, IMPATIENT, **settings) as server,
        connected(server.address) as client,
    ):
        served = Served(server, client, file)
        assert "cannot be written" in await served.why(0)
        for path, mode in ((file, 0o644), (folder, 0o755)):
            failed = await failure_of(new_agent(client))
            assert (failed.code.name, failed.reason) == ("UNAVAILABLE", "STORE_UNAVAILABLE")
            path.chmod(mode)
        await served.until(SERVING)
        served.conversation_id = await new_conversation(client, [])
        # What is open already is written as before.
        file.chmod(0o444)
        await served.all_is_well()


@pytest.mark.skipif(os.geteuid() != 0, reason="a file system of its own takes the rights of root")
async def test_a_disk_that_is_full(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = ("unshare", "--mount", "sh", "-c", f'mount -t tmpfs -o size=3m none {disk} && exec "$0" "$@"')
    settings = {"COMPACTD_DATABASE_URL": f"sqlite:///{disk}/compactd.db"}
    async with server_process(tmp_path, under=mounted, **settings) as server, connected(server.address) as client:
        served = Served(server, client, disk / "compactd.db")
        served.conversation_id = await new_conversation(client, [])
        await served.say("before")
        line = len(server.lines)
        # As the server sees it.
        ballast = filled_up(Path(f"/proc/{server.pid}/root{disk}/ballast"))
        await served.insist(LONG, line)
        assert "The disk of the database file is full" in await served.why(line)
        assert await served.said() == served.acknowledged
        ballast.unlink()
        await served.until(SERVING)
        await served.say("after")
        assert await served.said() == served.acknowledged


def filled_up(ballast: Path) -> Path:
    """The file, which leaves no room on its disk."""
    with suppress(OSError), ballast.open("wb", buffering=0) as full:
        while full.write(bytes(4096)):
            pass
    return ballast


# The file is not where it was


async def test_a_file_that_is_moved_away_and_back(served: Served) -> None:
    line = len(served.server.lines)
    away = served.file.with_name("away")
    served.file.rename(away)
    await served.told()
    await served.until(NOT_SERVING)
    assert "was removed while it was open" in await served.why(line)
    assert not served.file.exists()
    away.rename(served.file)


async def test_a_file_that_is_removed_can_be_saved_while_the_server_lives(served: Served) -> None:
    line = len(served.server.lines)
    for name in served.names:
        name.unlink()
    await served.told()
    assert "was removed while it was open" in await served.why(line)
    assert await served.said() == served.acknowledged
    # As docs/operations.md says: the log first.
    for name in (served.names[1], served.names[0]):
        [held] = {link.resolve(): link for link in open_files(served.server.pid) if is_of(link, name)}.values()
        shutil.copyfile(held, served.file.with_name("copy"))
        served.file.with_name("copy").rename(name)


def open_files(pid: int) -> list[Path]:
    return list(Path(f"/proc/{pid}/fd").iterdir())


def is_of(link: Path, name: Path) -> bool:
    try:
        return str(link.readlink()) == f"{name} (deleted)"
    except FileNotFoundError:
        return False


async def test_a_log_that_is_removed_is_written_into_the_file(served: Served) -> None:
    line = len(served.server.lines)
    served.names[1].unlink()
    # Answered before anybody could notice, and kept all the same.
    await served.say("at once")
    await served.why(line)
    await served.until(SERVING)
    assert await served.kept() == served.acknowledged


# The file is not what it was


@pytest.mark.parametrize("damage", ["cut in half", "overwritten"])
async def test_a_file_that_is_damaged(served: Served, damage: str) -> None:
    await served.checkpoint()
    # From now on the server knows how large it is; else it would find out when it misses a page.
    await served.say("a look")
    await served.checkpoint()
    backup = shutil.copyfile(served.file, served.file.with_name("backup"))
    line = len(served.server.lines)
    size = served.file.stat().st_size
    if damage == "cut in half":
        os.truncate(served.file, size // 2)
    else:
        with served.file.open("r+b") as file:
            file.write(b"this is no database " * (size // 20))
    await served.until(NOT_SERVING)
    why = await served.why(line)
    assert "is damaged" in why or "is not one of SQLite" in why
    await served.told()
    # What lies in a part that is whole, or is remembered, may be answered; nothing is a bug of the server.
    for call in (served.said(), context_of(served.client, served.conversation_id)):
        with suppress(grpc.aio.AioRpcError):
            await call
    assert [logged for logged in served.server.lines[line:] if "internal error" in logged] == []
    put_back(served, backup)


async def test_a_file_that_is_replaced_by_garbage(served: Served) -> None:
    await served.checkpoint()
    backup = shutil.copyfile(served.file, served.file.with_name("backup"))
    line = len(served.server.lines)
    garbage = served.file.with_name("garbage")
    garbage.write_bytes(b"this is no database " * 5_000)
    garbage.rename(served.file)
    await served.told()
    await served.until(NOT_SERVING)
    assert "move" in await served.why(line)
    line = len(served.server.lines)
    for name in served.names[1:]:
        name.unlink()
    assert "is not one of SQLite" in await served.why(line)
    put_back(served, backup)


async def test_a_backup_is_not_read_with_the_log_of_another_file(served: Served) -> None:
    await served.checkpoint()
    backup = shutil.copyfile(served.file, served.file.with_name("backup"))
    await served.say("after the backup")
    line = len(served.server.lines)
    backup.rename(served.file)
    await served.told()
    assert f"move {served.names[1]} and {served.names[2]} away" in await served.why(line)
    for name in served.names[1:]:
        name.unlink()
    served.acknowledged.pop()
    await served.until(SERVING)


def put_back(served: Served, backup: Path) -> None:
    """As docs/operations.md says: what belongs to the damaged file goes with it."""
    for name in served.names[1:]:
        name.unlink(missing_ok=True)
    backup.rename(served.file)
