"""The embedded summarizer as the use cases ask for it: off the event loop."""

from collections.abc import Callable, Collection, Sequence

from compactd.application.cpu_worker import CpuWorker
from compactd.domain.messages import ChatMessage
from compactd.extractive.fixed_words import BULLET
from compactd.extractive.ledger.doubts import unfounded_in
from compactd.extractive.ledger.holders import Holders
from compactd.extractive.ledger.members import kinds_in, members_of, values_in
from compactd.extractive.ledger.mentions import words_of_digest
from compactd.extractive.ledger.receipt import Outcome, mentioned_in, named_in, outcome_of
from compactd.extractive.ledger_section import with_ledger
from compactd.extractive.part_merge import merge_in_steps
from compactd.extractive.reading.digest import Digest, decode_digest, encode_digest
from compactd.extractive.reading.identifiers import Identifier
from compactd.extractive.reading.reader import Reader
from compactd.extractive.summary import default_limit, draft_summary
from compactd.ports.contexts import DigestSource, Mentions, StoredDigest
from compactd.ports.extractive import DigestsRead, Extract
from compactd.strategies.secrets import Redactions
from compactd.strategies.steps import Steps

LONGEST_READ_AT_ONCE = 64 * 1024
"""Code points of a message that is read as it is stored: a longer one would keep its caller waiting, and is read when
it is summarized."""


class ExtractiveOnWorker:
    """The port Extractive, on the CPU worker."""

    def __init__(self, worker: CpuWorker) -> None:
        self._worker = worker
        self._reader = Reader()

    def default_limit(self, characters: int, tokens: int) -> int:
        """Code points that a summary of messages with so many `characters` and `tokens` may have at most."""
        return default_limit(characters, tokens)

    async def read(self, messages: Sequence[ChatMessage], redactions: Redactions) -> list[StoredDigest | None]:
        """The digests of messages, in their order; None for one so long that it is read when it is summarized."""
        return await self._worker.run_in_turns(self._digests(messages, redactions))

    async def summarize(
        self, sources: Sequence[DigestSource], limit: Callable[[int], int], earlier: Sequence[str] = ()
    ) -> Extract:
        """At most so many code points as `limit` says; `earlier` are the parts before it, not to be repeated."""
        return await self._worker.run_in_turns(self._extract(sources, limit, earlier))

    async def add_ledger(
        self,
        text: str,
        sources: Sequence[DigestSource],
        limit: Callable[[int], int],
        earlier: Sequence[str] = (),
        *,
        cut: bool,
    ) -> Extract:
        """The text with a section of identifiers behind it, as far as there is room."""
        return await self._worker.run_in_turns(self._with_ledger(text, sources, limit, earlier, cut=cut))

    async def outcome(
        self, mentions: Mentions, summary: str, written: Sequence[str], quoted: Collection[str] = ()
    ) -> Outcome | None:
        """What became of the identifiers of the evicted messages; None where other rules have read one of them."""
        return await self._worker.run_in_turns(self._outcome(mentions, summary, written, quoted))

    async def outcome_by_digests(
        self, evicted: Sequence[DigestSource], kept: Sequence[DigestSource], summary: str, written: Sequence[str]
    ) -> tuple[Outcome, DigestsRead]:
        """What became of the identifiers of the evicted messages, and the digests that were not there yet."""
        return await self._worker.run_in_turns(self._outcome_by_digests(evicted, kept, summary, written))

    async def unfounded(
        self, doubtful: Sequence[Identifier], sources: Sequence[DigestSource], written: Sequence[str]
    ) -> tuple[Sequence[Identifier], DigestsRead]:
        """Those that stand nowhere in the digests of the messages, and the digests that were not there yet."""
        return await self._worker.run_in_turns(self._unfounded(doubtful, sources, written))

    async def add_to(self, holders: Holders, sources: Sequence[DigestSource]) -> DigestsRead:
        """What the messages name; returns the digests that were not there yet."""
        return await self._worker.run_in_turns(self._added(holders, sources))

    async def merge(self, texts: Sequence[str], limit: int) -> str:
        """The texts of neighbouring parts shortened into one of at most `limit` code points."""
        return await self._worker.run_in_turns(merge_in_steps(texts, limit))

    def _digests(self, messages: Sequence[ChatMessage], redactions: Redactions) -> Steps[list[StoredDigest | None]]:
        found: list[StoredDigest | None] = []
        for message in messages:
            if message.characters > LONGEST_READ_AT_ONCE:
                found.append(None)
                continue
            digest = yield from self._reader.read_one(message, redactions.redact)
            found.append(_stored(digest))
            yield
        return found

    def _outcome(
        self, mentions: Mentions, summary: str, written: Sequence[str], quoted: Collection[str]
    ) -> Steps[Outcome | None]:
        evicted = yield from kinds_in(mentions.evicted)
        kept = yield from values_in(mentions.kept)
        if evicted is None or kept is None:
            return None
        return (yield from outcome_of(evicted, kept, summary, (yield from self._named_in(written, quoted))))

    def _outcome_by_digests(
        self, evicted: Sequence[DigestSource], kept: Sequence[DigestSource], summary: str, written: Sequence[str]
    ) -> Steps[tuple[Outcome, DigestsRead]]:
        gone, read_of_gone = yield from self._digests_of(evicted)
        left, read_of_left = yield from self._digests_of(kept)
        named = yield from self._named_in(written, _said_in((*gone, *left)))
        outcome = yield from outcome_of((yield from named_in(gone)), (yield from mentioned_in(left)), summary, named)
        return outcome, [*read_of_gone, *read_of_left]

    def _unfounded(
        self, doubtful: Sequence[Identifier], sources: Sequence[DigestSource], written: Sequence[str]
    ) -> Steps[tuple[Sequence[Identifier], DigestsRead]]:
        digests, digests_read = yield from self._digests_of(sources)
        named = yield from self._named_in(written, _said_in(digests))
        named_so = [identifier for identifier in doubtful if identifier.value in named]
        return (yield from unfounded_in(named_so, map(words_of_digest, digests))), digests_read

    def _named_in(self, texts: Sequence[str], but_for: Collection[str]) -> Steps[dict[str, Identifier]]:
        """The identifiers of texts, by value, without those that only these lines have."""
        named: dict[str, Identifier] = {}
        for text in texts:
            named |= yield from self._reader.identifiers_in(text, but_for)
        return named

    def _added(self, holders: Holders, sources: Sequence[DigestSource]) -> Steps[DigestsRead]:
        digests_read: list[tuple[int, StoredDigest]] = []
        for source in sources:
            holders.add(source.position, (yield from self._digest_of(source, digests_read)))
            yield
        return digests_read

    def _digest_of(self, source: DigestSource, digests_read: list[tuple[int, StoredDigest]]) -> Steps[Digest]:
        """The digest of a message; of one that had to be read for it, `digests_read` has it too."""
        if isinstance(source.digest_or_message, bytes):
            return decode_digest(source.digest_or_message)
        digest = yield from self._reader.read_one(source.digest_or_message)
        digests_read.append((source.position, _stored(digest)))
        return digest

    def _extract(
        self, sources: Sequence[DigestSource], limit: Callable[[int], int], earlier: Sequence[str]
    ) -> Steps[Extract]:
        digests, digests_read = yield from self._digests_of(sources)
        summary = yield from draft_summary(digests, limit(_characters(digests)), earlier)
        # Of thousands of messages giving back what was made of them takes some milliseconds, too.
        yield
        lines = {line.removeprefix(BULLET) for line in summary.splitlines()}
        return Extract(summary, digests_read, lines & _said_in(digests))

    def _with_ledger(
        self,
        text: str,
        sources: Sequence[DigestSource],
        limit: Callable[[int], int],
        earlier: Sequence[str],
        *,
        cut: bool,
    ) -> Steps[Extract]:
        digests, digests_read = yield from self._digests_of(sources)
        ended = yield from with_ledger(text, digests, limit(_characters(digests)), earlier, cut=cut)
        return Extract(ended, digests_read)

    def _digests_of(
        self, sources: Sequence[DigestSource]
    ) -> Steps[tuple[list[Digest], list[tuple[int, StoredDigest]]]]:
        digests: list[Digest] = []
        digests_read: list[tuple[int, StoredDigest]] = []
        for source in sources:
            digests.append((yield from self._digest_of(source, digests_read)))
            yield
        return digests, digests_read


def _characters(digests: Sequence[Digest]) -> int:
    return sum(digest.characters for digest in digests)


def _said_in(digests: Sequence[Digest]) -> set[str]:
    """The sentences of messages: what a message has word by word is in it, whatever it names."""
    return {said.text for digest in digests for said in digest.sentences}


def _stored(digest: Digest) -> StoredDigest:
    return StoredDigest(encode_digest(digest), *members_of(digest))
