"""Summary parts: what was merged, from what, in which order, and what the summary's limit is."""

from dataclasses import replace

import pytest

from compactd.application.cpu_worker import CpuWorker
from compactd.application.embedded_summarizer import EmbeddedSummarizer
from compactd.application.material import Evicted, OwnContext
from compactd.application.model_summarizer import ModelSummarizer
from compactd.application.summary import compose_summary
from compactd.domain.compactions import MergeSource, Method, PartState, RequestForm
from compactd.domain.messages import ChatMessage, Role
from compactd.domain.model_failures import SummaryNotSmaller
from compactd.strategies.summary_parts import join, next_merge
from compactd.strategies.summary_size import over_limit
from compactd.strategies.view import Origin, ViewEntry
from compactd.tokenizers.counter import TiktokenTokenizer
from tests.builders.materials import (
    FilledExtractive,
    StoredMessages,
    compacted_twice,
    conversation_of,
    loader_of,
    material,
    part,
)
from tests.builders.model_sessions import model_session
from tests.builders.recording_model import RecordingModel
from tests.builders.stored_conversation import StoredConversation


def model_summarizer(
    model: RecordingModel, conversation: StoredConversation, tokenizer: TiktokenTokenizer, worker: CpuWorker
) -> tuple[ModelSummarizer, StoredMessages]:
    loader, store = loader_of(conversation, tokenizer, worker)
    return ModelSummarizer(model_session(model, tokenizer, 128_000), loader), store


async def test_a_second_compaction_adds_a_part_and_leaves_the_first_as_it_was(
    tokenizer: TiktokenTokenizer, worker: CpuWorker
) -> None:
    conversation = await compacted_twice(tokenizer)
    model = RecordingModel(answer=lambda _: "the second part")
    summarizer, store = model_summarizer(model, conversation, tokenizer, worker)
    summary = await compose_summary(summarizer, material(conversation, [part(1, 20, 3, "the first part")]), tokenizer)
    assert summary.text == "the first part\n\nthe second part"
    assert [(each.state, each.first_position, each.last_position) for each in summary.parts] == [
        (PartState.KEPT, 1, 20),
        (PartState.NEW, 22, 41),
    ]
    assert "the first part" in model.requests[0].messages[-1].text
    assert store.ranges == []
    assert (summary.request_form, summary.method, summary.chunks) == (RequestForm.TRANSCRIPT, Method.MODEL, 1)
    assert summarizer._session.usage.calls == 1


async def test_parts_over_clip_chars_are_merged_from_the_originals_where_those_fit(
    tokenizer: TiktokenTokenizer, worker: CpuWorker
) -> None:
    conversation = await compacted_twice(tokenizer)
    answers = iter(("new " * 30, "both in one"))
    model = RecordingModel(answer=lambda _: next(answers))
    summarizer, store = model_summarizer(model, conversation, tokenizer, worker)
    earlier = [part(1, 20, 30, "old " * 30)]
    summary = await compose_summary(summarizer, material(conversation, earlier, clip_chars=150), tokenizer)
    [merged] = summary.parts
    assert (merged.state, merged.merged_from, merged.text) == (PartState.MERGED, MergeSource.ORIGINALS, "both in one")
    assert (merged.first_position, merged.last_position) == (1, 41)
    assert store.ranges == [(1, 21)]
    shown = model.requests[1].messages[-1].text
    assert shown.count("number 3: ") == 2
    assert "old old" not in shown
    assert summary.chunks == 1


async def test_a_merge_that_takes_chunks_is_told_though_the_new_part_took_none(
    tokenizer: TiktokenTokenizer, worker: CpuWorker
) -> None:
    conversation = await compacted_twice(tokenizer)
    model = RecordingModel(2_000, answer=lambda request: "new " * 30 if len(model.requests) == 1 else "both in one")
    summarizer, _ = model_summarizer(model, conversation, tokenizer, worker)
    summary = await compose_summary(
        summarizer, material(conversation, [part(1, 20, 30, "old " * 30)], clip_chars=150), tokenizer
    )
    assert summary.parts[0].merged_from is MergeSource.ORIGINALS
    assert (summary.method, summary.chunks) == (Method.MODEL_CHUNKED, 1)


async def test_parts_whose_originals_fit_no_window_are_merged_from_their_texts(
    tokenizer: TiktokenTokenizer, worker: CpuWorker
) -> None:
    conversation = await compacted_twice(tokenizer)
    answers = iter(("new " * 30, "both in one"))
    model = RecordingModel(answer=lambda _: next(answers))
    summarizer, store = model_summarizer(model, conversation, tokenizer, worker)
    earlier = [part(1, 20, 30, "old " * 30, source_tokens=10**6)]
    summary = await compose_summary(summarizer, material(conversation, earlier, clip_chars=150), tokenizer)
    assert summary.parts[0].merged_from is MergeSource.TEXTS
    assert summary.parts[0].source_tokens > 10**6
    assert "old old" in model.requests[1].messages[-1].text
    assert store.ranges == []


async def test_the_smallest_neighbours_are_merged_first_and_only_as_far_as_needed(
    tokenizer: TiktokenTokenizer, worker: CpuWorker
) -> None:
    conversation = await compacted_twice(tokenizer)
    model = RecordingModel(answer=lambda request: "short" if len(model.requests) > 1 else "new " * 40)
    summarizer, _ = model_summarizer(model, conversation, tokenizer, worker)
    big = 10**6
    earlier = [part(1, 5, 90, "a" * 360, big), part(6, 9, 20, "b" * 80, big), part(10, 20, 30, "c" * 120, big)]
    summary = await compose_summary(summarizer, material(conversation, earlier, clip_chars=600), tokenizer)
    assert [each.text[0] for each in summary.parts] == ["a", "s", "n"]
    assert [each.state for each in summary.parts] == [PartState.KEPT, PartState.MERGED, PartState.NEW]


def test_a_tenth_of_the_window_is_the_limit_without_clip_chars() -> None:
    parts = [part(1, 2, 50, "x" * 999), part(3, 4, 50, "y" * 999)]
    assert not over_limit(parts, 0, 1_000)
    assert over_limit(parts, 0, 999)
    assert over_limit(parts, 1_999, 128_000)
    assert not over_limit(parts, 2_000, 128_000)
    assert join(parts) == "x" * 999 + "\n\n" + "y" * 999
    assert next_merge([part(1, 1, 5, ""), part(2, 2, 9, ""), part(3, 3, 5, "")]) == 1


async def test_one_part_is_cut_by_clip_chars_and_counted_as_cut(
    tokenizer: TiktokenTokenizer, worker: CpuWorker
) -> None:
    conversation = await conversation_of(10, tokenizer)
    summarizer, _ = model_summarizer(RecordingModel(answer=lambda _: "word " * 100), conversation, tokenizer, worker)
    summary = await compose_summary(summarizer, material(conversation, clip_chars=50), tokenizer)
    assert len(summary.text) <= 50
    assert summary.text.endswith("…")
    [counted] = await tokenizer.count_texts([summary.text], "o200k_base")
    assert summary.parts[0].tokens == counted


async def test_a_summary_as_large_as_what_it_replaces_is_rejected(
    tokenizer: TiktokenTokenizer, worker: CpuWorker
) -> None:
    conversation = await conversation_of(10, tokenizer)
    summarizer, _ = model_summarizer(RecordingModel(answer=lambda _: "word " * 1_000), conversation, tokenizer, worker)
    with pytest.raises(SummaryNotSmaller):
        await compose_summary(summarizer, material(conversation), tokenizer)


async def own_context() -> OwnContext:
    return OwnContext([ViewEntry(ChatMessage(Role.USER, "word " * 900), ("message-1",), Origin.VERBATIM, 904)], ())


async def test_an_own_context_that_is_too_long_is_read_as_a_transcript_instead(
    tokenizer: TiktokenTokenizer, worker: CpuWorker
) -> None:
    conversation = await conversation_of(10, tokenizer)
    for limit, form in ((None, RequestForm.SELF), (850, RequestForm.TRANSCRIPT)):
        model = RecordingModel(limit)
        summarizer, _ = model_summarizer(model, conversation, tokenizer, worker)
        summary = await compose_summary(summarizer, material(conversation, own_context=own_context), tokenizer)
        assert summary.request_form is form
        assert model.requests[0].messages[-1].role is Role.USER


async def test_an_own_context_beyond_the_sessions_room_is_not_even_loaded(
    tokenizer: TiktokenTokenizer, worker: CpuWorker
) -> None:
    async def never() -> OwnContext:
        raise AssertionError("loaded, though the session has no room for it")

    conversation = await conversation_of(10, tokenizer)
    evicted = material(conversation, own_context=never)
    loader, _ = loader_of(conversation, tokenizer, worker)
    # The window has room for the context, and not for prompt and answer beside it.
    session = model_session(RecordingModel(), tokenizer, evicted.plan.own_context_tokens)
    summary = await compose_summary(ModelSummarizer(session, loader), evicted, tokenizer)
    assert summary.request_form is RequestForm.TRANSCRIPT


async def test_no_transcript_is_loaded_where_none_is_read(tokenizer: TiktokenTokenizer, worker: CpuWorker) -> None:
    conversation = await conversation_of(10, tokenizer)
    nothing_read = replace(material(conversation), evicted=Evicted())
    from_context, store = model_summarizer(RecordingModel(), conversation, tokenizer, worker)
    await compose_summary(from_context, replace(nothing_read, own_context=own_context), tokenizer)
    assert store.ranges == []
    loader, store = loader_of(conversation, tokenizer, worker)
    embedded = EmbeddedSummarizer(FilledExtractive(lambda _: "short"), loader)
    await compose_summary(embedded, nothing_read, tokenizer)
    assert (store.ranges, store.transcripts) == ([(1, 10)], 0)
    from_transcript, store = model_summarizer(RecordingModel(), conversation, tokenizer, worker)
    await compose_summary(from_transcript, nothing_read, tokenizer)
    assert (store.ranges, store.transcripts) == ([(1, 10)], 1)
