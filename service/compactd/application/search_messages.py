"""SearchMessages: messages found again by their words."""

from dataclasses import dataclass

from compactd.application.cpu_worker import CpuWorker
from compactd.domain.errors import InvalidField
from compactd.domain.keys import ConversationRef
from compactd.domain.messages import StoredMessage
from compactd.domain.paging import Page
from compactd.ports.search import SearchStore, Unindexed
from compactd.strategies.search_terms import index_messages, new_secret, search_terms
from compactd.strategies.search_words import MAX_QUERY, query_words


@dataclass(frozen=True, slots=True)
class SearchMessages:
    """Indexes what came since the last search, then searches: who never searches pays nothing for it."""

    store: SearchStore
    worker: CpuWorker

    async def __call__(
        self, ref: ConversationRef, query: str, page: Page, *, evicted_only: bool
    ) -> list[StoredMessage]:
        """The messages that hold every word of the query, by position. InvalidField naming `query`; AgentNotFound,
        ConversationNotFound."""
        if len(query) > MAX_QUERY:
            raise InvalidField("query", f"has {len(query)} characters, at most {MAX_QUERY} are allowed.")
        words = query_words(query)
        if not words:
            raise InvalidField("query", "give words to find, with a letter or a digit at least.")
        index = await self._indexed(ref)
        terms = None if index.secret is None else search_terms(words, index.secret)
        return await self.store.search(index.key, terms, page, evicted_only=evicted_only)

    async def _indexed(self, ref: ConversationRef) -> Unindexed:
        """Indexes what stands in the conversation by now, unit by unit: one that ends before the last has done what it
        has done. Where two do so at once, each goes on from where the other has got; where the other one is of a newer
        version, this one leaves the rest to it."""
        unindexed = await self.store.unindexed(ref)
        end = unindexed.end
        while unindexed.first < min(end, unindexed.end):
            secret = unindexed.secret or new_secret()
            indexed = await self.worker.run_in_turns(index_messages(unindexed.messages, secret))
            await self.store.index(unindexed, secret, indexed)
            unindexed = await self.store.unindexed(unindexed.key)
        return unindexed
