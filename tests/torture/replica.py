"""One of the servers on a database, or of the processes that run jobs beside them: it is ended in every way, and
started again."""

import asyncio
import json
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.doors import Door, GrpcDoor, RestDoor
from tests.forked_process import ForkedProcess
from tests.server import SERVE, STOP_SECONDS, environment_of

STARTS_WITHIN = 180.0
"""Seconds; a server serves in three, and in many where cores are few."""

BUG = ("Traceback", "internal error", "never retrieved", "never awaited", "Exception ignored")
"""What no line of a log may hold."""


class Replica:
    """`doors` are those of the present process; they are there while the replica is up. A worker, which is started with
    another `command`, has none."""

    def __init__(self, number: int, folder: Path, settings: Mapping[str, str], command: Sequence[str] = SERVE) -> None:
        self.number = number
        self.name = f"{'server' if command == SERVE else 'worker'} {number}"
        self._command = command
        self.doors: tuple[Door, ...] = ()
        self.is_serving = False
        self.pids: list[int] = []
        self.peak_megabytes = 0.0
        self._folder = folder
        self._settings = settings
        self._process: ForkedProcess | None = None
        self._closed: list[Door] = []
        self._logs: list[Path] = []

    @property
    def is_up(self) -> bool:
        return bool(self.doors)

    async def start(self) -> None:
        """Returns when it serves; it is up from the moment in which it listens."""
        log = self._folder / f"{self.name.replace(' ', '-')}-{len(self._logs)}.log"
        settings = {
            "COMPACTD_GRPC_ADDRESS": "127.0.0.1:0",
            "COMPACTD_HTTP_ADDRESS": "127.0.0.1:0",
            "COMPACTD_ADMIN_ADDRESS": "off",
            "COMPACTD_DRAIN_SECONDS": "0.5",
            **self._settings,
        }
        with log.open("wb") as lines:
            environment = environment_of(self._folder, settings)
            self._process = await ForkedProcess.into(lines.fileno(), self._command, environment)
        self.pids.append(self._process.pid)
        self._logs.append(log)
        if self._command == SERVE:
            listening = await self._event("listening")
            self.doors = (
                GrpcDoor(f"127.0.0.1:{listening['port']}"),
                RestDoor(f"http://127.0.0.1:{listening['http_port']}"),
            )
        await self._event("serving")
        self.is_serving = True

    async def kill(self) -> None:
        """kill -9, of its workers too."""
        self._leave()
        self._signal(signal.SIGKILL)
        await self._running.wait()

    async def drain(self) -> int:
        """SIGTERM, and the status with which it ended. Callers still find its doors."""
        self._running.terminate()
        try:
            return await asyncio.wait_for(self._running.wait(), 2 * STOP_SECONDS)
        finally:
            self._leave()

    async def freeze(self, seconds: float) -> None:
        """The process stands still for so long, and its workers."""
        self._signal(signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            self._signal(signal.SIGCONT)

    async def end(self) -> None:
        """Kills what is left of it, and closes all doors that it ever had."""
        if self._process is not None and self._process.returncode is None:
            await self.kill()
        self._leave()
        for door in self._closed:
            await door.close()

    def look(self) -> None:
        """Notes how much memory it has by now."""
        if self._process is None or self._process.returncode is not None:
            return
        for line in Path(f"/proc/{self._process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                self.peak_megabytes = max(self.peak_megabytes, int(line.split()[1]) * 1024 / 1e6)

    def bugs(self) -> Iterator[str]:
        """The lines of its logs that tell of a bug, with the file in which they stand."""
        for log in self._logs:
            for line in log.read_text(errors="replace").splitlines():
                if any(word in line for word in BUG):
                    yield f"{log.name}: {line[:2000]}"

    def _signal(self, number: int) -> None:
        """To the process, before it could start a worker again, and to its workers."""
        pid = self._running.pid
        workers = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        self.pids += [worker for worker in workers if worker not in self.pids]
        for process in (pid, *workers):
            os.kill(process, number)

    @property
    def _running(self) -> ForkedProcess:
        assert self._process is not None, "it was never started"
        return self._process

    def _leave(self) -> None:
        # Calls in hand end when the process does; a channel that is closed under them would cancel them.
        self._closed += self.doors
        self.doors, self.is_serving = (), False

    async def _event(self, name: str) -> dict[str, object]:
        log = self._logs[-1]
        async with asyncio.timeout(STARTS_WITHIN):
            while True:
                for line in log.read_text(errors="replace").splitlines():
                    if line.startswith("{") and f'"{name}"' in line and line.endswith("}"):
                        logged = json.loads(line)
                        if logged["event"] == name:
                            return dict(logged)
                if self._running.returncode is not None:
                    raise RuntimeError(f"the server ended before it was {name}: {log.read_text()[-2000:]}")
                await asyncio.sleep(0.05)
