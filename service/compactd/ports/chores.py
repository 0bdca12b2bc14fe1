"""Whose turn it is to do what is done for a whole database, at set times, by one process at a time. Every time is one
of the database's clock."""

from typing import Protocol

HELD_SECONDS = 15.0
"""How long a chore is its process's after it was begun or renewed: so long nobody takes over from one that was
killed."""


class ChoreStore(Protocol):
    """Errors are those of every store (`ports/store.py`). `runner` names a process, and is not used twice."""

    async def chore_due_in(self, name: str, every_seconds: float) -> float:
        """After how many seconds somebody may begin the chore, none or fewer for now: at its next time, which is never
        further away than `every_seconds`, and not while a process has it."""

    async def begin_chore(self, name: str, every_seconds: float, runner: str) -> bool:
        """Whether it is the runner's now: it was due, and nobody had it."""

    async def renew_chore(self, name: str, runner: str) -> bool:
        """Whether it is the runner's still, for HELD_SECONDS from now."""

    async def end_chore(self, name: str, runner: str, pause_seconds: float) -> None:
        """Nobody has it any more, and it is due after so many seconds. Nothing, if it is not the runner's."""
