"""Drawing up receipts: what was read of a compaction's messages, held against the summary that it wrote."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from compactd.application.cpu_worker import CpuWorker
from compactd.domain.compactions import Compaction, PartState, SummaryPart
from compactd.domain.keys import ConversationKey
from compactd.domain.receipts import Receipt, ReceiptIdentifier, ReceiptLists
from compactd.extractive.ledger.holders import Holders
from compactd.extractive.ledger.receipt import Outcome, unfounded_in
from compactd.extractive.reading.identifiers import Identifier
from compactd.ports.compactions import CompactionStore
from compactd.ports.contexts import ContextStore, DigestSource
from compactd.ports.extractive import Extractive
from compactd.strategies.summary_parts import join

LIST_BYTES = 1024 * 1024
"""The most bytes of the lists of a receipt, about."""

IDS_AT_MOST = 20
"""Messages that are named as holding an identifier: the last ones."""

_ID_BYTES = 50
"""What the id of a message takes in an answer, and what an identifier takes beside its value."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A context that a compaction has changed: what was evicted from position `first` on, what is kept from
    `new_start` to `last`, the parts of its summary now, and those that it had before."""

    first: int
    new_start: int
    last: int
    parts: Sequence[SummaryPart]
    earlier: Sequence[SummaryPart]

    @property
    def written(self) -> list[SummaryPart]:
        """The parts that the compaction wrote."""
        return [part for part in self.parts if part.state is not PartState.KEPT]


class Receipts:
    """Draws up receipts, and lists what they count."""

    def __init__(
        self, contexts: ContextStore, compactions: CompactionStore, extractive: Extractive, worker: CpuWorker
    ) -> None:
        self._contexts = contexts
        self._compactions = compactions
        self._extractive = extractive
        self._worker = worker

    async def draw_up(
        self,
        key: ConversationKey,
        changed: Changed,
        evicted: Sequence[DigestSource] | None = None,
        kept: Sequence[DigestSource] = (),
    ) -> Receipt:
        """The counts. `evicted` and `kept` are the messages, where they have been read already. Raises
        ConversationNotFound if the conversation has been deleted meanwhile."""
        if evicted is None:
            evicted, kept = await self._sources(key, changed)
        outcome = await self._outcome(key, changed, evicted, kept)
        return outcome.receipt(len(await self._unfounded(key, changed, outcome)))

    async def lists(self, key: ConversationKey, record: Compaction) -> ReceiptLists:
        """What the receipt of a record counts, worked out once more. `record` has the ids of its evicted messages.
        Raises ConversationNotFound if the conversation has been deleted meanwhile."""
        parent_id = record.parent_id
        parent = parent_id and await self._compactions.get_compaction(key, parent_id, message_ids=False)
        changed = Changed(
            first=record.first_evicted_position,
            new_start=record.context_start,
            last=record.last_seen_position,
            parts=record.parts,
            earlier=parent.parts if parent else (),
        )
        evicted, kept = await self._sources(key, changed)
        outcome = await self._outcome(key, changed, evicted, kept)
        unfounded = await self._unfounded(key, changed, outcome)
        holders = Holders()
        await self._extractive.add_to(holders, evicted)
        ids = dict(zip((source.position for source in evicted), record.evicted_message_ids, strict=True))

        def named(identifier: Identifier) -> ReceiptIdentifier:
            held = holders.get(identifier.value)
            positions = held.positions[-IDS_AT_MOST:] if held else ()
            return ReceiptIdentifier(identifier.kind, identifier.value, [ids[position] for position in positions])

        return _within(
            ReceiptLists(
                retained=list(map(named, outcome.retained)),
                recoverable=list(map(named, outcome.recoverable)),
                unfounded=[ReceiptIdentifier(one.kind, one.value) for one in unfounded],
            )
        )

    async def _sources(
        self, key: ConversationKey, changed: Changed
    ) -> tuple[Sequence[DigestSource], Sequence[DigestSource]]:
        """The evicted messages and the kept ones."""
        sources = await self._contexts.load_digests(key, changed.first, changed.last)
        evicted = bisect_left(sources, changed.new_start, key=attrgetter("position"))
        return sources[:evicted], sources[evicted:]

    async def _outcome(
        self, key: ConversationKey, changed: Changed, evicted: Sequence[DigestSource], kept: Sequence[DigestSource]
    ) -> Outcome:
        written = [part.text for part in changed.written]
        outcome, digests_read = await self._extractive.outcome(evicted, kept, join(changed.parts), written)
        if digests_read:
            self._contexts.keep_digests(key, digests_read)
        return outcome

    async def _unfounded(self, key: ConversationKey, changed: Changed, outcome: Outcome) -> Sequence[Identifier]:
        """Of the doubtful ones those that stand neither in the summary before, nor in what the parts stand for, in what
        is kept or in the system message. Most compactions have none that is doubtful, and read nothing here."""
        if not outcome.doubtful:
            return ()
        texts = [part.text for part in changed.earlier]
        first = min(part.first_position for part in changed.written)
        texts += [stored.message.text for stored in await self._contexts.load_messages(key, 0, 0)]
        texts.append(await self._contexts.load_transcript(key, first, changed.last))
        return await self._worker.run_in_turns(unfounded_in(outcome.doubtful, texts))


def _within(lists: ReceiptLists) -> ReceiptLists:
    """As much of the lists as there is room for: what may be invented, then what is lost, then what is not."""
    room = LIST_BYTES
    taken: list[list[ReceiptIdentifier]] = []
    for identifiers in (lists.unfounded, lists.recoverable, lists.retained):
        fitting: list[ReceiptIdentifier] = []
        for one in identifiers:
            room -= len(one.value.encode()) + _ID_BYTES * (1 + len(one.message_ids))
            if room < 0:
                break
            fitting.append(one)
        taken.append(fitting)
    unfounded, recoverable, retained = taken
    return ReceiptLists(retained, recoverable, unfounded)
