"""The Tokenizer port: counts in a CPU worker, in bundles of about 64 KB."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import tiktoken

from compactd.application.cpu_worker import CpuWorker
from compactd.domain.handles import ModelHandle
from compactd.domain.messages import ChatMessage
from compactd.ports.tokenizer import TokenizerName
from compactd.tokenizers.encodings import (
    O200K,
    count_segments,
    load_encoding,
    public_encoding,
    segments,
)
from compactd.tokenizers.message_tokens import TOOL_TOKENS, constant_tokens, message_texts, tool_texts

_OwnedText = tuple[int, str]
"""A text and the index of what it belongs to."""


BUNDLE_CHARACTERS = 64 * 1024
"""The characters that the worker counts before others have their turn, in three milliseconds or so."""

AT_ONCE_CHARACTERS = 4_000
"""So little text is counted, in less time, where it is: the way to the worker's thread takes about 50 microseconds."""


REMEMBERED = 1_000
"""Models whose tokenizer is remembered; callers may name any."""


class TiktokenTokenizer:
    """Counts with tiktoken: about 35 µs for 150 tokens, 4 to 16 MB/s. Tables are loaded when first used."""

    def __init__(self, worker: CpuWorker, openai_model: Callable[[ModelHandle], str | None]) -> None:
        """`openai_model` gives OpenAI's own name of a model of OpenAI's, None for every other."""
        self._worker = worker
        self._openai_model = openai_model
        self._encodings: dict[str, tiktoken.Encoding] = {}
        # Each call that has to do with tokens asks, most of them for one of a few models.
        self._name_of = lru_cache(REMEMBERED)(self._look_up)

    async def warm(self) -> None:
        """Loads the table that nearly every count uses."""
        await self._worker.run(self._encoding, O200K)

    def for_model(self, handle: ModelHandle | None) -> TokenizerName:
        """Exact for OpenAI's models; o200k_base, marked as an estimate, for every other and for none."""
        return self._name_of(handle)

    def _look_up(self, handle: ModelHandle | None) -> TokenizerName:
        model = self._openai_model(handle) if handle else None
        name = public_encoding(model) if model else None
        return TokenizerName(name or O200K, estimate=name is None)

    async def count_texts(self, texts: Sequence[str], tokenizer: str) -> list[int]:
        return await self._count(enumerate(texts), [0] * len(texts), tokenizer)

    async def count_messages(self, messages: Sequence[ChatMessage], tokenizer: str) -> list[int]:
        owned = ((index, text) for index, message in enumerate(messages) for text in message_texts(message))
        return await self._count(owned, [constant_tokens(message) for message in messages], tokenizer)

    async def count_tools(self, tool_schemas: Sequence[dict[str, Any]], tokenizer: str) -> int:
        counts = await self.count_texts(tool_texts(tool_schemas), tokenizer)
        return sum(counts) + TOOL_TOKENS * len(counts)

    async def _count(self, owned: Iterable[_OwnedText], counts: list[int], tokenizer: str) -> list[int]:
        for bundle in _bundles(owned):
            texts = [text for _, text in bundle]
            if tokenizer in self._encodings and sum(map(len, texts)) <= AT_ONCE_CHARACTERS:
                tokens = self._count_bundle(tokenizer, texts)
            else:
                tokens = await self._worker.run(self._count_bundle, tokenizer, texts)
            for (index, _), number in zip(bundle, tokens, strict=True):
                counts[index] += number
        return counts

    def _count_bundle(self, tokenizer: str, texts: list[str]) -> list[int]:
        return count_segments(self._encoding(tokenizer), texts)

    def _encoding(self, name: str) -> tiktoken.Encoding:
        # Only ever called in the worker's one thread, so two callers cannot load a table twice.
        if name not in self._encodings:
            self._encodings[name] = load_encoding(name)
        return self._encodings[name]


def _bundles(owned: Iterable[_OwnedText]) -> Iterator[list[_OwnedText]]:
    """Packs texts, long ones cut, into bundles of at most BUNDLE_CHARACTERS."""
    bundle: list[_OwnedText] = []
    size = 0
    for index, text in owned:
        for segment in segments(text):
            if bundle and size + len(segment) > BUNDLE_CHARACTERS:
                yield bundle
                bundle, size = [], 0
            bundle.append((index, segment))
            size += len(segment)
    if bundle:
        yield bundle
