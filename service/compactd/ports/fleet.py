"""Whose turn it is, among the jobs that wait. A fleet knows of a job no more than its place: what it is, and what
becomes of it, is in the store (`ports/jobs.py`)."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from compactd.ports.jobs import TakenJob

Work = Callable[[TakenJob], Awaitable[None]]
"""Does a job that was begun, and says in the store what became of it. It raises nothing but CancelledError."""


class Fleet(Protocol):
    """Gives jobs to this process, one after the other and several at once."""

    def wake(self) -> None:
        """Something was queued in this process: jobs that wait are looked for now and not some time later. It is called
        after the commit; nothing is lost where it is not."""

    async def run(self, runner: str, work: Work, leaving: asyncio.Event) -> None:
        """Has jobs done whose turn it is, as many at once as this process takes, under the name `runner`; those too
        that a runner has left which died. Once `leaving` is set it begins no more, and what it has begun goes on. It
        ends by being cancelled, and then returns when no work runs any more: what was begun is cancelled, and is still
        the runner's."""
