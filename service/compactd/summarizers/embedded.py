"""The embedded summarizer as the use cases ask for it: off the event loop."""

from collections.abc import Callable, Sequence

from compactd.application.cpu_worker import CpuWorker
from compactd.domain.messages import ChatMessage
from compactd.extractive.digest import Digest, decode_digest, encode_digest
from compactd.extractive.part_merge import merge_in_steps
from compactd.extractive.reader import Reader
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

    def default_limit(self, characters: int) -> int:
        """Code points a summary of messages with so many may have at most."""
        return default_limit(characters)

    async def read(self, messages: Sequence[ChatMessage]) -> list[bytes | None]:
        """The digests of messages, in their order; None for one so long that it is read when it is summarized."""
        return await self._worker.run_in_turns(self._digests(messages))

    async def summarize(
        self, sources: Sequence[DigestSource], limit: Callable[[int], int], earlier: Sequence[str] = ()
    ) -> Extract:
        """At most so many code points as `limit` says; `earlier` are the parts before it, not to be repeated."""
        return await self._worker.run_in_turns(self._extract(sources, limit, earlier))

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

    def _extract(
        self, sources: Sequence[DigestSource], limit: Callable[[int], int], earlier: Sequence[str]
    ) -> Steps[Extract]:
        digests: list[Digest] = []
        digests_read: list[tuple[int, bytes]] = []
        for source in sources:
            if isinstance(source.digest_or_message, bytes):
                digest = decode_digest(source.digest_or_message)
            else:
                digest = yield from self._reader.read_one(source.digest_or_message)
                digests_read.append((source.position, encode_digest(digest)))
            digests.append(digest)
            yield
        characters = sum(digest.characters for digest in digests)
        return Extract((yield from draft_summary(digests, limit(characters), earlier)), digests_read)
