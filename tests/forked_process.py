"""A process out of the fork server, in the manner of `asyncio.subprocess.Process`."""

import asyncio
import atexit
import fcntl
import functools
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Self

from tests.fork_server import Start

SHARED = "TESTS_FORK_SERVER"
"""The variable that names the folder of a fork server that several processes share."""

ALIVE = "alive"

_STARTING = threading.Lock()


class ForkedProcess:
    """What there is of it once it has been started; `returncode` when it has been waited for."""

    def __init__(self, pid: int, stderr: asyncio.StreamReader, ending: asyncio.Task[int]) -> None:
        self.pid = pid
        self.stderr = stderr
        self._ending = ending

    @classmethod
    async def start(cls, command: Sequence[str], environment: Mapping[str, str]) -> Self:
        """`command` is a module and its arguments, `environment` the whole of it."""
        async with _pipe() as (stderr, writing):
            process = await cls.into(writing, command, environment)
        process.stderr = stderr
        return process

    @classmethod
    async def run(cls, command: Sequence[str], environment: Mapping[str, str]) -> tuple[int, str, str]:
        """Its exit status, standard output and standard error, once it has ended."""
        async with _pipe() as (stderr, errors), _pipe() as (stdout, output):
            process = await cls._begin(command, environment, errors, output)
        try:
            printed, said = await asyncio.gather(stdout.read(), stderr.read())
            return await process.wait(), printed.decode(), said.decode()
        finally:
            process.kill()

    @classmethod
    async def into(cls, stderr: int, command: Sequence[str], environment: Mapping[str, str]) -> Self:
        """As `start`, with an open file for its standard error, of which the process here has nothing to read."""
        return await cls._begin(command, environment, stderr)

    @classmethod
    async def _begin(cls, command: Sequence[str], environment: Mapping[str, str], *outputs: int) -> Self:
        connection = await asyncio.to_thread(_connection)
        Start(command, environment).send(connection, *outputs)
        told, telling = await asyncio.open_connection(sock=connection)
        pid = int(await told.readline())

        async def end() -> int:
            try:
                return int(await told.readline())
            finally:
                telling.close()
                await telling.wait_closed()

        unread = asyncio.StreamReader()
        unread.feed_eof()
        return cls(pid, unread, asyncio.create_task(end()))

    @property
    def returncode(self) -> int | None:
        return self._ending.result() if self._ending.done() else None

    async def wait(self) -> int:
        return await asyncio.shield(self._ending)

    def terminate(self) -> None:
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        self._send(signal.SIGKILL)

    def _send(self, number: signal.Signals) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)


class WaitedProcess:
    """The same without a loop, in the manner of `subprocess.Popen`: `stderr` is an open file, of which there is nothing
    to read here."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], stderr: int) -> None:
        with _connection() as connection:
            Start(command, environment).send(connection, stderr)
            # Unbuffered, so that what can be read is what has not been read. The process ends with this file.
            self._told = connection.makefile("rb", buffering=0)
        self.pid = int(self._told.readline())
        self._status: int | None = None

    def poll(self) -> int | None:
        if self._status is None and select.select([self._told], [], [], 0)[0]:
            self._end()
        return self._status

    def wait(self, timeout: float | None = None) -> int:
        """Raises subprocess.TimeoutExpired."""
        if self._status is None:
            if not select.select([self._told], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0.0)
            self._end()
        assert self._status is not None
        return self._status

    def terminate(self) -> None:
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        self._send(signal.SIGKILL)

    def _send(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def _end(self) -> None:
        self._status = int(self._told.readline())
        self._told.close()


@asynccontextmanager
async def _pipe() -> AsyncIterator[tuple[asyncio.StreamReader, int]]:
    """What is read from a pipe, and the file that writes into it, which is closed afterwards."""
    reading, writing = os.pipe()
    try:
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(reading, "rb", buffering=0)
        )
        yield reader, writing
    finally:
        os.close(writing)


def _connection() -> socket.socket:
    # Several may want the first process of all at once.
    with _STARTING:
        path = _fork_server()
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(str(path))
    return connection


@functools.cache
def _fork_server() -> Path:
    """Where it listens. Without a shared one this process has one of its own, until it ends."""
    if SHARED not in os.environ:
        with ExitStack() as stack:
            stack.enter_context(shared_fork_server())
            atexit.register(stack.pop_all().close)
    return _listening_in(Path(os.environ[SHARED]))


@contextmanager
def shared_fork_server() -> Iterator[None]:
    """One for this process and all that it starts meanwhile, made for the first server that one of them wants."""
    with tempfile.TemporaryDirectory(prefix="compactd-") as folder:
        alive = Path(folder, ALIVE)
        os.mkfifo(alive)
        # It ends with the last that can write into it, which is this process alone, however that ends.
        writing = os.open(alive, os.O_RDWR)
        os.environ[SHARED] = folder
        try:
            yield
        finally:
            del os.environ[SHARED]
            os.close(writing)


def _listening_in(folder: Path) -> Path:
    path = folder / "fork-server"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            command = [sys.executable, "-m", "tests.fork_server", str(path)]
            with (folder / ALIVE).open("rb") as alive:
                subprocess.run(command, stdin=alive, stdout=subprocess.DEVNULL, check=True)
    return path
