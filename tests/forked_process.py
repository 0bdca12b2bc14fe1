"""A process out of the fork server, in the manner of `asyncio.subprocess.Process`."""

import asyncio
import atexit
import functools
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from tests.fork_server import Start


class ForkedProcess:
    """What there is of it once it has been started; `returncode` when it has been waited for."""

    def __init__(self, pid: int, stderr: asyncio.StreamReader, ending: asyncio.Task[int]) -> None:
        self.pid = pid
        self.stderr = stderr
        self._ending = ending

    @classmethod
    async def start(cls, command: Sequence[str], environment: Mapping[str, str]) -> Self:
        """`command` is a module and its arguments, `environment` the whole of it."""
        connection = await asyncio.to_thread(_connection)
        reading, writing = os.pipe()
        Start(command, environment).send(connection, writing)
        os.close(writing)
        told, telling = await asyncio.open_connection(sock=connection)
        pid = int(await told.readline())

        async def end() -> int:
            try:
                return int(await told.readline())
            finally:
                telling.close()
                await telling.wait_closed()

        stderr = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(stderr), os.fdopen(reading, "rb", buffering=0)
        )
        return cls(pid, stderr, asyncio.create_task(end()))

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


def _connection() -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(str(_fork_server()))
    return connection


@functools.cache
def _fork_server() -> Path:
    """Where the one of this test process listens: made for its first server, gone with the last test."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="compactd-")))
        path = folder / "fork-server"
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.fork_server", str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        # Leaves by closing both pipes and waiting for the process.
        stack.enter_context(server)
        assert server.stdout is not None
        assert server.stdout.readline() == b"listening\n"
        atexit.register(stack.pop_all().close)
    return path
