"""The embedded summarizer as the use cases ask for it: off the event loop."""

from collections.abc import Callable, Sequence

from compactd.application.cpu_worker import CpuWorker
from compactd.domain.messages import ChatMessage
from compactd.extractive.ledger.holders import Holders
from compactd.extractive.ledger.receipt import Outcome, outcome_of
from compactd.extractive.ledger_section import with_ledger
from compactd.extractive.part_merge import merge_in_steps
from compactd.extractive.reading.digest import Digest, decode_digest, encode_digest
from compactd.extractive.reading.identifiers import Identifier
from compactd.extractive.reading.reader import Reader
from compactd.extractive.summary import default_limit, draft_summary
from compactd.ports.contexts import DigestSource
from compactd.ports.extractive import Extract
from compactd.strategies.steps import Steps

LONGEST_READ_AT_ONCE = 64 * 1024
"""Code points of a message that is read as it is stored: a longer one would keep its caller waiting, and is read when
it is summarized."""


class ExtractiveOnWorker:
    """The port Extractive, on the one CPU worker."""

    def __init__(self, worker: CpuWorker) -> None:
        self._worker = worker
        self._reader = Reader()

    def default_limit(self, characters: int, tokens: int) -> int:
        """Code points that a summary of messages with so many `characters` and `tokens` may have at most."""
        return default_limit(characters, tokens)

    async def read(self, messages: Sequence[ChatMessage]) -> list[bytes | None]:
        """The digests of messages, in their order; None for one so long that it is read when it is summarized."""
        return await self._worker.run_in_turns(self._digests(messages))

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
        self, evicted: Sequence[DigestSource], kept: Sequence[DigestSource], summary: str, written: Sequence[str]
    ) -> tuple[Outcome, Sequence[tuple[int, bytes]]]:
        """What became of the identifiers of the evicted messages, and the digests that were not there yet."""
        return await self._worker.run_in_turns(self._outcome(evicted, kept, summary, written))

    async def add_to(self, holders: Holders, sources: Sequence[DigestSource]) -> Sequence[tuple[int, bytes]]:
        """What the messages name; returns the digests that were not there yet."""
        return await self._worker.run_in_turns(self._added(holders, sources))

    async def merge(self, texts: Sequence[str], limit: int) -> str:
        """The texts of neighbouring parts shortened into one of at most `limit` code points."""
        return await self._worker.run_in_turns(merge_in_steps(texts, limit))

    def _digests(self, messages: Sequence[ChatMessage]) -> Steps[list[bytes | None]]:
        found: list[bytes | None] = []
        for message in messages:
            if message.characters > LONGEST_READ_AT_ONCE:
                found.append(None)
                continue
            digest = yield from self._reader.read_one(message)
            found.append(encode_digest(digest))
            yield
        return found

    def _outcome(
        self, evicted: Sequence[DigestSource], kept: Sequence[DigestSource], summary: str, written: Sequence[str]
    ) -> Steps[tuple[Outcome, list[tuple[int, bytes]]]]:
        gone, read_of_gone = yield from self._digests_of(evicted)
        left, read_of_left = yield from self._digests_of(kept)
        # What a message has word by word is in it, whatever it names.
        said = {said.text for digest in (*gone, *left) for said in digest.sentences}
        named: dict[str, Identifier] = {}
        for text in written:
            named.update((yield from self._reader.identifiers_in(text, said)))
        return (yield from outcome_of(gone, left, summary, named)), [*read_of_gone, *read_of_left]

    def _added(self, holders: Holders, sources: Sequence[DigestSource]) -> Steps[list[tuple[int, bytes]]]:
        digests_read: list[tuple[int, bytes]] = []
        for source in sources:
            holders.add(source.position, (yield from self._digest_of(source, digests_read)))
            yield
        return digests_read

    def _digest_of(self, source: DigestSource, digests_read: list[tuple[int, bytes]]) -> Steps[Digest]:
        """The digest of a message; of one that had to be read for it, `digests_read` has it too."""
        if isinstance(source.digest_or_message, bytes):
            return decode_digest(source.digest_or_message)
        digest = yield from self._reader.read_one(source.digest_or_message)
        digests_read.append((source.position, encode_digest(digest)))
        return digest

    def _extract(
        self, sources: Sequence[DigestSource], limit: Callable[[int], int], earlier: Sequence[str]
    ) -> Steps[Extract]:
        digests, digests_read = yield from self._digests_of(sources)
        summary = yield from draft_summary(digests, limit(_characters(digests)), earlier)
        return Extract(summary, digests_read)

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

    def _digests_of(self, sources: Sequence[DigestSource]) -> Steps[tuple[list[Digest], list[tuple[int, bytes]]]]:
        digests: list[Digest] = []
        digests_read: list[tuple[int, bytes]] = []
        for source in sources:
            digests.append((yield from self._digest_of(source, digests_read)))
            yield
        return digests, digests_read


def _characters(digests: Sequence[Digest]) -> int:
    return sum(digest.characters for digest in digests)
