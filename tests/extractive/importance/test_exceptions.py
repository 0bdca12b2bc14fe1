"""A sentence that says otherwise for a part leaves the rule in force, and stands beside it."""

import pytest

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive import summarize

EXCEPTIONS = [
    ("Always reply in French.", "For the title, English is fine."),
    ("Always reply in French.", "You can use English for the title."),
    ("Use metric units only.", "In the table for the US team, inches are fine."),
    ("Don't use emojis.", "Emojis are fine in the team chat."),
    ("Keep answers short.", "For the report you can go into detail."),
    ("Antworte immer auf Englisch.", "Für den Titel ist Deutsch in Ordnung."),
    ("Réponds toujours en français.", "Pour le titre, l'anglais convient."),
    ("Responde siempre en español.", "Para el título está bien el inglés."),
    ("Responda sempre em português.", "Para o título, pode usar inglês."),
    ("Rispondi sempre in italiano.", "Per il titolo va bene l'inglese."),
    ("Всегда отвечай по-русски.", "Для заголовка можно английский."),
    ("أجب دائما بالعربية.", "بالنسبة للعنوان، الإنجليزية مقبولة."),
    ("हमेशा हिंदी में जवाब दो।", "शीर्षक के लिए अंग्रेज़ी ठीक है।"),
    ("总是用中文回答。", "标题可以用英文。"),
    ("常に日本語で答えてください。", "タイトルは英語でも構いません。"),
    ("항상 한국어로 답해 주세요.", "제목은 영어로 써도 됩니다."),
]


def summary_of(*said: str) -> str:
    messages = [ChatMessage(role=Role.USER, content=text) for text in (*said, "The ticket is OPS-48213.")]
    return summarize(messages, 600)


@pytest.mark.parametrize(("rule", "exception"), EXCEPTIONS)
def test_an_exception_leaves_the_rule_in_force(rule: str, exception: str) -> None:
    summary = summary_of(rule, exception)
    assert rule.rstrip(".。।") in summary
    assert exception.rstrip(".。।") in summary


@pytest.mark.parametrize(
    ("rule", "otherwise"),
    [
        ("Always reply in French.", "English is fine from now on."),
        ("Don't use semicolons in the text.", "In the text, semicolons are fine."),
        ("Antworte immer auf Englisch.", "Du kannst wieder Deutsch schreiben."),
        ("常に日本語で答えてください。", "英語でも構いません。"),
        ("总是用中文回答。", "用英文也可以。"),
    ],
)
def test_what_is_said_of_all_of_it_takes_the_rule_back(rule: str, otherwise: str) -> None:
    assert rule.rstrip(".。") not in summary_of(rule, otherwise)
