"""Drawing up receipts: what was read of a compaction's messages, held against the summary that it wrote."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from compactd.application.cpu_worker import CpuWorker
from compactd.application.material import Evicted, Findings
from compactd.domain.compactions import Compaction, PartState, SummaryPart
from compactd.domain.keys import ConversationKey
from compactd.domain.receipts import Receipt, ReceiptIdentifier, ReceiptLists
from compactd.extractive.ledger.doubts import Doubts
from compactd.extractive.ledger.holders import Holders
from compactd.extractive.ledger.receipt import Outcome
from compactd.extractive.reading.identifiers import Identifier
from compactd.ports.compactions import CompactionStore
from compactd.ports.contexts import ContextStore, DigestSource, Mentions
from compactd.ports.extractive import DigestsRead, Extractive
from compactd.strategies.steps import finished
from compactd.strategies.summary_parts import join

LIST_BYTES = 1024 * 1024
"""The most bytes of the lists of a receipt, about."""

IDS_AT_MOST = 20
"""Messages that are named as holding an identifier: the last ones."""

_SHORT_TEXTS = 64 * 1024
"""Code points that are gone through in the time that the way to the worker takes."""

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
    def written(self) -> list[str]:
        """The texts of the parts that the compaction wrote."""
        return [part.text for part in self._new_parts]

    @property
    def first_read(self) -> int:
        """The position of the first message that these parts stand for."""
        return min(part.first_position for part in self._new_parts)

    @property
    def summary(self) -> str:
        return join(self.parts)

    @property
    def _new_parts(self) -> list[SummaryPart]:
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

    async def draw_up(self, key: ConversationKey, changed: Changed, evicted: Evicted, findings: Findings) -> Receipt:
        """The counts. `evicted` is what is at hand of the messages, `findings` what was found out about them since.
        Raises ConversationNotFound if the conversation has been deleted meanwhile."""
        outcome = None
        if evicted.mentions is not None:
            outcome = await self._extractive.outcome(
                evicted.mentions, changed.summary, changed.written, findings.quoted
            )
        if outcome is None:
            outcome = await self._outcome(key, changed, findings)
        unfounded = await self._unfounded(key, changed, outcome.doubtful, evicted, findings)
        return outcome.receipt(len(unfounded))

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
        findings = Findings()
        outcome = await self._outcome(key, changed, findings)
        unfounded = await self._unfounded(key, changed, outcome.doubtful, Evicted(), findings)
        evicted, _ = await self._sources(key, changed, findings)
        holders = Holders()
        await self._extractive.add_to(holders, evicted)
        ids = dict(zip((source.position for source in evicted), record.evicted_message_ids, strict=True))

        def named(identifier: Identifier) -> ReceiptIdentifier:
            held = holders.get(identifier.value)
            positions = held.positions[-IDS_AT_MOST:] if held else ()
            return ReceiptIdentifier(identifier.kind, identifier.value, [ids[position] for position in positions])

        return _within(
            ReceiptLists(
                retained=list(map(named, outcome.identifiers(retained=True))),
                recoverable=list(map(named, outcome.identifiers(retained=False))),
                unfounded=[ReceiptIdentifier(one.kind, one.value) for one in unfounded],
            )
        )

    async def _sources(
        self, key: ConversationKey, changed: Changed, findings: Findings
    ) -> tuple[Sequence[DigestSource], Sequence[DigestSource]]:
        """The evicted messages and the kept ones."""
        sources = findings.applied_to(await self._contexts.load_digests(key, changed.first, changed.last))
        evicted = bisect_left(sources, changed.new_start, key=attrgetter("position"))
        return sources[:evicted], sources[evicted:]

    async def _outcome(self, key: ConversationKey, changed: Changed, findings: Findings) -> Outcome:
        """By the digests of all messages: where one of them has not been read, or not by today's rules."""
        evicted, kept = await self._sources(key, changed, findings)
        outcome, digests_read = await self._extractive.outcome_by_digests(
            evicted, kept, changed.summary, changed.written
        )
        self._keep(key, digests_read, findings)
        return outcome

    async def _unfounded(
        self,
        key: ConversationKey,
        changed: Changed,
        doubtful: Sequence[Identifier],
        evicted: Evicted,
        findings: Findings,
    ) -> Sequence[Identifier]:
        """Those that stand neither in the summary before, nor in what the new parts stand for, in what is kept or in
        the system message. What may only be written otherwise there is looked for in what was read of the messages."""
        if not doubtful:
            return ()
        doubts = Doubts(doubtful)
        texts = [part.text for part in changed.earlier]
        first = changed.first_read
        if evicted.transcript is not None and first >= changed.first:
            texts.append(evicted.transcript)
            first = changed.new_start
        texts.append(await self._system_text(key, evicted.mentions))
        await self._look(doubts, texts)
        if doubts.unfounded and first <= changed.last:
            await self._look(doubts, [await self._contexts.load_transcript(key, first, changed.last)])
        if not doubts.unclear:
            return doubts.unfounded
        gone, kept = await self._sources(key, changed, findings)
        left, digests_read = await self._extractive.unfounded(doubts.unclear, (*gone, *kept), changed.written)
        self._keep(key, digests_read, findings)
        settled = set(doubts.unclear).difference(left)
        return [identifier for identifier in doubts.unfounded if identifier not in settled]

    async def _system_text(self, key: ConversationKey, mentions: Mentions | None) -> str:
        if mentions is not None and mentions.system is not None:
            return mentions.system
        [system] = await self._contexts.load_messages(key, 0, 0)
        return system.message.text

    async def _look(self, doubts: Doubts, texts: Sequence[str]) -> None:
        look = doubts.look_in(texts)
        if sum(map(len, texts)) <= _SHORT_TEXTS:
            finished(look)
        else:
            await self._worker.run_in_turns(look)

    def _keep(self, key: ConversationKey, digests_read: DigestsRead, findings: Findings) -> None:
        if digests_read:
            findings.add(digests_read)
            self._contexts.keep_digests(key, digests_read)


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
