"""What one part leaves open the next one says again, or closes: a finished task stands nowhere as open."""

import pytest

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive import merge, summarize
from compactd.extractive.fixed_words import FixedWord
from compactd.extractive.languages import LANGUAGES, Language
from compactd.extractive.page import Section
from tests.quality import languages

U, A = Role.USER, Role.ASSISTANT
LIMIT = 700
ASKED = "Now rename the column amt to amount_eur."
CLOSED = f"- No longer open: {ASKED}"


def said(*spoken: tuple[Role, str]) -> list[ChatMessage]:
    return [ChatMessage(role=role, content=text) for role, text in spoken]


FIRST = summarize(
    said(
        (U, "Please export the ledger as CSV."),
        (A, "Exported 812 rows to /srv/out/ledger.csv."),
        (U, ASKED),
        (A, "I'll look at the schema first."),
    ),
    LIMIT,
)


def open_in(summary: str) -> str:
    """The section of the open request, and nothing if that is not the last one."""
    return summary.partition("## Open request\n")[2]


def after(*spoken: tuple[Role, str]) -> str:
    """The part after the first one."""
    return summarize(said(*spoken), LIMIT, [FIRST])


def test_the_first_part_leaves_it_open() -> None:
    assert open_in(FIRST) == f"- {ASKED}"


def test_what_was_done_since_is_closed_and_not_open() -> None:
    part = after((A, "Renamed; the column is amount_eur now."), (U, "Thanks!"))
    assert CLOSED in part.splitlines()
    assert open_in(part) == ""


def test_what_is_not_done_yet_is_said_again() -> None:
    part = after((A, "I'm checking the migrations now."), (U, "Okay, go on."))
    assert open_in(part) == f"- {ASKED}"
    assert CLOSED not in part


def test_what_was_asked_after_the_answer_is_the_open_one() -> None:
    part = after((A, "Renamed it, all tests pass."), (U, "Great. Then write the changelog entry."))
    assert CLOSED in part.splitlines()
    assert open_in(part) == "- Then write the changelog entry."


def test_what_was_taken_back_is_closed() -> None:
    part = after((U, "Never mind."), (U, "What is the status of ORD-77123?"))
    assert CLOSED in part.splitlines()
    assert ASKED not in open_in(part)


def test_what_nobody_answered_before_the_next_request_is_not_called_closed() -> None:
    assert CLOSED not in after((U, "And check the depot in Ghent."))


@pytest.mark.parametrize("limit", [1.0, 0.8, 0.6])
def test_merged_with_the_part_that_closes_it_it_is_open_nowhere(limit: float) -> None:
    second = after((A, "Renamed it, all tests pass."), (U, "Great. Then write the changelog entry."))
    merged = merge([FIRST, second], int((len(FIRST) + len(second)) * limit))
    assert open_in(merged) == "- Then write the changelog entry."
    assert ASKED not in merged


def test_merged_with_the_part_that_says_it_again_it_is_open_and_last() -> None:
    second = after((A, "I'm checking the migrations now."), (U, "Okay, go on."))
    assert open_in(merge([FIRST, second], len(FIRST) + len(second) - 20)) == f"- {ASKED}"


def test_what_the_part_before_those_that_are_merged_left_open_stays_closed() -> None:
    second = after((A, "Renamed; the column is amount_eur now."), (U, "Thanks! I will be back on Monday."))
    third = summarize(said((U, "Write the changelog entry for ORD-12345."), (A, "On it.")), LIMIT, [FIRST, second])
    merged = merge([second, third], len(second) + len(third) - 5)
    assert CLOSED in merged.splitlines()
    assert "changelog" in open_in(merged)


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_in_every_language_what_is_done_is_closed_and_what_is_begun_is_open(language: Language) -> None:
    spoken = languages.language(language.code)
    heading, closed = language.headings[Section.OPEN], language.fixed_words[FixedWord.CLOSED]
    for asked, done in spoken.learned.requests:
        talk = (U, spoken.user[2]), (A, spoken.assistant[1])
        first = summarize(said(*talk, (U, asked.text), (A, spoken.assistant[0])), LIMIT)
        assert first.endswith(f"## {heading}\n- {asked.text}")
        finished = summarize(said((A, done), (U, spoken.user[0])), LIMIT, [first])
        assert f"- {closed}: {asked.text}" in finished.splitlines()
        assert heading not in finished
        begun = summarize(said((A, spoken.assistant[5]), (U, spoken.user[3])), LIMIT, [first])
        assert begun.endswith(f"## {heading}\n- {asked.text}")
