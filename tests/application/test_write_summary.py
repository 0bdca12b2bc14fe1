"""Parts: what was merged, from what, in which order, and what the summary's limit is."""

from collections.abc import Callable, Mapping, Sequence

import pytest

from compactd.application.ask_model import Writer
from compactd.application.asking import Asker
from compactd.application.cpu_worker import CpuWorker
from compactd.application.learned_windows import LearnedWindows
from compactd.application.write_summary import (
    ExtractivePartWriter,
    Material,
    ModelPartWriter,
    Originals,
    Outcome,
    write_summary,
)
from compactd.domain.compactions import MergeSource, Method, PartState, RequestForm, SummaryPart, Usage
from compactd.domain.errors import SummaryNotSmaller
from compactd.domain.keys import ConversationKey
from compactd.domain.messages import ChatMessage, Role, StoredMessage
from compactd.domain.settings import CompactionMode
from compactd.strategies.chunks import TranscriptItem, render_groups
from compactd.strategies.cut import make_plan
from compactd.strategies.groups import Group
from compactd.strategies.modes import Cut
from compactd.strategies.summary_parts import join, next_merge
from compactd.strategies.summary_size import over_limit
from compactd.strategies.view import Origin, ViewEntry
from compactd.tokenizers.counter import TiktokenTokenizer
from tests.application.recording_model import RecordingModel
from tests.application.test_ask_model import assignment
from tests.strategies.stored_conversation import StoredConversation


class StoredMessages:
    """The store's load_messages over a conversation in memory, and which positions were asked for."""

    def __init__(self, conversation: StoredConversation) -> None:
        self.asked: list[tuple[int, int]] = []
        self._conversation = conversation

    async def load_messages(self, _: ConversationKey, first: int, last: int) -> list[StoredMessage]:
        self.asked.append((first, last))
        return self._conversation.between(first, last)


async def conversation_of(size: int, tokenizer: TiktokenTokenizer) -> StoredConversation:
    conversation = StoredConversation()
    messages = [ChatMessage(Role.USER, f"number {at}: " + "fact " * 60) for at in range(size)]
    conversation.append(messages, await tokenizer.count_messages(messages, "o200k_base"))
    return conversation


def material(
    conversation: StoredConversation, earlier: Sequence[SummaryPart] = (), clip_chars: int = 0, window: int = 128_000
) -> Material:
    plan = make_plan(conversation.context, Cut.ALL, 0.3, window, None)
    evicted = conversation.between(plan.evicted[0].position, plan.evicted[-1].position)
    return Material(ConversationKey("tests", "conv-1"), plan, evicted, earlier, clip_chars, "o200k_base", ())


def model_writer(
    model: RecordingModel,
    conversation: StoredConversation,
    tokenizer: TiktokenTokenizer,
    worker: CpuWorker,
    window: int = 128_000,
    view: Sequence[ViewEntry] | None = None,
) -> tuple[ModelPartWriter, StoredMessages]:
    store = StoredMessages(conversation)
    writer = Writer(Asker(model, tokenizer, LearnedWindows(), assignment(window)))
    return ModelPartWriter(writer, Originals(store, worker), view), store  # type: ignore[arg-type]


def part(first: int, last: int, tokens: int, text: str, source_tokens: int = 100) -> SummaryPart:
    return SummaryPart(first, last, tokens, text, source_tokens=source_tokens)


async def compacted_twice(tokenizer: TiktokenTokenizer) -> StoredConversation:
    """Twenty messages are evicted, twenty more have come since."""
    conversation = await conversation_of(20, tokenizer)
    plan = make_plan(conversation.context, Cut.ALL, 0.3, 128_000, None)
    conversation.commit(plan, CompactionMode.ALL, 0.3, "the first part", 60)
    more = await conversation_of(20, tokenizer)
    conversation.append([stored.message for stored in more.messages.values()], [64] * 20)
    return conversation


async def test_a_second_compaction_adds_a_part_and_leaves_the_first_as_it_was(
    tokenizer: TiktokenTokenizer, worker: CpuWorker
) -> None:
    conversation = await compacted_twice(tokenizer)
    model = RecordingModel(answer=lambda _: "the second part")
    writer, store = model_writer(model, conversation, tokenizer, worker)
    written = await write_summary(writer, material(conversation, [part(1, 20, 3, "the first part")]), tokenizer)
    assert written.text == "the first part\n\nthe second part"
    assert [(each.state, each.first_position, each.last_position) for each in written.parts] == [
        (PartState.KEPT, 1, 20),
        (PartState.NEW, 22, 41),
    ]
    assert "the first part" in model.requests[0].messages[-1].text
    assert store.asked == []
    outcome = written.outcome
    assert (outcome.ask, outcome.method, outcome.chunks, outcome.usage.calls) == (
        RequestForm.TRANSCRIPT,
        Method.MODEL,
        1,
        1,
    )


async def test_parts_over_clip_chars_are_merged_from_the_originals_where_those_fit(
    tokenizer: TiktokenTokenizer, worker: CpuWorker
) -> None:
    conversation = await compacted_twice(tokenizer)
    answers = iter(("new " * 30, "both in one"))
    model = RecordingModel(answer=lambda _: next(answers))
    writer, store = model_writer(model, conversation, tokenizer, worker)
    earlier = [part(1, 20, 30, "old " * 30)]
    written = await write_summary(writer, material(conversation, earlier, clip_chars=150), tokenizer)
    [merged] = written.parts
    assert (merged.state, merged.merged_from, merged.text) == (PartState.MERGED, MergeSource.ORIGINALS, "both in one")
    assert (merged.first_position, merged.last_position) == (1, 41)
    assert store.asked == [(1, 21)]
    shown = model.requests[1].messages[-1].text
    assert shown.count("number 3: ") == 2
    assert "old old" not in shown
    assert written.outcome.chunks == 1


async def test_a_merge_that_takes_chunks_is_told_though_the_new_part_took_none(
    tokenizer: TiktokenTokenizer, worker: CpuWorker
) -> None:
    conversation = await compacted_twice(tokenizer)
    model = RecordingModel(2_000, answer=lambda request: "new " * 30 if len(model.requests) == 1 else "both in one")
    writer, _ = model_writer(model, conversation, tokenizer, worker)
    written = await write_summary(
        writer, material(conversation, [part(1, 20, 30, "old " * 30)], clip_chars=150), tokenizer
    )
    assert written.parts[0].merged_from is MergeSource.ORIGINALS
    assert (written.outcome.method, written.outcome.chunks) == (Method.MODEL_CHUNKED, 1)


async def test_parts_whose_originals_fit_no_window_are_merged_from_their_texts(
    tokenizer: TiktokenTokenizer, worker: CpuWorker
) -> None:
    conversation = await compacted_twice(tokenizer)
    answers = iter(("new " * 30, "both in one"))
    model = RecordingModel(answer=lambda _: next(answers))
    writer, store = model_writer(model, conversation, tokenizer, worker)
    earlier = [part(1, 20, 30, "old " * 30, source_tokens=10**6)]
    written = await write_summary(writer, material(conversation, earlier, clip_chars=150), tokenizer)
    assert written.parts[0].merged_from is MergeSource.TEXTS
    assert written.parts[0].source_tokens > 10**6
    assert "old old" in model.requests[1].messages[-1].text
    assert store.asked == []


async def test_the_smallest_neighbours_are_merged_first_and_only_as_far_as_needed(
    tokenizer: TiktokenTokenizer, worker: CpuWorker
) -> None:
    conversation = await compacted_twice(tokenizer)
    model = RecordingModel(answer=lambda request: "short" if len(model.requests) > 1 else "new " * 40)
    writer, _ = model_writer(model, conversation, tokenizer, worker)
    big = 10**6
    earlier = [part(1, 5, 90, "a" * 360, big), part(6, 9, 20, "b" * 80, big), part(10, 20, 30, "c" * 120, big)]
    written = await write_summary(writer, material(conversation, earlier, clip_chars=600), tokenizer)
    assert [each.text[0] for each in written.parts] == ["a", "s", "n"]
    assert [each.state for each in written.parts] == [PartState.KEPT, PartState.MERGED, PartState.NEW]


def test_a_tenth_of_the_window_is_the_limit_without_clip_chars() -> None:
    parts = [part(1, 2, 50, "x" * 999), part(3, 4, 50, "y" * 999)]
    assert not over_limit(parts, 0, 1_000)
    assert over_limit(parts, 0, 999)
    assert over_limit(parts, 1_999, 128_000)
    assert not over_limit(parts, 2_000, 128_000)
    assert join(parts) == "x" * 999 + "\n\n" + "y" * 999
    assert next_merge([part(1, 1, 5, ""), part(2, 2, 9, ""), part(3, 3, 5, "")]) == 0


async def test_one_part_is_cut_by_clip_chars_and_counted_as_cut(
    tokenizer: TiktokenTokenizer, worker: CpuWorker
) -> None:
    conversation = await conversation_of(10, tokenizer)
    writer, _ = model_writer(RecordingModel(answer=lambda _: "word " * 100), conversation, tokenizer, worker)
    written = await write_summary(writer, material(conversation, clip_chars=50), tokenizer)
    assert len(written.text) <= 50
    assert written.text.endswith("…")
    [counted] = await tokenizer.count_texts([written.text], "o200k_base")
    assert written.parts[0].tokens == counted


async def test_a_summary_as_large_as_what_it_replaces_is_not_written(
    tokenizer: TiktokenTokenizer, worker: CpuWorker
) -> None:
    conversation = await conversation_of(10, tokenizer)
    writer, _ = model_writer(RecordingModel(answer=lambda _: "word " * 1_000), conversation, tokenizer, worker)
    with pytest.raises(SummaryNotSmaller):
        await write_summary(writer, material(conversation), tokenizer)


async def test_an_own_context_that_is_refused_is_read_as_a_transcript_instead(
    tokenizer: TiktokenTokenizer, worker: CpuWorker
) -> None:
    conversation = await conversation_of(10, tokenizer)
    view = [ViewEntry(ChatMessage(Role.USER, "word " * 900), ("message-1",), Origin.VERBATIM, 904)]
    for limit, ask in ((None, RequestForm.SELF), (850, RequestForm.TRANSCRIPT)):
        model = RecordingModel(limit)
        writer, _ = model_writer(model, conversation, tokenizer, worker, view=view)
        written = await write_summary(writer, material(conversation), tokenizer)
        assert written.outcome.ask is ask
        assert model.requests[0].messages[-1].role is Role.USER


async def test_no_transcript_is_made_where_none_is_read(
    tokenizer: TiktokenTokenizer, worker: CpuWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered: list[int] = []

    def render(
        groups: Sequence[Group], messages: Sequence[StoredMessage], tools: Mapping[int, str]
    ) -> list[TranscriptItem]:
        rendered.append(len(messages))
        return render_groups(groups, messages, tools)

    monkeypatch.setattr("compactd.application.write_summary.render_groups", render)
    conversation = await conversation_of(10, tokenizer)
    view = [ViewEntry(ChatMessage(Role.USER, "word " * 900), ("message-1",), Origin.VERBATIM, 904)]
    from_context, _ = model_writer(RecordingModel(), conversation, tokenizer, worker, view=view)
    await write_summary(from_context, material(conversation), tokenizer)
    await write_summary(embedded_writer(lambda _: "short", conversation, worker), material(conversation), tokenizer)
    assert rendered == []
    from_transcript, _ = model_writer(RecordingModel(), conversation, tokenizer, worker)
    await write_summary(from_transcript, material(conversation), tokenizer)
    assert rendered == [10]


class Embedded:
    """The embedded summarizer's port, writing as much as it may."""

    def __init__(self, text: Callable[[int], str]) -> None:
        self.limits: list[int] = []
        self._text = text

    def default_limit(self, characters: int) -> int:
        return characters // 10

    async def summarize(self, messages: Sequence[ChatMessage], limit: int, earlier: Sequence[str] = ()) -> str:
        self.limits.append(limit)
        return self._text(limit)

    async def merge(self, texts: Sequence[str], limit: int) -> str:
        self.limits.append(limit)
        return "".join(texts)[:limit]


@pytest.mark.parametrize("clip_chars", [100, 300, 500])
@pytest.mark.parametrize("source_tokens", [100, 10**6])
async def test_the_embedded_summarizer_merges_into_the_room_there_is(
    tokenizer: TiktokenTokenizer, worker: CpuWorker, clip_chars: int, source_tokens: int
) -> None:
    conversation = await compacted_twice(tokenizer)
    embedded = Embedded(lambda limit: "z" * limit)
    store = StoredMessages(conversation)
    writer = ExtractivePartWriter(embedded, Originals(store, worker))  # type: ignore[arg-type]
    earlier = [part(1, 9, 40, "a" * 120, source_tokens), part(10, 20, 40, "b" * 120, source_tokens)]
    written = await write_summary(writer, material(conversation, earlier, clip_chars=clip_chars), tokenizer)
    assert len(written.text) <= clip_chars
    assert written.parts[0].first_position == 1
    assert written.parts[-1].last_position == 41
    assert written.outcome == Outcome(None, Method.EXTRACTIVE, 1, Usage())


def embedded_writer(
    text: Callable[[int], str], conversation: StoredConversation, worker: CpuWorker
) -> ExtractivePartWriter:
    return ExtractivePartWriter(Embedded(text), Originals(StoredMessages(conversation), worker))  # type: ignore[arg-type]


async def test_what_the_embedded_summarizer_quotes_is_no_refusal(
    tokenizer: TiktokenTokenizer, worker: CpuWorker
) -> None:
    conversation = await compacted_twice(tokenizer)
    writer = embedded_writer(lambda _: "I can't help it, the page is red.", conversation, worker)
    written = await write_summary(writer, material(conversation, []), tokenizer)
    assert written.text == "I can't help it, the page is red."


async def test_the_embedded_summarizer_leaves_no_part_empty(tokenizer: TiktokenTokenizer, worker: CpuWorker) -> None:
    conversation = await compacted_twice(tokenizer)
    written = await write_summary(
        embedded_writer(lambda _: " ", conversation, worker), material(conversation, []), tokenizer
    )
    assert written.text.endswith("messages without text)")
    earlier = [part(1, 9, 40, "a" * 120, 100), part(10, 20, 40, "b" * 120, 100)]
    merged = await write_summary(
        embedded_writer(lambda _: "", conversation, worker), material(conversation, earlier, clip_chars=150), tokenizer
    )
    assert all(kept.text for kept in merged.parts)
