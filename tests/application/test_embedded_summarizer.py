"""Parts by the embedded summarizer: as large as there is room, and never empty."""

import pytest

from compactd.application.cpu_worker import CpuWorker
from compactd.application.embedded_summarizer import EmbeddedSummarizer
from compactd.application.summary import compose_summary
from compactd.domain.compactions import Method
from compactd.tokenizers.counter import TiktokenTokenizer
from tests.builders.materials import (
    FilledExtractive,
    compacted_twice,
    embedded_summarizer,
    loader_of,
    material,
    part,
)


@pytest.mark.parametrize("clip_chars", [100, 300, 500])
@pytest.mark.parametrize("source_tokens", [100, 10**6])
async def test_the_embedded_summarizer_merges_into_the_room_there_is(
    tokenizer: TiktokenTokenizer, worker: CpuWorker, clip_chars: int, source_tokens: int
) -> None:
    conversation = await compacted_twice(tokenizer)
    summarizer = embedded_summarizer(lambda limit: "z" * limit, conversation, tokenizer, worker)
    earlier = [part(1, 9, 40, "a" * 120, source_tokens), part(10, 20, 40, "b" * 120, source_tokens)]
    summary = await compose_summary(summarizer, material(conversation, earlier, clip_chars=clip_chars), tokenizer)
    assert len(summary.text) <= clip_chars
    assert summary.parts[0].first_position == 1
    assert summary.parts[-1].last_position == 41
    assert (summary.request_form, summary.method, summary.chunks) == (None, Method.EXTRACTIVE, 1)


async def test_what_the_embedded_summarizer_quotes_is_no_refusal(
    tokenizer: TiktokenTokenizer, worker: CpuWorker
) -> None:
    conversation = await compacted_twice(tokenizer)
    summarizer = embedded_summarizer(lambda _: "I can't help it, the page is red.", conversation, tokenizer, worker)
    summary = await compose_summary(summarizer, material(conversation, []), tokenizer)
    assert summary.text == "I can't help it, the page is red."


async def test_the_embedded_summarizer_leaves_no_part_empty(tokenizer: TiktokenTokenizer, worker: CpuWorker) -> None:
    conversation = await compacted_twice(tokenizer)
    summary = await compose_summary(
        embedded_summarizer(lambda _: " ", conversation, tokenizer, worker), material(conversation, []), tokenizer
    )
    assert summary.text.endswith("messages without text)")
    earlier = [part(1, 9, 40, "a" * 120, 100), part(10, 20, 40, "b" * 120, 100)]
    merged = await compose_summary(
        embedded_summarizer(lambda _: "", conversation, tokenizer, worker),
        material(conversation, earlier, clip_chars=150),
        tokenizer,
    )
    assert all(kept.text for kept in merged.parts)


async def test_what_was_read_for_a_summary_is_kept_for_the_next_one(
    tokenizer: TiktokenTokenizer, worker: CpuWorker
) -> None:
    conversation = await compacted_twice(tokenizer)
    loader, store = loader_of(conversation, tokenizer, worker)
    summarizer = EmbeddedSummarizer(FilledExtractive(lambda limit: "z" * limit), loader)
    await compose_summary(summarizer, material(conversation, []), tokenizer)
    assert sorted(store.digests) == list(range(22, 42))
    earlier = [part(1, 9, 40, "a" * 120, 100), part(10, 20, 40, "b" * 120, 100)]
    await compose_summary(summarizer, material(conversation, earlier, clip_chars=300), tokenizer)
    assert sorted(store.digests) == [*range(1, 21), *range(22, 42)]
