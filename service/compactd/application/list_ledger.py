"""ListLedger: the identifiers of a conversation, out of what was read of its messages."""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from compactd.application.cpu_worker import CpuWorker
from compactd.domain.errors import InvalidField
from compactd.domain.keys import ConversationKey, ConversationRef
from compactd.domain.ledger import LedgerEntry, LedgerFilter, identifier_id
from compactd.domain.paging import Page
from compactd.extractive.ledger.holders import HOLDERS_AT_MOST, Held, Holders
from compactd.ports.contexts import ContextStore
from compactd.ports.extractive import Extractive
from compactd.strategies.steps import A_STEP, Steps

MESSAGES_AT_ONCE = 500
"""Positions whose digests are read by one unit of work."""

_Place = tuple[int, str]
"""What entries are ordered by: the position of the last message that holds one, and its value."""


@dataclass(frozen=True, slots=True)
class ListLedger:
    """Lists the identifiers of a conversation's messages, without its system message and its summaries."""

    contexts: ContextStore
    extractive: Extractive
    worker: CpuWorker

    async def __call__(self, ref: ConversationRef, where: LedgerFilter, page: Page) -> list[LedgerEntry]:
        """The entries of a page. Messages that come meanwhile may be left out. Raises AgentNotFound or
        ConversationNotFound; InvalidField naming `after` or `before` if no identifier has that id."""
        state = await self.contexts.state(ref)
        holders = await self._holders(state.key, state.last_position)
        chosen = await self.worker.run_in_turns(_chosen(holders, where, page, state.context_start))
        ids = await self._message_ids(state.key, chosen)
        return [
            LedgerEntry(
                id=identifier_id(held.kind, held.value),
                kind=held.kind,
                value=held.value,
                label=held.label,
                count=held.count,
                message_ids=[ids[position] for position in held.positions[-HOLDERS_AT_MOST:]],
                last_position=held.last,
                evicted=held.last < state.context_start,
            )
            for held in chosen
        ]

    async def _holders(self, key: ConversationKey, last_position: int) -> Holders:
        """Of the whole conversation. What had to be read for it is kept."""
        holders = Holders()
        for first in range(1, last_position + 1, MESSAGES_AT_ONCE):
            sources = await self.contexts.load_digests(key, first, min(first + MESSAGES_AT_ONCE - 1, last_position))
            digests_read = await self.extractive.add_to(holders, sources)
            if digests_read:
                self.contexts.keep_digests(key, digests_read)
        return holders

    async def _message_ids(self, key: ConversationKey, chosen: Sequence[Held]) -> dict[int, str]:
        """By position, of all that hold what was chosen."""
        if not chosen:
            return {}
        first = min(held.positions[-HOLDERS_AT_MOST:][0] for held in chosen)
        return await self.contexts.load_ids(key, first, max(held.last for held in chosen))


def _chosen(holders: Holders, where: LedgerFilter, page: Page, context_start: int) -> Steps[list[Held]]:
    """The page's identifiers, in the order asked for."""
    after = yield from _beyond(holders, page, "after")
    before = yield from _beyond(holders, page, "before")
    text = where.text.casefold()
    found: list[Held] = []
    for number, held in enumerate(holders.all(), 1):
        if number % A_STEP == 0:
            yield
        wanted = (
            (not where.kinds or held.kind in where.kinds)
            and (not where.evicted_only or held.last < context_start)
            and text in held.value.casefold()
        )
        if wanted and after(_place(held)) and before(_place(held)):
            found.append(held)
    nearest = page.before is not None and page.after is None
    # In a loop of Python, between whose steps others get their turn, which sorting all of them would not let them.
    take = heapq.nsmallest if page.descending == nearest else heapq.nlargest
    chosen = take(page.limit, found, key=_place)
    return chosen[::-1] if nearest else chosen


def _beyond(holders: Holders, page: Page, name: str) -> Steps[Callable[[_Place], bool]]:
    """Whether a place is on the side of the cursor of this name that was asked for; where there is none, it is."""
    cursor: str | None = getattr(page, name)
    if cursor is None:
        return lambda _: True
    for number, held in enumerate(holders.all(), 1):
        if number % A_STEP == 0:
            yield
        if identifier_id(held.kind, held.value) == cursor:
            at = _place(held)
            return at.__lt__ if (name == "after") != page.descending else at.__gt__
    raise InvalidField(name, f"there is no {cursor} in this list: take the id of an item of it.")


def _place(held: Held) -> _Place:
    return held.last, held.value
