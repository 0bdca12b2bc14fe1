"""Transcripts in chunks: nothing left out, nothing sent twice, whatever the window."""

import re
from collections import Counter
from random import Random

import pytest

from compactd.application.chunked_summary import forecast_chunks, merge_summaries, summarize_transcript
from compactd.domain.compactions import SummaryPart
from compactd.domain.context import Entry
from compactd.domain.messages import ChatMessage, Role
from compactd.domain.model_failures import SummarizerWindowExceeded, SummaryEmpty, SummaryTruncated
from compactd.domain.token_ratios import UNSEEN_FACTOR
from compactd.ports.model import ModelRequest
from compactd.strategies.modes import MODES
from compactd.tokenizers.counter import TiktokenTokenizer
from tests.builders.conversations import seeds
from tests.builders.model_sessions import PROMPT, model_session
from tests.builders.recording_model import RecordingModel, request_tokens
from tests.builders.transcripts import (
    assert_never_sent_twice,
    chunk_requests,
    distinct_words,
    merge_requests,
    readable,
    transcript_of,
)
from tests.shapes import faults


async def test_each_word_of_the_evicted_messages_is_in_exactly_one_chunk(tokenizer: TiktokenTokenizer) -> None:
    chunked = 0
    for random in seeds(150):
        messages = distinct_words(random, random.randint(1, 40), 700)
        window = random.choice((1_000, 1_500, 3_000, 8_000, 40_000))
        limit = random.choice((None, window, max(600, window // 2), 600, 800))
        model = RecordingModel(limit, names_it=random.random() < 0.5)
        session = model_session(model, tokenizer, window, factor=random.choice((1.0, UNSEEN_FACTOR, 2.5)))
        summary = await summarize_transcript(session, await readable(messages, tokenizer), ())
        assert summary.text == "a short summary"
        assert_never_sent_twice(model)
        shown = Counter(
            word
            for request in chunk_requests(model)
            for line in transcript_of(request).splitlines()
            if not re.match(r"\[user\]", line)
            for word in line.split()
        )
        whole = [word for message in messages for word in message.text.split()]
        assert shown == Counter(whole)
        assert summary.chunks == len(chunk_requests(model))
        chunked += summary.chunks > 1
    assert chunked > 50


async def test_no_request_is_larger_than_the_window_leaves_room_for(tokenizer: TiktokenTokenizer) -> None:
    for random in seeds(60):
        window = random.choice((1_000, 2_000, 5_000))
        model = RecordingModel(answer=lambda request: "word " * ((request.max_output_tokens or 0) * 9 // 10))
        session = model_session(model, tokenizer, window)
        await summarize_transcript(session, await readable(distinct_words(random, 40, 300), tokenizer), ())
        for request in model.requests:
            assert request.max_output_tokens is not None
            assert request_tokens(request.messages) + request.max_output_tokens <= window


async def no_entries() -> list[Entry]:
    return []


@pytest.mark.parametrize("counts_output", [False, True])
@pytest.mark.parametrize("names_it", [False, True])
@pytest.mark.parametrize("parts", [[20_000], [4_000, 4_000, 4_000], [3_000, 200], [100]])
@pytest.mark.parametrize("hidden", [2_000, 8_000, 16_000])
async def test_earlier_parts_never_keep_a_transcript_out_that_fits_without_them(
    tokenizer: TiktokenTokenizer, parts: list[int], hidden: int, names_it: bool, counts_output: bool
) -> None:
    earlier = [SummaryPart(at, at, tokens, " word" * tokens) for at, tokens in enumerate(parts, 1)]
    model = RecordingModel(hidden, names_it=names_it, counts_output=counts_output)
    session = model_session(model, tokenizer, 128_000, output_limit=16_384)
    transcript = await readable(distinct_words(Random(11), 20, 100), tokenizer)
    assert (await summarize_transcript(session, transcript, earlier)).text == "a short summary"
    assert_never_sent_twice(model)
    assert len(model.requests) - len(model.answered) <= 9
    for request in model.answered:
        output = request.max_output_tokens if counts_output else 0
        assert request_tokens(request.messages) + (output or 0) <= hidden


async def test_a_small_transcript_is_asked_again_with_a_smaller_output_limit(tokenizer: TiktokenTokenizer) -> None:
    model = RecordingModel(8_000, counts_output=True)
    session = model_session(model, tokenizer, 128_000, output_limit=16_384)
    await summarize_transcript(session, await readable([ChatMessage(Role.USER, "hello")], tokenizer), ())
    [request] = model.answered
    assert len(model.requests) == 2
    assert request.max_output_tokens is not None
    assert request.max_output_tokens > 64


@pytest.mark.parametrize("names_it", [True, False])
async def test_a_model_too_small_for_any_chunk_is_given_up(tokenizer: TiktokenTokenizer, names_it: bool) -> None:
    model = RecordingModel(100, names_it=names_it)
    transcript = await readable(distinct_words(Random(3), 30, 200), tokenizer)
    with pytest.raises(SummarizerWindowExceeded):
        await summarize_transcript(model_session(model, tokenizer), transcript, ())
    assert_never_sent_twice(model)
    sizes = [request_tokens(request.messages) for request in model.requests]
    assert sizes == sorted(sizes, reverse=True)


async def test_a_last_chunk_below_the_smallest_size_is_tried(tokenizer: TiktokenTokenizer) -> None:
    model = RecordingModel(330)
    transcript = await readable(distinct_words(Random(4), 30, 60), tokenizer)
    await summarize_transcript(model_session(model, tokenizer), transcript, ())
    assert len(chunk_requests(model)) > 3


async def test_a_prompt_that_does_not_fit_alone_is_found_without_asking(tokenizer: TiktokenTokenizer) -> None:
    model = RecordingModel()
    transcript = await readable([ChatMessage(Role.USER, "hello")], tokenizer)
    session = model_session(model, tokenizer, 1_000, prompt="many words " * 600)
    with pytest.raises(SummarizerWindowExceeded):
        await summarize_transcript(session, transcript, ())
    with pytest.raises(SummarizerWindowExceeded):
        await forecast_chunks(session, 0, no_entries, ())
    assert model.requests == []


async def test_the_smallest_window_with_a_default_prompt_takes_several_rounds(tokenizer: TiktokenTokenizer) -> None:
    model = RecordingModel()
    earlier = [SummaryPart(1, 9, 90, "earlier " * 45)]
    for prompt in (mode.default_prompt for mode in MODES.values()):
        session = model_session(model, tokenizer, 1_000, prompt=prompt, factor=UNSEEN_FACTOR)
        await summarize_transcript(session, await readable(distinct_words(Random(5), 10, 100), tokenizer), earlier)
    assert model.requests


async def test_partial_summaries_are_merged_level_by_level_in_their_order(tokenizer: TiktokenTokenizer) -> None:
    numbers = iter(range(10_000))

    def partial(request: ModelRequest) -> str:
        inside = re.findall(r"<(\d+)>", request.messages[-1].text)
        return (
            " ".join(f"<{number}>" for number in inside) + " pad" * 120
            if inside
            else f"<{next(numbers)}>" + " pad" * 120
        )

    model = RecordingModel(answer=partial)
    session = model_session(model, tokenizer, 2_000)
    summary = await summarize_transcript(session, await readable(distinct_words(Random(6), 150, 150), tokenizer), ())
    assert summary.chunks > 8
    assert re.findall(r"<(\d+)>", summary.text) == [str(number) for number in range(summary.chunks)]
    assert len(merge_requests(model)) > 1
    assert session.usage.calls == len(model.requests)
    for request in merge_requests(model):
        assert faults(request.messages[1:]) == []
        assert request.messages[0].text == PROMPT
    assert_never_sent_twice(model)


async def test_a_partial_summary_takes_at_most_a_quarter_of_the_room(tokenizer: TiktokenTokenizer) -> None:
    model = RecordingModel()
    session = model_session(model, tokenizer, 4_000, output_limit=1_000)
    await summarize_transcript(session, await readable(distinct_words(Random(7), 100, 200), tokenizer), ())
    room = await session.room()
    chunk_limits = [request.max_output_tokens for request in chunk_requests(model)]
    assert all(limit is not None and limit <= room // 4 for limit in chunk_limits)
    assert merge_requests(model)[-1].max_output_tokens == 1_000


async def test_texts_that_never_get_smaller_are_given_up(tokenizer: TiktokenTokenizer) -> None:
    model = RecordingModel(answer=lambda _: "word " * 900)
    session = model_session(model, tokenizer, 2_000)
    with pytest.raises(SummarizerWindowExceeded):
        await summarize_transcript(session, await readable(distinct_words(Random(8), 60, 200), tokenizer), ())
    assert_never_sent_twice(model)


@pytest.mark.parametrize(("finish", "error"), [("length", SummaryTruncated), ("stop", SummaryEmpty)])
async def test_a_bad_answer_to_one_chunk_fails_the_whole_attempt(
    tokenizer: TiktokenTokenizer, finish: str, error: type[Exception]
) -> None:
    session = model_session(RecordingModel(answer=lambda _: " ", finish=finish), tokenizer, 2_000)
    transcript = await readable(distinct_words(Random(9), 60, 90), tokenizer)
    with pytest.raises(error):
        await summarize_transcript(session, transcript, ())


async def test_merges_that_are_too_long_are_made_smaller_and_never_sent_again(tokenizer: TiktokenTokenizer) -> None:
    model = RecordingModel(900, answer=lambda request: f"{len(request.messages[-1].text)} " + "pad " * 100)
    session = model_session(model, tokenizer, 40_000, output_limit=1_000)
    parts = [f"part {number} " + "word " * 150 for number in range(12)]
    await merge_summaries(session, parts, await session.room())
    assert_never_sent_twice(model)
