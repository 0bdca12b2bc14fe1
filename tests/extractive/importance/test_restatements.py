"""What users say of how things are: the latest of it, and what is about something else beside it."""

import pytest

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive import summarize

U, A = Role.USER, Role.ASSISTANT


def summary_of(*said: str, limit: int = 900) -> str:
    messages = [message for text in said for message in (ChatMessage(U, text), ChatMessage(A, "Noted."))]
    return summarize(messages, limit)


@pytest.mark.parametrize(
    ("first", "then", "old", "new"),
    [
        ("The budget of the move is $4,300.", "The budget of the move is $5,150.", "4,300", "5,150"),
        ("The depot ships from eu-north-3.", "We now ship from eu-west-1, the depot moved.", "eu-north-3", "eu-west-1"),
        ("The reviewer of the report is Ada Moreau.", "Jan Weber now owns the report.", "Moreau", "Jan Weber"),
        ("The release is called BLUE-17.", "The release has been renamed, it is now GREEN-42.", "BLUE-17", "GREEN-42"),
    ],
)
def test_a_statement_that_was_made_anew_is_gone_with_its_value(first: str, then: str, old: str, new: str) -> None:
    summary = summary_of(first, "Let me know when the lists are there.", then)
    assert new in summary
    assert old not in summary


@pytest.mark.parametrize(
    ("one", "other", "values"),
    [
        ("The primary region is eu-north-3.", "The backup region is us-west-2.", ("eu-north-3", "us-west-2")),
        ("Order ORD-12345 costs 120 EUR.", "Order ORD-67890 costs 340 EUR.", ("ORD-12345", "ORD-67890", "120 EUR")),
        ("Please cancel booking BK-70412.", "Please cancel booking BK-81523.", ("BK-70412", "BK-81523")),
        ("Ticket OPS-4711 is about the list.", "The channel of the list is now #ops-list.", ("OPS-4711", "#ops-list")),
    ],
)
def test_statements_about_two_things_stand_beside_each_other(one: str, other: str, values: tuple[str, ...]) -> None:
    summary = summary_of(one, other)
    assert all(value in summary for value in values)


def test_a_small_number_is_corrected_where_it_is_said_of_the_same() -> None:
    summary = summary_of(
        "Set the retry limit to 5 and wait 5 seconds.",
        "There are 5 depots in Ghent.",
        "Correction: the retry limit must be 3, not 5.",
    )
    assert "retry limit to 3" in summary
    assert "retry limit to 5" not in summary
    assert "not 5" not in summary
    assert "3 depots" not in summary


def test_a_single_name_is_corrected() -> None:
    summary = summary_of("Ship the boxes to Bremen.", "One more: ship to Hamburg instead of Bremen.")
    assert "Hamburg" in summary
    assert "Bremen" not in summary
