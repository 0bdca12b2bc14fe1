"""Long texts are worked on a stretch at a time, and nobody can tell from what comes out."""

import re
from collections.abc import Iterator
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compactd.domain.messages import ChatMessage, Role, ToolCall
from compactd.strategies import secrets, stretches
from compactd.strategies.secrets import Redactions, redact, redact_in_steps
from compactd.strategies.steps import Steps, finished
from compactd.strategies.stretches import LOOK_AHEAD, overlapping, substitute
from compactd.strategies.transcript import (
    _DATA_URL,
    _ENCODED,
    _HEADING,
    _MARKER,
    _describe_encoded,
    _escape_heading,
    _escape_marker,
    escape,
    spoken,
    spoken_in_steps,
    without_encoded,
)
from tests.strategies.slow_redaction import slow_redact
from tests.strategies.test_secrets import _PIECES

SHORT = 100
"""Code points of a stretch in these tests, so that every few pieces of a text lie on the edge of one."""

PIECES = (
    *_PIECES,
    *("curl -u a:b ", "-u x:y1234 ", "mysql ", "-psecretpw ", '-p"two words" ', "xcurl ", "|", "\r\n", "\t", "ı"),
    *("eyJhbGciOi.eyJzdWIiOi.sig", "-eyJhbGciOi.", "?sig=abcdefghij", "Bearer abcdefghijklmnopBearer ", "://u:p@"),
    *("<<<", "transcript", "TRANSCRIPT", "ſummary", "earlier", ">>>", "[user", "[ſystem]", "[Assistant"),
    *("\\", "\u200b"),
    *("data:a/b;base64,", "QUJDREVG" * 20, "QUJDREVG" * 9 + "\n", "data:image/png;x=1;base64,AAAA"),
)  # fmt: skip

# A few different pieces each, many times: what repeats is what costs, and what a stretch ends in.
long_texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=12).flatmap(
    lambda few: st.lists(st.sampled_from(few), min_size=20, max_size=60).map("".join)
)


@pytest.fixture(autouse=True, scope="module")
def short_stretches() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stretches, "STRETCH", SHORT)
        patch.setattr(secrets, "STRETCH", SHORT)
        yield


@settings(max_examples=40)
@given(long_texts)
def test_a_text_is_redacted_as_it_is_in_one_go(text: str) -> None:
    assert redact(text) == slow_redact(text)


@settings(max_examples=40)
@given(long_texts)
def test_a_text_is_escaped_as_it_is_in_one_go(text: str) -> None:
    assert escape(text) == _MARKER.sub(_escape_marker, _HEADING.sub(_escape_heading, text))


@settings(max_examples=40)
@given(long_texts)
def test_what_is_encoded_is_found_as_it_is_in_one_go(text: str) -> None:
    assert without_encoded(text) == _ENCODED.sub(_describe_encoded, _DATA_URL.sub(_describe_encoded, text))


@settings(max_examples=40)
@given(long_texts, long_texts)
def test_a_message_says_in_steps_what_it_says_at_once(content: str, arguments: str) -> None:
    message = ChatMessage(Role.ASSISTANT, content, tool_calls=(ToolCall("c", "look", arguments),))
    redactions = Redactions()
    for redact_text in (redact_in_steps, redactions.redact, redactions.redact):
        assert finished(spoken_in_steps(message, redact_text)) == spoken(message)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("sk-" + "a" * 50_000 + " after", "[secret] after"),
        ("<<<" + " " * 50_000 + "transcript", "\\<<<" + " " * 50_000 + "transcript"),
        ("-----BEGIN KEY-----" + "\nMIIE" * 20_000 + "\n-----END KEY----- after", "[secret] after"),
        (" " * (SHORT - 1) + "eyJ" + "a" * 5_000 + ".bbbbbbbb", " " * (SHORT - 1) + "[secret]"),
        ("x" * 50_000, "x" * 50_000),
    ],
    ids=["a long credential", "many blanks", "many lines", "what decides itself late", "nothing"],
)
def test_what_is_longer_than_a_stretch_is_found_whole(text: str, shown: str) -> None:
    assert escape(redact(text)) == shown


class Watched:
    """A pattern that keeps how much of the text each call is given."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern = pattern.pattern
        self.given: list[int] = []
        self._pattern = pattern

    def finditer(self, text: str, at: int, end: int) -> Iterator[re.Match[str]]:
        self.given.append(min(end, len(text)) - at)
        return self._pattern.finditer(text, at, end)

    def match(self, text: str, at: int) -> re.Match[str] | None:
        return self._pattern.match(text, at)


@pytest.mark.parametrize("piece", ["token: x ", "<<< ", "://. ", "curl ", "x"])
def test_no_pattern_is_given_more_than_a_stretch_and_what_lies_ahead(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    watched = Watched(secrets._rule(secrets._ASSIGNED)[0])
    steps = list(_steps(substitute(cast("re.Pattern[str]", watched), secrets._assigned, text)))
    assert len(steps) == len(watched.given) >= len(text) // (SHORT + 1)
    assert max(watched.given) <= SHORT + LOOK_AHEAD + 200


def test_words_are_looked_for_in_a_stretch_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each hit is kept until its call returns: the hits of a stretch take little room, those of a message would not."""
    hits: list[int] = []

    class Finder:
        def find_matches_as_indexes(self, folded: bytes, **rest: Any) -> list[tuple[int, int, int]]:
            found = finder.find_matches_as_indexes(folded, **rest)
            hits.append(len(found))
            return found

    finder = secrets._FINDER
    monkeypatch.setattr(secrets, "_FINDER", Finder())
    assert finished(redact_in_steps("token, " * 2_000)) == "token, " * 2_000
    assert max(hits) <= SHORT
    assert sum(hits) >= 2_000


def test_a_text_that_is_asked_for_again_is_not_redacted_again() -> None:
    redactions, text = Redactions(), "password: hunter2hunter2"
    redacted = finished(redactions.redact(text))
    assert redacted == redact(text) != text
    assert finished(redactions.redact(text)) is redacted


def test_every_code_point_is_in_a_stretch_with_what_follows_it() -> None:
    text = "".join(map(chr, range(0x4E00, 0x4E00 + 1_050)))
    parts = list(overlapping(text, 7))
    assert {len(part) for part in parts[:-1]} == {SHORT + 7}
    assert "".join(part[:SHORT] for part in parts) == text


def test_a_stretch_of_every_text_is_a_step() -> None:
    steps = len(list(_steps(spoken_in_steps(ChatMessage(Role.USER, "token: x " * 1_000)))))
    assert steps >= 9_000 // SHORT


def _steps(work: Steps[Any]) -> Iterator[None]:
    return cast("Iterator[None]", work)
