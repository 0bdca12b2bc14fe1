"""How what is deleted leaves the database, down to its last byte."""

from typing import Protocol

from compactd.domain.erasures import Erasure


class ErasureStore(Protocol):
    """Deleting begins with `delete_agent` and `delete_conversation` of the other stores. After those nothing of it can
    be read by anybody; what follows is about rows that are nobody's."""

    async def remove_rest(self, erasure: Erasure | None) -> bool:
        """Removes some of the rows that the erasure has left, or that any has; whether there are more. False also
        where the database is away, or another process is at them: a later call finds what is left."""

    async def scrub(self) -> bool:
        """Removes from the database's own log what this process has deleted, as far as the database lets it: True if
        nothing is left to do, False if others were in the way and it is to be tried again."""
