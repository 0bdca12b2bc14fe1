"""Where messages are found again by what they say."""

from collections.abc import Sequence
from typing import Protocol

from compactd.domain.keys import ConversationKey, ConversationRef
from compactd.domain.messages import StoredMessage
from compactd.domain.paging import Page
from compactd.domain.value_class import value
from compactd.strategies.search_terms import IndexedMessage


@value
class Unindexed:
    """How far a conversation is indexed, and what comes next.

    Messages before `first` are indexed, with terms made with `secret`; None where there is no index by today's rules
    yet. `messages` are some of those that are missing, up to the position before `until`: system message and summaries
    are passed over, so there may be none. `end` is the position that the conversation's next message takes.
    """

    key: ConversationKey
    secret: bytes | None
    first: int
    until: int
    end: int
    messages: Sequence[StoredMessage]


class SearchStore(Protocol):
    """The search indexes of conversations, each made when it is first searched."""

    async def unindexed(self, ref: ConversationRef) -> Unindexed:
        """The next messages that a search has to index: as many as one unit of work should take, so that others get
        their turn; the first of them in any case."""

    async def index(self, unindexed: Unindexed, secret: bytes, indexed: Sequence[IndexedMessage]) -> None:
        """Keeps the terms of those messages, made with `secret`, which is the index's own from now on where there was
        none. Where somebody else has come first nothing changes. NotSupported where the database cannot index."""

    async def search(
        self, key: ConversationKey, terms: Sequence[str] | None, page: Page, *, evicted_only: bool
    ) -> list[StoredMessage]:
        """The indexed messages that have all of the terms, by position; none for None. If `evicted_only`, those that
        no longer stand in the context. Cursors are ids of messages of the conversation, found or not."""
