"""What was stated of a value is gone when a later statement names it beside what is in its place."""

import pytest

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive import summarize

_FILLER = "Thanks, that is what I was looking for. " * 3


def summary_of(*said: str, answer: str = _FILLER) -> str:
    messages = [ChatMessage(Role.USER, "Hello there. I would like to talk about the club.")]
    for text in said:
        messages += [ChatMessage(Role.ASSISTANT, answer), ChatMessage(Role.USER, text)]
    return summarize(messages, 2000)


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("The rowing boats are kept at Mill Lane 12.", "The boats are at Quay Road 7 these days, Mill Lane 12 is let."),
        ("Mira Haddad is going to open the gate.", "Mira Haddad has the flu, Tom Okafor will open the gate."),
        ("Das Boot holt Mira Haddad ab.", "Mira Haddad ist krank, das Boot holt Tom Okafor ab."),
        (
            "La liste est dans club/membres.csv.",
            "La liste est dans club/tous.csv à présent, club/membres.csv est vide.",
        ),
        ("El barco lo recoge Mira Haddad.", "Mira Haddad está enferma, el barco lo recoge Tom Okafor."),
        ("Лодку заберёт Mira Haddad.", "Mira Haddad заболела, лодку заберёт Tom Okafor."),
        ("扫描仪的端口是5564。", "扫描仪的端口现在是7973，5564给了摄像头。"),
    ],
)
def test_only_the_statement_that_names_both_is_left(first: str, then: str) -> None:
    summary = summary_of(first, then)
    assert first.rstrip(".。") not in summary
    assert then.rstrip(".。") in summary


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("The list of rowers is in club/members.csv.", "Copy the rowers to club/all.csv, club/members.csv stays."),
        ("The list of rowers is in club/members.csv.", "The rowers stand in club/members.csv and club/all.csv."),
        ("The list of rowers is in club/members.csv.", "Are the rowers in club/all.csv or club/members.csv?"),
        ("Mira Haddad opens the gate.", "Yesterday Tom Okafor had lunch with Mira Haddad."),
    ],
)
def test_what_is_asked_for_joined_or_about_something_else_takes_no_place(first: str, then: str) -> None:
    assert first.rstrip(".") in summary_of(first, then)


def test_what_else_was_said_of_the_old_value_stays_as_it_was_said() -> None:
    """Who is ill still has the keys."""
    summary = summary_of(
        "Mira Haddad is going to open the gate.",
        "The keys of the cellar are with Mira Haddad.",
        "Mira Haddad has the flu, Tom Okafor will open the gate.",
    )
    assert "The keys of the cellar are with Mira Haddad" in summary
    assert "Mira Haddad is going to open the gate" not in summary


def test_a_value_that_was_named_before_is_no_successor() -> None:
    first = "Mira Haddad is going to open the gate."
    then = "Mira Haddad opens the gate when Tom Okafor is late."
    assert "Mira Haddad is going to open" in summary_of("Tom Okafor has the keys of the gate.", first, then)
