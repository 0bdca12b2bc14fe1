"""Requests to models that wait for their permits: by namespaces in turn, those of callers before those of jobs."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from math import inf

from compactd.application.deadline import Deadline
from compactd.domain.allowance import Ask
from compactd.domain.handles import ModelHandle


class WaitingRequest:
    """`ask` says what it takes; `turn` is done when it may leave, or never will. `in_line` while it waits in one.
    `may_be_put_off` says at each moment whether it could come again later as well."""

    __slots__ = ("ask", "began", "deadline", "in_line", "may_be_put_off", "model", "namespace", "turn")

    def __init__(
        self,
        model: ModelHandle,
        ask: Ask,
        namespace: str,
        deadline: Deadline | None,
        may_be_put_off: Callable[[], bool] = lambda: False,
    ) -> None:
        self.began = time.monotonic()
        self.may_be_put_off = may_be_put_off
        self.model = model
        self.ask = ask
        self.namespace = namespace
        self.deadline = deadline
        self.in_line = False
        self.turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @property
    def seconds_left(self) -> float:
        return inf if self.deadline is None else self.deadline.remaining()

    @property
    def seconds_waited(self) -> float:
        return time.monotonic() - self.began

    @property
    def was_served(self) -> bool:
        """Whether it may leave: its turn has come, and nothing else."""
        return self.turn.done() and not self.turn.cancelled() and self.turn.exception() is None

    def fail(self, error: Exception) -> None:
        if not self.turn.done():
            self.turn.set_exception(error)


class _RoundRobin:
    """A line for each namespace that has something waiting. The lines take turns: the one that has had its turn last
    stands at the end."""

    def __init__(self) -> None:
        self._lines: dict[str, deque[WaitingRequest]] = {}

    def __len__(self) -> int:
        return sum(len(line) for line in self._lines.values())

    def __iter__(self) -> Iterator[WaitingRequest]:
        """In the order in which they would be served if nobody else came."""
        lines = [iter(line) for line in self._lines.values()]
        while lines:
            left = []
            for line in lines:
                if (request := next(line, None)) is not None:
                    yield request
                    left.append(line)
            lines = left

    def add(self, request: WaitingRequest) -> None:
        self._lines.setdefault(request.namespace, deque()).append(request)
        request.in_line = True

    def remove(self, request: WaitingRequest, *, served: bool) -> None:
        line = self._lines[request.namespace]
        line.remove(request)
        request.in_line = False
        if not line:
            del self._lines[request.namespace]
        elif served:
            self._lines[request.namespace] = self._lines.pop(request.namespace)


class WaitingRequests:
    """All that waits in a process for one credential of a provider."""

    def __init__(self) -> None:
        self._online = _RoundRobin()
        self._jobs = _RoundRobin()

    @property
    def count(self) -> int:
        return len(self._online) + len(self._jobs)

    @property
    def job_count(self) -> int:
        return len(self._jobs)

    def __iter__(self) -> Iterator[WaitingRequest]:
        """In the order in which they would be served: jobs last."""
        yield from self._online
        yield from self._jobs

    @property
    def of_jobs(self) -> list[WaitingRequest]:
        """Those of jobs, in their order."""
        return [*self._jobs]

    def first(self, count: int) -> list[WaitingRequest]:
        return list(islice(self, count))

    def add(self, request: WaitingRequest) -> None:
        self._of(request).add(request)

    def serve(self, request: WaitingRequest) -> None:
        """It has had its turn."""
        self._of(request).remove(request, served=True)

    def drop(self, request: WaitingRequest) -> None:
        """It waits no longer; the next one of its namespace has its turn."""
        self._of(request).remove(request, served=False)

    def _of(self, request: WaitingRequest) -> _RoundRobin:
        return self._jobs if request.ask.background else self._online
