"""What is said again in the same words: it changes nothing, and makes no rule of a remark."""

import pytest

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive import summarize
from compactd.extractive.languages import LANGUAGES
from compactd.extractive.page import Section
from tests.quality.scoring import sections

U, A = Role.USER, Role.ASSISTANT
_HEADINGS = {language.headings[Section.INSTRUCTIONS] for language in LANGUAGES}

REMARKS = [
    "Die neue Tastatur macht einen guten Eindruck.",
    "Les collègues sont partis déjeuner.",
    "Los compañeros han salido a comer.",
    "I colleghi sono usciti a pranzo.",
    "У нас с утра льёт дождь.",
    "تأخر القطار عشرين دقيقة.",
    "ट्रेन बीस मिनट देर से आई।",
    "여기는 아침부터 비가 와요.",
    "The colleagues went out for lunch.",
]

FRAMES_AND_NEXT = [
    ("Von jetzt an duze mich.", "Die Lieferung liegt im Depot."),
    ("À partir de maintenant, tutoie-moi.", "Le colis d'hier est bien arrivé."),
    ("Mai più di 3 opzioni per volta.", "In ufficio stanno riparando il condizionatore."),
    ("С этого момента отвечай мне на «вы».", "Новая клавиатура довольно удобная."),
    ("こちらは朝からずっと雨です。", "荷物は今どこですか？"),
    ("これからは短い文で答えてください。", "昨日の荷物は届きました。"),
]


def instructions(*said: str) -> list[str]:
    """The lines of the section of standing instructions, where the assistant answers little in between."""
    messages = [ChatMessage(role, text) for one in said for role, text in ((U, one), (A, "OK."))]
    summary = summarize(messages, 2000)
    return [line for heading, text in sections(summary) if heading in _HEADINGS for line in text.splitlines()]


@pytest.mark.parametrize("remark", REMARKS)
def test_a_remark_that_is_said_three_times_is_no_rule(remark: str) -> None:
    assert not [line for line in instructions(remark, remark, remark) if remark in line]


def test_a_rule_that_is_said_again_stands_once() -> None:
    rule = "Antworte immer auf Englisch."
    assert instructions(rule, "Wie spät ist es?", rule) == [f"- {rule}"]


def test_and_is_gone_wherever_it_was_said_if_it_is_taken_back() -> None:
    rule = "Never deploy on Fridays."
    said = [ChatMessage(U, rule), ChatMessage(A, "OK."), ChatMessage(U, rule), ChatMessage(A, "OK.")]
    assert rule not in summarize(
        [*said, ChatMessage(U, "Scratch that rule about deploying on Fridays, it is fine now.")], 2000
    )


@pytest.mark.parametrize(("first", "then"), FRAMES_AND_NEXT)
def test_what_comes_behind_a_whole_rule_is_not_announced_by_it(first: str, then: str) -> None:
    assert not [line for line in instructions(f"{first} {then}") if then in line]


@pytest.mark.parametrize(
    "said",
    [
        "For the rest of this session. Keep the answers short.",
        "С этого момента. Письма подписывай «Отдел продаж».",
        "Para el resto de esta sesión. Las respuestas, cortas.",
    ],
)
def test_what_only_says_for_how_long_is_about_the_next_sentence(said: str) -> None:
    assert instructions(said)
