"""A new summary: its new part, the merges that make it small enough, the check of the result."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from compactd.application.material import Material
from compactd.domain.compactions import MergeSource, Method, PartState, RequestForm, SummaryPart
from compactd.ports.tokenizer import Tokenizer
from compactd.strategies.clip import clip
from compactd.strategies.summary_parts import carried, join, next_merge
from compactd.strategies.summary_size import check_smaller, framed_tokens, over_limit


@dataclass(frozen=True, slots=True)
class Draft:
    """The text of one part, and how it was made. `request_form` is None where no model was asked, `merged_from` where
    the part is new."""

    text: str
    method: Method
    request_form: RequestForm | None
    chunks: int = 1
    merged_from: MergeSource | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """A summary that passed the check. `tokens` are with the frame; `request_form` and `chunks` are of the new part,
    `method` is MODEL_CHUNKED if the new part or any merge took chunks."""

    parts: Sequence[SummaryPart]
    text: str
    tokens: int
    method: Method
    request_form: RequestForm | None
    chunks: int


class Summarizer(Protocol):
    """Drafts parts: a model or the embedded summarizer."""

    async def summarize(self, material: Material) -> Draft:
        """The new part, for the evicted messages."""

    async def merge(self, material: Material, parts: Sequence[SummaryPart], index: int) -> Draft:
        """One part for those at `index` and `index + 1`."""


async def compose_summary(summarizer: Summarizer, material: Material, tokenizer: Tokenizer) -> Summary:
    """The parts before, a new one, and merges while all together exceed the summary's limit.

    Raises what the summarizer raises, and SummaryNotSmaller.
    """
    draft = await summarizer.summarize(material)
    new = SummaryPart(
        first_position=material.plan.first_evicted,
        last_position=material.plan.last_evicted,
        tokens=await _count(draft.text, material.tokenizer, tokenizer),
        text=draft.text,
        source_tokens=material.source_tokens,
    )
    method, parts = draft.method, [*carried(material.earlier), new]
    while len(parts) > 1 and over_limit(parts, material.clip_chars, material.plan.counted_window):
        index = next_merge(parts)
        merged = await summarizer.merge(material, parts, index)
        parts[index : index + 2] = [await _merged_part(merged, parts[index : index + 2], material, tokenizer)]
        method = Method.MODEL_CHUNKED if merged.method is Method.MODEL_CHUNKED else method
    parts = await _clipped(parts, material, tokenizer)
    tokens = framed_tokens(sum(part.tokens for part in parts) + len(parts) - 1)
    check_smaller(material.plan, tokens)
    return Summary(tuple(parts), join(parts), tokens, method, draft.request_form, draft.chunks)


async def _merged_part(
    draft: Draft, pair: Sequence[SummaryPart], material: Material, tokenizer: Tokenizer
) -> SummaryPart:
    one, other = pair
    return SummaryPart(
        first_position=one.first_position,
        last_position=other.last_position,
        tokens=await _count(draft.text, material.tokenizer, tokenizer),
        text=draft.text,
        state=PartState.MERGED,
        merged_from=draft.merged_from,
        source_tokens=one.source_tokens + other.source_tokens,
    )


async def _clipped(parts: list[SummaryPart], material: Material, tokenizer: Tokenizer) -> list[SummaryPart]:
    """The parts, the last one left cut off at `clip_chars`."""
    if len(parts) > 1 or not 0 < material.clip_chars < len(parts[0].text):
        return parts
    text = clip(parts[0].text, material.clip_chars)
    return [replace(parts[0], text=text, tokens=await _count(text, material.tokenizer, tokenizer))]


async def _count(text: str, name: str, tokenizer: Tokenizer) -> int:
    [tokens] = await tokenizer.count_texts([text], name)
    return tokens
