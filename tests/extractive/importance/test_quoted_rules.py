"""A rule that a sentence only cites is none; what is to be said, in quotes, is part of one."""

import pytest

from compactd.extractive.importance.rules.given import STANDING
from compactd.extractive.importance.rules.instructions import strength_of
from compactd.extractive.importance.rules.quoted_rules import only_cites
from tests.quality.told_instructions import read

CITED = [
    '"Never trust a green build on a Friday" is what the poster in our kitchen reads.',
    'In the film the captain shouts "always forward, never back".',
    "„Immer erst messen, dann sägen“, pflegte mein Großvater zu sagen.",
    "« Ne jamais revenir sur ses pas », répétait mon oncle.",
    "«Nunca mires atrás, siempre adelante», gritaba el capitán.",
    "«Nunca olhes para trás», gritava o capitão.",
    "Hanno appeso un biglietto: «non si sbattono mai i tappeti».",
    "На двери висит табличка: «Никогда не входить без бахил».",
    "قال القبطان في الفيلم: «لا تنظروا إلى الخلف أبدا».",
    'परी ने कहा, "बारह बजे के बाद कभी मत नाचना।"',
    "电影里船长喊道：「永远不要回头看」。",
    "映画で船長が「決して後ろを振り返るな」と叫んでいた。",
    '영화에서 선장이 "절대 뒤를 돌아보지 마라" 하고 외쳤다.',
]

SAID = [
    'Always close my letters with "Until next week, Ravi".',
    'No sentence of yours should ever begin with "In today\'s modern world".',
    "Beende jede Mail mit „Bis nächste Woche, Ravi“.",
    "Termine toujours mes lettres par « À la semaine prochaine ».",
    "Termina siempre las cartas con «Hasta la semana que viene».",
    "Всегда заканчивай письма словами «До скорой встречи, Рави».",
    'My rule: "never deploy on Fridays".',
]


@pytest.mark.parametrize("text", CITED)
def test_who_cites_a_rule_gives_none(text: str) -> None:
    assert only_cites(text)
    assert strength_of(read(text)) < STANDING


@pytest.mark.parametrize("text", SAID)
def test_what_is_to_be_said_is_part_of_a_rule(text: str) -> None:
    assert not only_cites(text)
