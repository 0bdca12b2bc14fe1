"""What users say again and again in one form, each time of another thing, is no rule."""

import pytest

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive import summarize
from compactd.extractive.importance.rules.forms import said_in_one_form
from tests.quality.told_instructions import read

RULES_BY_THEIR_WORDS = [
    ("{} comes along as far as Leeds, then goes on by train.", "Lars Nils Petra Kwame"),
    ("{} vient avec nous jusqu'à Lille, ensuite c'est le train.", "Lars Nils Petra Kwame"),
    ("到{}号的客人都坐火车去，不坐飞机，行李走公路。", "3 5 7 9"),
]
FORMS = [
    *RULES_BY_THEIR_WORDS,
    ("{} fährt immerhin bis Bremen mit und nimmt dann den Zug.", "Lars Nils Petra"),
    ("{} viene con nosotros hasta Burgos y luego sigue en tren.", "Lars Nils Petra"),
    ("{} едет с нами до Твери, а дальше поездом.", "Иван Олег Анна"),
    ("{}号室のお客様は電車で来られ、荷物は別便で届きます。", "3 5 7"),
]


@pytest.mark.parametrize(("form", "things"), RULES_BY_THEIR_WORDS)
def test_what_is_told_of_one_thing_after_the_other_is_no_rule(form: str, things: str) -> None:
    rule = "Never book a night train."
    told = [form.format(thing) for thing in things.split()]
    messages = [ChatMessage(role=Role.USER, content=text) for text in (rule, *told, "What is the time?")]
    held = summarize(messages, 900).partition("\n## ")[0]
    assert rule in held
    assert not any(text in held for text in told)


@pytest.mark.parametrize(("form", "things"), FORMS)
def test_names_and_numbers_are_no_part_of_a_form(form: str, things: str) -> None:
    said = [read(form.format(thing)) for thing in things.split()]
    assert said_in_one_form(said) == {one.text for one in said}


@pytest.mark.parametrize(
    "rules",
    [
        ["Invoices go to Petra.", "Receipts go to Tom.", "Reminders go to Ines."],
        ["Never delete anything from the table T1.", "Never delete anything from the table T2."] * 2,
        ["Always keep the lab below 20 degrees at night.", "Always keep the shop below 18 degrees at night."],
        ["Rechnungen gehen an Petra.", "Lieferscheine gehen an Tom.", "Mahnungen gehen an Ines."],
    ],
)
def test_rules_about_several_things_are_no_form(rules: list[str]) -> None:
    assert said_in_one_form([read(rule) for rule in rules]) == set()


def test_one_form_takes_three_sentences() -> None:
    said = [read(FORMS[0][0].format(thing)) for thing in ("Lars", "Nils", "Petra")]
    assert said_in_one_form(said[:2] * 2) == set()
    assert said_in_one_form(said) == {one.text for one in said}
