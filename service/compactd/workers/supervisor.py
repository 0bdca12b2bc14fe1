"""Starts workers, starts those again that die, passes on what it is told, and ends when they have ended."""

import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

import structlog

from compactd.stop_signals import HURRY, STOP
from compactd.workers.held_port import HeldPort
from compactd.workers.restarts import Deaths

WATCHED = frozenset({*STOP, signal.SIGCHLD})

CRASHED = 70
"""What a worker ends with that meets an error which nobody handles (EX_SOFTWARE)."""

REFUSALS = (1, 2)
"""What a worker ends with that cannot serve as it is told to: it has said why, and another one would say the same."""

REFUSAL_SECONDS = 10.0
"""A worker that has lived for longer has been able to serve."""

LONG_SECONDS = 3600.0

ADMIN = "admin"
"""The name of what has the admin port: no worker, but started like one. It is not told to stop: it says that the
workers do, until they have, and sees then that there is no supervisor any more."""

Serve = Callable[[int], int]
"""What a process does until it ends, with its exit status. It is given the end of a pipe that can be read when there is
no supervisor any more; the signals that a supervisor watches are blocked."""


@dataclass(slots=True)
class Worker:
    """The place of a worker, and the process that is in it. `due` is when the next one is started, by the monotonic
    clock; None if it is not."""

    name: int | str
    serve: Serve
    pid: int | None = None
    started: float = 0.0
    deaths: Deaths = field(default_factory=Deaths)
    due: float | None = 0.0


class Supervisor:
    """Of one thread, without an event loop: it waits for signals, and forks. Where it is killed workers see a pipe end,
    and stop."""

    def __init__(self, held: Sequence[HeldPort], workers: Sequence[Serve], admin: Serve | None) -> None:
        """`held` is no worker's business; `admin` is what has the admin port, if anything has."""
        self._workers = [Worker(number, serve) for number, serve in enumerate(workers, start=1)]
        self._admin = Worker(ADMIN, admin) if admin else None
        self._all = [*self._workers, self._admin] if self._admin else self._workers
        self._held = held
        self._alive, self._living = os.pipe()
        self._status = 0
        self._is_stopping = False
        self._is_told_to_stop = False
        self._log = structlog.get_logger()

    def run(self) -> int:
        """Returns the exit status when there is no worker any more: 0 if all have ended as they were told to. The
        signals that it watches have to be blocked."""
        while True:
            self._start_those_due()
            if all(worker.pid is None and worker.due is None for worker in self._workers):
                break
            told = signal.sigtimedwait(WATCHED, self._seconds_until_due())
            if told is not None and told.si_signo in STOP:
                self._stop_as_told(told.si_signo)
            self._bury()
        os.close(self._living)
        if self._admin is not None and self._admin.pid is not None:
            os.waitpid(self._admin.pid, 0)
        return self._status

    def _seconds_until_due(self) -> float:
        dues = [worker.due for worker in self._all if worker.due is not None]
        return max(0.0, min(dues) - time.monotonic()) if dues else LONG_SECONDS

    def _start_those_due(self) -> None:
        for worker in self._all:
            if worker.due is not None and worker.due <= time.monotonic():
                self._start(worker)

    def _start(self, worker: Worker) -> None:
        worker.due, worker.started = None, time.monotonic()
        try:
            worker.pid = os.fork()
        except OSError as error:
            self._again(worker, why=str(error))
            return
        if worker.pid == 0:
            self._become(worker)
        self._log.info("worker started", worker=worker.name, pid=worker.pid)

    def _become(self, worker: Worker) -> NoReturn:
        """What the new process does, and all that it does."""
        status = CRASHED
        try:
            # Of the pipe's other end there may be no copy, and the ports are the workers' to listen at.
            os.close(self._living)
            for port in self._held:
                port.close()
            structlog.contextvars.bind_contextvars(worker=worker.name)
            status = worker.serve(self._alive)
        except Exception:  # noqa: BLE001 - a bug, whatever it is: the process ends for it
            self._log.exception("worker failed")
        finally:
            sys.stderr.flush()
            # Nothing of what the supervisor still has to do is this process's.
            os._exit(status)

    def _bury(self) -> None:
        """Takes note of every process that has ended; also of those that were left to this one, in a container."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            for worker in self._all:
                if worker.pid == pid:
                    self._ended(worker, os.waitstatus_to_exitcode(status))

    def _ended(self, worker: Worker, status: int) -> None:
        worker.pid = None
        why = f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"
        if self._is_stopping:
            if status:
                self._log.error("worker ended", worker=worker.name, why=why)
                self._status = self._status or 1
        elif status in REFUSALS and time.monotonic() - worker.started < REFUSAL_SECONDS:
            self._give_up(status)
        else:
            self._again(worker, why)

    def _again(self, worker: Worker, why: str) -> None:
        now = time.monotonic()
        lived = now - worker.started
        worker.deaths = worker.deaths.another(lived)
        pause = worker.deaths.pause
        self._log.error("worker ended", worker=worker.name, why=why, seconds=round(lived, 1), starts_again_after=pause)
        if pause is None:
            self._give_up(1)
        else:
            worker.due = now + pause

    def _give_up(self, status: int) -> None:
        self._status = status
        self._stop(signal.SIGTERM)

    def _stop_as_told(self, number: int) -> None:
        self._stop(HURRY if self._is_told_to_stop else number)
        self._is_told_to_stop = True

    def _stop(self, number: int) -> None:
        self._is_stopping = True
        for worker in self._all:
            worker.due = None
        for worker in self._workers:
            if worker.pid is not None:
                os.kill(worker.pid, number)
