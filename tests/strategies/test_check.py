"""Answers that are no summaries, and summaries that are cut."""

import pytest
import regex

from compactd.domain.errors import (
    SummaryEmpty,
    SummaryNotSmaller,
    SummaryNotText,
    SummaryRefused,
    SummaryTruncated,
)
from compactd.strategies.check import accept_answer, check_smaller, clip
from compactd.strategies.cut import Plan
from compactd.strategies.prompts import ACKNOWLEDGEMENT, PAUSE
from tests.conversations import seeds

FAMILY = "👩‍👩‍👧‍👦"
ACCENT = "e\u0301\u0323"


REFUSALS = (
    "I cannot summarize this.",
    "I can't summarize this conversation.",
    "I can not do that.",
    "I apologize, but I can't help with that request.",
    "My apologies, I'm unable to process this.",
    "I'm not able to summarize this conversation.",
    "I am unable to help.",
    "Unfortunately, I cannot help with this.",
    "Unfortunately I won't go on with this.",
    "Sorry, I'm unable to do that.",
    "Sorry, but I can’t see what you want.",
    "I'm afraid I can't let you do that.",
    "I do not feel comfortable writing about this.",
    "I won't be able to summarize it.",
    "I must respectfully decline.",
    "As an AI language model, I have no opinion.",
    "**I'm sorry, but** no.",
    "Ich kann dabei nicht helfen.",
    "Leider kann ich das nicht zusammenfassen.",
    "Es tut mir leid, aber das geht nicht.",
    "Lo siento, no puedo ayudar con eso.",
    "Je suis désolé, mais je ne peux pas.",
    "抱歉，我无法提供帮助。",
    "我无法总结这段对话。",
    f"“{ACKNOWLEDGEMENT}”",
    PAUSE.rstrip("."),
)


@pytest.mark.parametrize(
    "text",
    [
        "I will not be shipped until Friday, said the part; the user wants a refund.",
        "I can't reproduce the crash on 3.12; on 3.11 it is a race in close().",
        "Unfortunately, the import failed twice. It works with --force.",
        "The user apologized: I cannot help, they wrote, before Monday.",
        "Sorry was all the server said: HTTP 503. The retry is set to 30 s.",
        "I do not know the port yet; the user will send it.",
        "I understood the task: port the parser to Rust.",
        "Ich habe die Datei umbenannt; der Test kann nicht laufen.",
    ],
)
def test_a_short_summary_that_tells_of_failure_is_no_refusal(text: str) -> None:
    assert accept_answer(text, "stop", "m") == text


@pytest.mark.parametrize(
    ("text", "finish", "error"),
    [
        ("", "stop", SummaryEmpty),
        (" \n\u3000", "stop", SummaryEmpty),
        (None, "stop", SummaryNotText),
        (None, "other", SummaryNotText),
        ("half \ud83d of a pair", "stop", SummaryNotText),
        ("a summary", "length", SummaryTruncated),
        (None, "length", SummaryTruncated),
        ("a summary", "other", SummaryTruncated),
        ("a summary", "tool_calls", SummaryNotText),
        (None, "tool_calls", SummaryNotText),
        ("a summary", "refusal", SummaryRefused),
        ("I'm sorry, but I can't do that.", "stop", SummaryRefused),
        ("I’m sorry, but I can’t do that.", "stop", SummaryRefused),
        ("  I CANNOT assist with that", "stop", SummaryRefused),
        ("申し訳ありませんが、できません。", "stop", SummaryRefused),
        *((text, "stop", SummaryRefused) for text in REFUSALS),
    ],
)
def test_an_answer_that_is_no_summary_is_refused_by_its_name(
    text: str | None, finish: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        accept_answer(text, finish, "openai/gpt-test")


def test_a_long_answer_may_begin_like_a_refusal() -> None:
    text = "I'm sorry, but the first import failed, said the agent. " + "It then went on. " * 20
    assert accept_answer(text, "stop", "m") == text.strip()


def test_an_answer_is_trimmed_and_otherwise_left_alone() -> None:
    assert accept_answer("\n  Goals:\n  - ship \n", "stop", "m") == "Goals:\n  - ship"


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("short", 5, "short"),
        ("One two. Three four. Five six seven", 24, "One two. Three four.…"),
        # A sentence that ends exactly where the room does.
        ("One two three four. Five", 20, "One two three four.…"),
        ("Wir gehen. Jetzt aber schnell weiter", 30, "Wir gehen. Jetzt aber schnell…"),
        ("version 1.2.3.4.5.6 is the one we want", 20, "version 1.2.3.4.5.6…"),
        ("これは文です。次の文はここまで続きます。", 8, "これは文です。…"),
        ("ab" + FAMILY * 3, 12, "ab" + FAMILY + "…"),
        ("abc" + ACCENT * 3, 8, "abc" + ACCENT + "…"),
        (FAMILY, 3, "…"),
        ("abc", 1, "…"),
    ],
)
def test_a_summary_is_cut_where_it_reads_best(text: str, limit: int, expected: str) -> None:
    assert clip(text, limit) == expected


def test_a_cut_never_exceeds_the_limit_nor_splits_a_grapheme() -> None:
    alphabet = ("word ", "next. ", "結", "。", FAMILY, ACCENT, "\n", "🇩🇪", "x")
    for random in seeds(3_000):
        text = "".join(random.choice(alphabet) for _ in range(random.randint(1, 40)))
        limit = random.randint(1, len(text) + 2)
        cut = clip(text, limit)
        assert len(cut) <= limit
        if len(text) > limit:
            assert cut.endswith("…")
            assert text.startswith(cut[:-1])
            ends = {match.end() for match in regex.finditer(r"\X", text)} | {0}
            assert len(cut) - 1 in ends
        else:
            assert cut == text


def plan(window: int, fixed: int, rest: int, kept: int) -> Plan:
    return Plan(window, fixed, rest, (), (), (), rest - kept, kept, 0)


@pytest.mark.parametrize(("summary", "fits"), [(69, True), (70, False), (500, False)])
def test_a_summary_must_take_less_than_what_it_replaces(summary: int, fits: bool) -> None:
    if fits:
        check_smaller(plan(1_000, 100, 100, 30), summary)
    else:
        with pytest.raises(SummaryNotSmaller):
            check_smaller(plan(1_000, 100, 100, 30), summary)


@pytest.mark.parametrize(("summary", "fits"), [(600, True), (601, False)])
def test_the_context_must_fit_the_window_afterwards(summary: int, fits: bool) -> None:
    if fits:
        check_smaller(plan(1_000, 300, 5_000, 100), summary)
    else:
        with pytest.raises(SummaryNotSmaller):
            check_smaller(plan(1_000, 300, 5_000, 100), summary)
