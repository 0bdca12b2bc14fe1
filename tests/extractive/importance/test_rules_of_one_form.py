"""Rules that differ in a number or a name alone are rules, and the value of one is told of none of the others."""

import pytest

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive import summarize
from compactd.extractive.languages import LANGUAGES
from compactd.extractive.page import Section
from tests.quality.scoring import sections

_HEADINGS = {language.headings[Section.INSTRUCTIONS] for language in LANGUAGES}

FORMS = [
    "Level {} incidents are closed within {} days by the desk.",
    "Tickets of priority {} are answered within {} hours, whoever asks.",
    "Pool {} always has a timeout of {} seconds.",
    "Tickets der Stufe {} werden immer in {} Stunden beantwortet.",
    "Les incidents de niveau {} sont toujours réglés sous {} jours.",
    "Las averías de nivel {} se arreglan siempre en {} días.",
    "Os pedidos de nível {} são sempre tratados em {} dias.",
    "Gli incidenti di livello {} si chiudono sempre entro {} giorni.",
    "Инциденты уровня {} всегда закрываются за {} дней.",
    "تغلق حوادث المستوى {} دائما خلال {} أيام.",
    "स्तर {} की घटनाएँ हमेशा {} दिन में बंद की जाती हैं।",
    "{}级工单必须在{}小时内答复。",
    "レベル{}の問い合わせは必ず{}時間以内に回答します。",
    "레벨 {} 문의는 항상 {}시간 안에 답합니다.",
]
TABLES = [
    (FORMS[0], ("1 12", "2 15", "3 19")),
    (FORMS[1], ("1 12", "2 15", "3 19")),
    ("Invoices from {} are approved by {} before they are paid.", ("Acme Ana", "Beta Bob", "Gamma Cleo")),
    ("I prefer that reports for {} are short and in {}.", ("Acme English", "Beta German", "Gamma Latin")),
    (
        "Die {} werden auf {} geschrieben und unterschrieben.",
        ("Rechnungen Englisch", "Verträge Latein", "Angebote Dari"),
    ),
]


def summary_of(*said: str) -> str:
    messages = [ChatMessage(role, one) for text in said for role, one in ((Role.USER, text), (Role.ASSISTANT, "OK."))]
    return summarize(messages, 1500)


def rules_in(summary: str) -> str:
    return "\n".join(text for heading, text in sections(summary) if heading in _HEADINGS)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("begin", ["", "Sorry, ", "Correction: "])
def test_what_numbers_tell_apart_keeps_its_own_value(form: str, begin: str) -> None:
    said = [form.format(1, 12), form.format(2, 15), begin + form.format(3, 19)]
    summary = summary_of("Hi.", *said)
    for number, other in ((1, 15), (1, 19), (2, 12), (2, 19), (3, 12), (3, 15)):
        assert form.format(number, other) not in summary


@pytest.mark.parametrize(("form", "things"), TABLES)
def test_the_last_of_several_rules_of_one_form_is_one(form: str, things: tuple[str, ...]) -> None:
    said = [form.format(*one.split()) for one in things]
    assert said[-1] in rules_in(summary_of("Hi.", *said))


@pytest.mark.parametrize("begin", ["Sorry, ", "Correction: "])
def test_the_same_thing_has_its_corrected_value(begin: str) -> None:
    said = ["The deposit of hall 3 is 50 EUR.", "The deposit of hall 2 is 70 EUR."]
    summary = summary_of("Hi.", *said, f"{begin}the deposit of hall 3 is 90 EUR.")
    assert "hall 3 is 90 EUR" in summary
    assert "hall 2 is 90 EUR" not in summary
    assert "hall 3 is 50 EUR." not in summary


@pytest.mark.parametrize(
    ("form", "things"),
    [
        ("Invoices from {} must never exceed {} EUR.", ("Acme 1400", "Beta 3000", "Acme 7700")),
        ("Vorfälle der Stufe {} werden innerhalb von {} Tagen vom Support geschlossen.", ("1 12", "2 15", "3 19")),
        ("Von {} sind {} Kisten vom Lager gekommen.", ("Acme 12", "Beta 15", "Acme 19")),
    ],
)
@pytest.mark.parametrize("begin", ["", "Sorry, ", "Correction: "])
def test_where_something_is_from_is_not_what_it_was(form: str, things: tuple[str, ...], begin: str) -> None:
    said = [form.format(*one.split()) for one in things]
    said[-1] = begin + said[-1]
    told = [line.removeprefix("- ") for line in summary_of("Hi.", *said).splitlines() if line.startswith("- ")]
    assert said[-1] in told
    assert set(told) <= {"Hi.", *said}
