"""Windows that are learned from requests that were too long."""

from random import Random

import pytest

from compactd.application.chunked_summary import summarize_transcript
from compactd.application.learned_windows import MOST_MODELS, LearnedWindows
from compactd.domain.handles import ModelHandle
from compactd.domain.messages import ChatMessage, Role
from compactd.ports.model import PromptTooLong
from compactd.strategies.view import Origin, ViewEntry
from compactd.tokenizers.counter import TiktokenTokenizer
from tests.builders.model_sessions import OPENAI, model_session
from tests.builders.recording_model import RecordingModel
from tests.builders.transcripts import (
    distinct_words,
    readable,
)


async def test_a_named_window_is_believed_and_kept_for_the_next_compaction(tokenizer: TiktokenTokenizer) -> None:
    learned = LearnedWindows()
    transcript = await readable(distinct_words(Random(1), 60, 200), tokenizer)
    first = RecordingModel(1_500, names_it=True)
    await summarize_transcript(model_session(first, tokenizer, 20_000, learned, output_limit=300), transcript, ())
    second = RecordingModel(1_500, names_it=True)
    await summarize_transcript(model_session(second, tokenizer, 20_000, learned, output_limit=300), transcript, ())
    assert len(first.requests) - len(first.answered) == 1
    assert len(second.requests) == len(second.answered)


async def test_a_window_that_a_rejected_request_showed_is_kept_too(tokenizer: TiktokenTokenizer) -> None:
    learned = LearnedWindows()
    transcript = await readable(distinct_words(Random(2), 60, 200), tokenizer)
    first = RecordingModel(1_500)
    await summarize_transcript(model_session(first, tokenizer, 20_000, learned, output_limit=300), transcript, ())
    second = RecordingModel(1_500)
    await summarize_transcript(model_session(second, tokenizer, 20_000, learned, output_limit=300), transcript, ())
    assert len(first.requests) > len(first.answered) + 1
    assert len(second.requests) == len(second.answered)


def test_only_so_many_learned_windows_are_kept() -> None:
    learned = LearnedWindows()
    handles = [ModelHandle("openai", f"model-{number}") for number in range(MOST_MODELS + 5)]
    for handle in handles:
        learned.learn(handle, 500)
    kept = [handle for handle in handles if learned.at_most(handle, 2_000) == 500]
    assert kept == handles[5:]


def test_a_learned_window_never_grows_and_is_forgotten_after_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000.0
    monkeypatch.setattr("compactd.application.learned_windows.time.monotonic", lambda: now)
    learned = LearnedWindows()
    learned.learn(OPENAI, 500)
    learned.learn(OPENAI, 900)
    assert learned.at_most(OPENAI, 2_000) == 500
    assert learned.at_most(ModelHandle("openai", "other"), 2_000) == 2_000
    now += 601
    assert learned.at_most(OPENAI, 2_000) == 2_000


def test_a_window_worked_out_from_counts_grows_with_what_they_stand_for() -> None:
    learned = LearnedWindows()
    learned.learn(OPENAI, 50_000, 1.25)
    assert learned.at_most(OPENAI, 128_000, 1.25) == 50_000
    assert learned.at_most(OPENAI, 128_000, 2.5) == 100_000
    assert learned.at_most(OPENAI, 90_000, 2.5) == 90_000
    # One that the provider has named is what it is.
    learned.learn(OPENAI, 40_000)
    assert learned.at_most(OPENAI, 128_000, 2.5) == 40_000
    learned.learn(OPENAI, 60_000, 1.25)
    assert learned.at_most(OPENAI, 128_000, 2.5) == 40_000


async def test_own_contexts_that_are_too_long_teach_the_window(tokenizer: TiktokenTokenizer) -> None:
    view = [ViewEntry(ChatMessage(Role.USER, "word " * 2_000), ("message-1",), Origin.VERBATIM, 2_004)]
    learned = LearnedWindows()
    session = model_session(RecordingModel(1_500, names_it=True), tokenizer, learned=learned, self_mode=True)
    with pytest.raises(PromptTooLong):
        await session.read_own_context(view, (), summarized=False, tokens=sum(entry.token_count for entry in view))
    assert learned.at_most(OPENAI, 8_000) == 1_500 + session.terms.output_limit
