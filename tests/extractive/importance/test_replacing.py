"""Which of two things that a user wants to hold is void, once both were said: a newer one of the same, a withdrawal."""

from collections.abc import Iterable

import pytest

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive import summarize
from tests.quality import said_by_users
from tests.quality.languages import Sentence
from tests.quality.scoring import holds_words

U, A = Role.USER, Role.ASSISTANT
ROOM = 900


def summary_of(first: str, then: str) -> str:
    """Of a conversation in which a user says both, with something else between them."""
    said = (
        (U, first),
        (A, "Understood."),
        (U, "Please find out why the nightly import of ORD-12345 fails."),
        (A, "The token had run out; I renewed it."),
        (U, then),
        (A, "Noted."),
    )
    return summarize([ChatMessage(role=role, content=text) for role, text in said], ROOM)


def share(verdicts: Iterable[bool]) -> float:
    found = list(verdicts)
    return sum(found) / len(found)


def held(first: Sentence, then: Sentence) -> tuple[bool, bool]:
    """Whether each of the two stands in the summary."""
    summary = summary_of(first.text, then.text)
    return holds_words(summary, first.probe), holds_words(summary, then.probe)


def test_of_an_instruction_and_another_one_in_its_place_the_newer_stands_alone() -> None:
    assert share(held(first, then) == (False, True) for first, then in said_by_users.REPLACED) >= 0.8


def test_two_instructions_about_two_things_stand_beside_each_other() -> None:
    assert share(held(first, then) == (True, True) for first, then in said_by_users.BESIDE) >= 0.9


def test_an_instruction_that_was_taken_back_is_gone() -> None:
    gone = (not holds_words(summary_of(first.text, then), first.probe) for first, then in said_by_users.TAKEN_BACK)
    assert share(gone) >= 0.9


def test_an_instruction_stays_where_something_else_was_taken_back() -> None:
    assert share(holds_words(summary_of(first.text, then), first.probe) for first, then in said_by_users.KEPT) == 1.0


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("Address our guests by their first name.", "From now on guests are addressed by their surname."),
        ("Rede die Gäste mit Vornamen an.", "Ab jetzt redest du die Gäste mit Nachnamen an."),
        ("Appelle toujours les patients par leur prénom.", "Désormais, appelle les patients par leur nom de famille."),
        ("К гостям всегда обращайся по имени.", "Теперь к гостям обращайся по имени и отчеству."),
        ("報告書は必ず三ページ以内にしてください。", "これからは報告書は五ページ以内にしてください。"),
        ("报告一律写三页。", "从现在起报告一律写五页。"),
        ("보고서는 항상 사흘 전에 보내세요.", "이제부터 보고서는 닷새 전에 보내세요."),
        ("रिपोर्ट हमेशा दो दिन पहले भेजो।", "अब से रिपोर्ट पाँच दिन पहले भेजो।"),
        ("أرسل التقرير دائما قبل يومين.", "من الآن فصاعدا أرسل التقرير قبل خمسة أيام."),
    ],
)
def test_a_number_in_words_and_how_to_call_somebody_take_the_place_of_another(first: str, then: str) -> None:
    summary = summary_of(first, then)
    assert then.rstrip(".。।") in summary
    assert first.rstrip(".。।") not in summary


def test_another_value_of_the_same_thing_says_which_rule_is_replaced() -> None:
    """`units` and `unit tests` are a word in common, and no more."""
    tests, then = "Run the unit tests before every push.", "I would rather get playful, warm answers with metric units."
    messages = [ChatMessage(role=U, content=text) for text in ("I want terse answers without dashes.", tests)]
    summary = summarize([*messages, ChatMessage(role=A, content="Noted."), ChatMessage(role=U, content=then)], ROOM)
    assert "terse" not in summary
    assert tests.rstrip(".") in summary


def test_how_much_money_takes_no_place_of_how_much_of_something_else() -> None:
    for first, then in (
        ("The limit has to stay at 48 GB.", "The budget we agreed on is 2150.40 EUR."),
        ("The budget we agreed on is 2150.40 EUR.", "The limit has to stay at 48 GB."),
    ):
        summary = summary_of(first, then)
        assert first in summary
        assert then in summary


def test_how_far_the_work_has_come_takes_no_place_of_the_version_that_is_to_be_used() -> None:
    for first in ("Only Python 3.11.", "Nur Kotlin 2.1, bitte."):
        assert first.rstrip(".") in summary_of(first, "Steps 1-3 of 5 are done.")


def test_two_remarks_that_share_a_conjunction_and_the_domain_of_an_address_both_stand() -> None:
    noted = (
        "I put some background on https://wiki.example.org/pages/32751 a while ago, though I could not tell you why."
    )
    summary = summary_of(noted, "Anything over 95 ms is unacceptable for them, though I could not tell you why.")
    assert "https://wiki.example.org/pages/32751" in summary
    assert "95 ms" in summary
