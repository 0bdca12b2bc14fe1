"""The receipt: what of the evicted identifiers is in a summary, and what of a summary is in nothing before it."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive import default_limit, summarize
from compactd.extractive.ledger.doubts import Doubts, unfounded_in
from compactd.extractive.ledger.receipt import Outcome, mentioned_in, named_in, outcome_of
from compactd.extractive.ledger.values_in_text import SearchedText
from compactd.extractive.reading.identifiers import Identifier, Kind, extract_identifiers
from compactd.extractive.reading.reader import Reader
from compactd.strategies.steps import finished
from compactd.strategies.transcript import spoken
from tests.builders.conversations import needs_recorded, recorded_conversations


def outcome(messages: Sequence[ChatMessage], summary: str, new_start: int = 10**9) -> Outcome:
    """Of messages at positions from 1 on."""
    reader = Reader()
    digests = finished(reader.read(messages))
    evicted, kept = finished(named_in(digests[: new_start - 1])), finished(mentioned_in(digests[new_start - 1 :]))
    return finished(outcome_of(evicted, kept, summary, finished(reader.identifiers_in(summary))))


def retained(found: Outcome) -> list[str]:
    return values(found.identifiers(retained=True))


def recoverable(found: Outcome) -> list[str]:
    return values(found.identifiers(retained=False))


def values(found: Sequence[object]) -> list[str]:
    return [str(getattr(one, "value", one)) for one in found]


def said(*texts: str) -> list[ChatMessage]:
    return [ChatMessage(Role.USER, text) for text in texts]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("ORD-5521", "See ORD-5521."),
        ("ORD-5521", "注文ORD-5521です"),
        ("#4711", "issue#4711"),
        ("/srv/app", "in /srv/app/main.py"),
        ("2026年3月14日", "我们在2026年3月14日见面"),
        ("1,250.00 EUR", "It costs 1,250.00 EUR, all in all."),
        ("12.5", "It is 12.5."),
        ("café-7", "au café-7, oui"),
    ],
)
def test_a_value_stands_where_no_letter_and_no_digit_is_directly_around_it(value: str, text: str) -> None:
    assert value in SearchedText(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("ORD-5521", "See XORD-5521, ORD-55210 and ord-5521."),
        ("125", "It costs 125.50 or 1,125 or 12:125."),
        ("2.4", "Version 2.4.1 it is."),
        ("café", "cafés"),
        ("a b", "a  b"),
        ("", "x"),
        ("x", ""),
    ],
)
def test_a_value_does_not_stand_inside_of_another_one(value: str, text: str) -> None:
    assert value not in SearchedText(text)


@given(st.text("ab1-. é年", max_size=12), st.text("ab1-. é年", max_size=40))
def test_what_stands_in_a_text_is_a_part_of_it(value: str, text: str) -> None:
    assert value not in SearchedText(text) or value in text
    assert not value.strip() or value in SearchedText(f" {value} ")


_PIECES = st.text("a1é.,:-() ", max_size=4)


@given(st.lists(_PIECES, max_size=8, unique=True), st.lists(_PIECES, max_size=30))
def test_many_values_stand_in_a_text_where_each_of_them_does(values: list[str], pieces: list[str]) -> None:
    searched = SearchedText("".join(pieces))
    assert finished(searched.among(values)) == {value for value in values if value in searched}


def test_retained_and_recoverable_are_all_that_was_evicted_and_no_more() -> None:
    found = outcome(said("Order ORD-5521 and ticket TCK-1.", "Then ORD-7000.", "Kept: ORD-9999, TCK-1."), "ORD-5521", 3)
    assert retained(found) == ["ORD-5521", "TCK-1"]
    assert recoverable(found) == ["ORD-7000"]
    receipt = found.receipt(0)
    assert [(count.kind, count.evicted, count.retained, count.recoverable) for count in receipt.by_kind] == [
        ("id", 3, 2, 1)
    ]
    assert (receipt.evicted, receipt.retained, receipt.recoverable) == (3, 2, 1)


def test_unfounded_is_what_no_message_and_no_text_before_has() -> None:
    messages = said("Order ORD-5521.")
    found = outcome(messages, "ORD-5521 and ORD-7777, then ORD-8888.")
    assert values(found.doubtful) == ["ORD-7777", "ORD-8888"]
    assert values(finished(unfounded_in(found.doubtful, ["nothing", "was: ord-8888"]))) == ["ORD-7777"]


@pytest.mark.parametrize("before", [0, 65_530, 262_138, 262_144, 524_284])
def test_what_stands_anywhere_in_a_long_text_is_found(before: int) -> None:
    found = outcome(said("Nothing."), "ORD-7777").doubtful
    assert values(found) == ["ORD-7777"]
    assert finished(unfounded_in(found, [" " * before + "ORD-7777" + " " * 70_000])) == []
    assert finished(unfounded_in(found, [" " * before + "ORD-777" + " " * 70_000])) == found


@pytest.mark.parametrize(
    ("value", "text", "is_unclear"),
    [
        ("src/config.py", "nothing of the kind", False),
        ("src/config.py", "the CONFIG of it", True),
        ("12 May 2026", "on 12\nMay  2026", True),
        ("Straße 5", "in der Stra\\u00dfe 5", True),
        ("日本", "something else", True),
    ],
)
def test_what_a_text_may_have_in_another_form_is_unclear(value: str, text: str, is_unclear: bool) -> None:
    for more in ("", " and more" * 9_000):
        doubts = Doubts([Identifier(value, Kind.PATH)])
        finished(doubts.look_in([text + more, "and no more"]))
        assert values(doubts.unfounded) == [value]
        assert values(doubts.unclear) == [value] * is_unclear
        finished(doubts.look_in([f"so {value.upper()}{more}"]))
        assert doubts.unfounded == doubts.unclear == []


@needs_recorded
@pytest.mark.parametrize("share", [20, 10, 3])
def test_the_embedded_summarizer_invents_nothing(share: int) -> None:
    for name, messages in recorded_conversations():
        evicted = [message for message in messages if message.role is not Role.SYSTEM]
        characters = sum(message.characters for message in evicted)
        summary = summarize(evicted, default_limit(characters) * 10 // share)
        found = outcome(evicted, summary)
        assert finished(unfounded_in(found.doubtful, map(spoken, evicted))) == [], name
        assert not set(retained(found)) & set(recoverable(found))


@needs_recorded
def test_a_summary_that_holds_everything_retains_everything() -> None:
    for _, messages in recorded_conversations()[:20]:
        evicted = [message for message in messages if message.role is not Role.SYSTEM]
        everything = "\n".join(map(spoken, evicted))
        lost = outcome(evicted, everything).identifiers(retained=False)
        # What is written otherwise in a transcript: escapes of JSON, spaces.
        assert [held.value for held in lost if held.value in everything and extract_identifiers(held.value)] == []
