"""A rule that a sentence only cites is none; what is to be said, in quotes, is part of one."""

import pytest

from compactd.extractive.importance.rules.in_force import STANDING
from compactd.extractive.importance.rules.instructions import strength_of
from compactd.extractive.importance.rules.quoted_rules import only_cites
from tests.quality.told_instructions import read

CITED = [
    '"Never trust a green build on a Friday" is what the poster in the kitchen reads.',
    'In the film the captain says "always forward, never back".',
    "„Immer erst messen, dann sägen“, sagte der Großvater im Film.",
    "« Ne jamais revenir sur ses pas », disait l'oncle du film.",
    "«Nunca mires atrás, siempre adelante», dijo el capitán.",
    "«Nunca olhes para trás», disse o capitão.",
    "Il capitano disse: «non si sbattono mai i tappeti».",
    "На двери висит табличка: «Никогда не входить без бахил».",
    "قال القبطان في الفيلم: «لا تنظروا إلى الخلف أبدا».",
    'परी ने कहा, "बारह बजे के बाद कभी मत नाचना।"',
    "电影里船长说：「永远不要回头看」。",
    "映画で船長が「決して後ろを振り返るな」と言っていた。",
    '영화에서 선장이 "절대 뒤를 돌아보지 마라" 라고 말했다.',
]

OWN = [
    '"Never ship on Fridays" is our rule.',
    'I want "never push to main" to be followed strictly.',
    'My rule for reviewers: "two approvals before every merge".',
    'The client told us "never before nine in the morning".',
    '"Shoes off at the door" is the rule of the house.',
    "Wenn der Kunde „so bald wie möglich“ schreibt, sind zwei Tage gemeint.",
    "Wir halten uns an „keine Meetings am Freitag“.",
    "Unsere Regel lautet: „Nie freitags ausliefern“.",
    "Notre règle : « ne jamais livrer le vendredi ».",
    "Nuestra regla es «nunca desplegar los viernes».",
    "A nossa regra é «nunca publicar à sexta».",
    "La nostra regola è «mai rilasciare di venerdì».",
    "Наше правило: «Никогда не выкатывать в пятницу».",
    "قاعدتنا هي «لا تنشر يوم الجمعة أبدا».",
    'हमारा नियम है "शुक्रवार को कभी तैनात मत करो"।',
    "我们的规矩是“周五绝不部署”。",
    "私たちのルールは「金曜日は絶対にデプロイしない」です。",
    '우리 규칙은 "금요일에는 절대 배포하지 않는다"입니다.',
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


@pytest.mark.parametrize("text", OWN)
def test_what_nobody_else_says_or_what_a_case_is_told_by_is_not_cited(text: str) -> None:
    assert not only_cites(text)


@pytest.mark.parametrize("text", SAID)
def test_what_is_to_be_said_is_part_of_a_rule(text: str) -> None:
    assert not only_cites(text)
