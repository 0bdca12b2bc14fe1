"""Drawing up receipts: what was read of a compaction's messages, held against the summary that it wrote."""

from collections.abc import Sequence
from dataclasses import dataclass

from compactd.application.cpu_worker import CpuWorker
from compactd.domain.compactions import Compaction, PartState, SummaryPart
from compactd.domain.keys import ConversationKey
from compactd.domain.receipts import Receipt, ReceiptIdentifier, ReceiptLists
from compactd.extractive.holders import Held, Holders
from compactd.extractive.identifiers import Identifier
from compactd.extractive.receipt import Outcome, outcome_of, unfounded_in
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
        self, key: ConversationKey, changed: Changed, sources: Sequence[DigestSource] | None = None
    ) -> Receipt:
        """The counts. `sources` are the evicted and the kept messages, where they have been read already. Raises
        ConversationNotFound if the conversation has been deleted meanwhile."""
        if sources is None:
            sources = await self._contexts.load_digests(key, changed.first, changed.last)
        holders = Holders()
        await self._add(key, holders, sources)
        outcome = await self._outcome(holders, changed)
        return outcome.receipt(len(await self._unfounded(key, changed, outcome)))

    async def lists(self, key: ConversationKey, record: Compaction) -> ReceiptLists:
        """What the receipt of a record counts, worked out once more. `record` has the ids of its evicted messages.
        Raises ConversationNotFound if the conversation has been deleted meanwhile."""
        parent_id = record.parent_id
        parent = parent_id and await self._compactions.get_compaction(key, parent_id, message_ids=False)
        earlier = parent.parts if parent else ()
        last = record.last_seen_position
        changed = Changed(record.first_evicted_position, record.context_start, last, record.parts, earlier)
        sources = await self._contexts.load_digests(key, changed.first, changed.last)
        evicted = [source for source in sources if source.position <= record.last_evicted_position]
        ids = dict(zip((source.position for source in evicted), record.evicted_message_ids, strict=True))
        holders = Holders()
        await self._add(key, holders, evicted)
        # Before those that were kept push them out.
        places = {held.value: held.positions[-IDS_AT_MOST:] for held in holders.all()}
        await self._add(key, holders, sources[len(evicted) :])
        outcome = await self._outcome(holders, changed)
        unfounded = await self._unfounded(key, changed, outcome)

        def named(held: Held) -> ReceiptIdentifier:
            return ReceiptIdentifier(held.kind, held.value, [ids[position] for position in places[held.value]])

        return _within(
            ReceiptLists(
                retained=list(map(named, outcome.retained)),
                recoverable=list(map(named, outcome.recoverable)),
                unfounded=[ReceiptIdentifier(one.kind, one.value) for one in unfounded],
            )
        )

    async def _add(self, key: ConversationKey, holders: Holders, sources: Sequence[DigestSource]) -> None:
        digests_read = await self._extractive.add_to(holders, sources)
        if digests_read:
            self._contexts.keep_digests(key, digests_read)

    async def _outcome(self, holders: Holders, changed: Changed) -> Outcome:
        written = [part.text for part in changed.written]
        return await self._worker.run_in_turns(outcome_of(holders, changed.new_start, join(changed.parts), written))

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
