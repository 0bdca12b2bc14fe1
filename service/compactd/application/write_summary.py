"""One attempt to write the new summary: the new part, the merges it makes necessary, the check of the result."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from compactd.application.ask_model import Writer
from compactd.application.cpu_worker import CpuWorker
from compactd.domain.compactions import MergeSource, Method, PartState, RequestForm, SummaryPart, Usage
from compactd.domain.keys import ConversationKey
from compactd.domain.messages import StoredMessage
from compactd.ports.extractive import Extractive
from compactd.ports.model import PromptTooLong
from compactd.ports.store import Store
from compactd.ports.tokenizer import Tokenizer
from compactd.strategies.chunks import TranscriptItem, render_groups, render_messages, transcript_tokens
from compactd.strategies.clip import clip
from compactd.strategies.cut import Plan
from compactd.strategies.summary_parts import JOINT, carried, join, next_merge
from compactd.strategies.summary_size import check_smaller, framed_tokens, over_limit
from compactd.strategies.transcript import tool_names
from compactd.strategies.view import ViewEntry

MIN_MERGED_CHARS = 80
"""What a merge by the embedded summarizer leaves of two parts at least, so that no part is dropped whole."""


@dataclass(frozen=True, slots=True)
class Material:
    """What an attempt works on: the plan, the messages it evicts, and the parts before them.

    `tools` are the agent's tool schemas, `tokenizer` names the one that every count of the context is of.
    """

    key: ConversationKey
    plan: Plan
    evicted: Sequence[StoredMessage]
    earlier: Sequence[SummaryPart]
    clip_chars: int
    tokenizer: str
    tools: Sequence[dict[str, Any]]

    @property
    def source_tokens(self) -> int:
        """What the evicted messages take in a transcript, at most."""
        return transcript_tokens(self.plan.evicted)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the work of a PartWriter was. `ask` is None where no model was asked."""

    ask: RequestForm | None
    method: Method
    chunks: int
    usage: Usage


@dataclass(frozen=True, slots=True)
class Written:
    """A summary that passed the check. `tokens` are with the frame."""

    parts: Sequence[SummaryPart]
    text: str
    tokens: int
    outcome: Outcome


class PartWriter(Protocol):
    """Writes parts: a model or the embedded summarizer."""

    async def write(self, material: Material) -> str:
        """The new part, for the evicted messages."""

    async def merge(self, material: Material, parts: Sequence[SummaryPart], index: int) -> tuple[str, MergeSource]:
        """One text for the parts at `index` and `index + 1`, and what it was written from."""

    def outcome(self) -> Outcome:
        """What the work so far was."""


async def write_summary(writer: PartWriter, material: Material, tokenizer: Tokenizer) -> Written:
    """Writes the new part, merges parts while all together exceed the summary's limit, and checks the result."""
    text = await writer.write(material)
    new = SummaryPart(
        first_position=material.plan.evicted[0].position,
        last_position=material.plan.evicted[-1].position,
        tokens=await _count(text, material.tokenizer, tokenizer),
        text=text,
        source_tokens=material.source_tokens,
    )
    parts = await _merge_over_limit(writer, material, [*carried(material.earlier), new], tokenizer)
    summary = join(parts)
    tokens = framed_tokens(sum(part.tokens for part in parts) + len(parts) - 1)
    check_smaller(material.plan, tokens)
    return Written(tuple(parts), summary, tokens, writer.outcome())


async def _merge_over_limit(
    writer: PartWriter, material: Material, parts: list[SummaryPart], tokenizer: Tokenizer
) -> list[SummaryPart]:
    while len(parts) > 1 and over_limit(parts, material.clip_chars, material.plan.window):
        index = next_merge(parts)
        text, source = await writer.merge(material, parts, index)
        merged = SummaryPart(
            first_position=parts[index].first_position,
            last_position=parts[index + 1].last_position,
            tokens=await _count(text, material.tokenizer, tokenizer),
            text=text,
            state=PartState.MERGED,
            merged_from=source,
            source_tokens=parts[index].source_tokens + parts[index + 1].source_tokens,
        )
        parts[index : index + 2] = [merged]
    if len(parts) == 1 and material.clip_chars > 0 and len(parts[0].text) > material.clip_chars:
        text = clip(parts[0].text, material.clip_chars)
        parts = [replace(parts[0], text=text, tokens=await _count(text, material.tokenizer, tokenizer))]
    return parts


async def _count(text: str, name: str, tokenizer: Tokenizer) -> int:
    [tokens] = await tokenizer.count_texts([text], name)
    return tokens


@dataclass(frozen=True, slots=True)
class Originals:
    """Reads evicted messages again, for merges."""

    store: Store
    worker: CpuWorker

    async def of(self, material: Material, first: int, last: int) -> list[StoredMessage]:
        """The messages at these positions; the newly evicted ones are at hand already."""
        start = material.plan.evicted[0].position
        loaded: list[StoredMessage] = []
        if first < start:
            loaded = await self.store.load_messages(material.key, first, min(last, start - 1))
        return [*loaded, *(stored for stored in material.evicted if first <= stored.position <= last)]


class ModelPartWriter:
    """Parts by a model: in the self modes from its own context if that fits, else from a transcript."""

    def __init__(self, writer: Writer, originals: Originals, own_view: Sequence[ViewEntry] | None) -> None:
        self._writer = writer
        self._originals = originals
        self._own_view = own_view
        self._ask = RequestForm.TRANSCRIPT
        self._chunks = 1
        self._merged_in_chunks = False

    async def write(self, material: Material) -> str:
        if self._own_view is not None:
            try:
                text = await self._writer.from_context(
                    self._own_view, material.tools, summarized=bool(material.earlier)
                )
                self._ask = RequestForm.SELF
                return text
            except PromptTooLong:
                # The same context would be refused again: the same model reads it as a transcript, in chunks.
                pass
        worker = self._originals.worker
        items = await worker.run_over(len(material.evicted), _render_evicted, material)
        text = await self._writer.from_transcript(items, material.earlier)
        self._chunks = self._writer.chunks
        return text

    async def merge(self, material: Material, parts: Sequence[SummaryPart], index: int) -> tuple[str, MergeSource]:
        one, other = parts[index], parts[index + 1]
        if await self._writer.fits(one.source_tokens + other.source_tokens):
            messages = await self._originals.of(material, one.first_position, other.last_position)
            items = await self._originals.worker.run_over(len(messages), _render_messages, messages)
            text = await self._writer.from_transcript(items, ())
            self._merged_in_chunks |= self._writer.chunks > 1
            return text, MergeSource.ORIGINALS
        return await self._writer.merge_texts([one.text, other.text]), MergeSource.TEXTS

    def outcome(self) -> Outcome:
        chunked = self._chunks > 1 or self._merged_in_chunks
        method = Method.MODEL_CHUNKED if chunked else Method.MODEL
        return Outcome(self._ask, method, self._chunks, self._writer.asker.usage)


def _render_evicted(material: Material) -> list[TranscriptItem]:
    plan, evicted = material.plan, material.evicted
    tools = tool_names(evicted) | {entry.position: entry.late_tool for entry in plan.evicted if entry.late_tool}
    return render_groups(plan.evicted_groups, evicted, tools)


def _render_messages(messages: Sequence[StoredMessage]) -> list[TranscriptItem]:
    return render_messages(messages, tool_names(messages))


def _room_for_merged(parts: Sequence[SummaryPart], index: int, material: Material) -> int:
    """Code points that the summary's limit leaves for the parts at `index` and `index + 1` together."""
    pair = parts[index : index + 2]
    length = sum(len(part.text) for part in pair)
    others = [part for part in parts if part not in pair]
    if material.clip_chars > 0:
        room = material.clip_chars - sum(len(part.text) + len(JOINT) for part in others)
    else:
        tokens = material.plan.window // 10 - sum(part.tokens for part in others)
        room = tokens * length // max(1, sum(part.tokens for part in pair))
    return max(MIN_MERGED_CHARS, min(room, length))


class ExtractivePartWriter:
    """Parts by the embedded summarizer: no window, no chunks."""

    def __init__(self, extractive: Extractive, originals: Originals) -> None:
        self._extractive = extractive
        self._originals = originals

    async def write(self, material: Material) -> str:
        messages = [stored.message for stored in material.evicted]
        characters = sum(message.characters for message in messages)
        # The limit of a summary in tokens, as characters of messages like these.
        room = material.plan.window // 10 * characters // max(1, material.plan.evicted_tokens)
        limit = min(self._extractive.default_limit(characters), material.clip_chars or room)
        text = await self._extractive.summarize(messages, max(1, limit), [part.text for part in material.earlier])
        # What it quotes may begin like a model's refusal and is none. Messages of images or blanks say nothing that
        # could be extracted; that they were there is known all the same.
        return text.strip() or f"({len(messages)} messages without text)"

    async def merge(self, material: Material, parts: Sequence[SummaryPart], index: int) -> tuple[str, MergeSource]:
        one, other = parts[index], parts[index + 1]
        limit = _room_for_merged(parts, index, material)
        if one.source_tokens + other.source_tokens <= material.plan.window:
            messages = await self._originals.of(material, one.first_position, other.last_position)
            earlier = [part.text for part in parts[:index]]
            text = await self._extractive.summarize([stored.message for stored in messages], limit, earlier)
            if text.strip():
                return text, MergeSource.ORIGINALS
        text = await self._extractive.merge([one.text, other.text], limit)
        return text.strip() or clip(join((one, other)), limit), MergeSource.TEXTS

    def outcome(self) -> Outcome:
        return Outcome(None, Method.EXTRACTIVE, 1, Usage())
