"""A standing instruction that is also asked for now: it holds on when it is open no longer, in every language."""

import pytest

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive import merge, summarize
from compactd.extractive.fixed_words import FixedWord
from compactd.extractive.languages import LANGUAGES, Language
from compactd.extractive.page import Section
from compactd.extractive.part_lines import lines_of
from compactd.strategies.clip import ELLIPSIS
from tests.quality import languages

U, A = Role.USER, Role.ASSISTANT

RULES = {
    "en": (
        "Please write all messages to customers in plain English, whoever they are and however much they know.",
        "Done, the messages are in plain English now.",
    ),
    "de": (
        "Bitte schreib alle Nachrichten an Kunden in einfachem Deutsch, ganz gleich, wer sie sind und was sie wissen.",
        "Erledigt, die Nachrichten sind jetzt in einfachem Deutsch.",
    ),
    "fr": (
        "Merci d'écrire tous les messages aux clients dans un français simple, qui qu'ils soient.",
        "C'est fait, les messages sont maintenant en français simple.",
    ),
    "es": (
        "Escribe por favor todos los mensajes a los clientes en un español sencillo, sean quienes sean.",
        "Hecho, los mensajes ya están en un español sencillo.",
    ),
    "it": (
        "Scrivi per favore tutti i messaggi ai clienti in un italiano semplice, senza anglicismi.",
        "Fatto, i messaggi sono ora in un italiano semplice.",
    ),
    "pt": (
        "Escreva por favor todas as mensagens aos clientes em português simples, sejam quem forem.",
        "Feito, as mensagens já estão em português simples.",
    ),
    "ru": (
        "Пожалуйста, пиши клиентам только простым языком, без иностранных слов и сокращений.",
        "Готово, сообщения клиентам переписаны простым языком.",
    ),
    "ar": ("من فضلك اكتب كل الرسائل إلى العملاء بلغة بسيطة وبدون كلمات أجنبية.", "تم، الرسائل الآن بلغة بسيطة."),
    "hi": (
        "कृपया ग्राहकों को संदेश सरल हिंदी में लिखो, अंग्रेज़ी शब्दों और संक्षेपों के बिना।",
        "हो गया, संदेश अब सरल हिंदी में हैं।",
    ),
    "zh": ("请用简单的中文给客户写所有的邮件，不要用外来词和缩写。", "已完成，邮件现在都用简单的中文写了。"),
    "ja": (
        "お客様へのメールは簡単な言葉で書いてください、外来語も略語も使わないで。",
        "完了しました。メールは簡単な言葉で書きました。",
    ),
    "ko": (
        "고객에게 보내는 메일은 쉬운 말로 써 주세요, 외래어와 약어 없이요.",
        "완료했습니다. 메일을 쉬운 말로 썼습니다.",
    ),
}
"""What is to hold and is asked for now, and the reply that it is done."""


def said(*spoken: tuple[Role, str]) -> list[ChatMessage]:
    return [ChatMessage(role=role, content=text) for role, text in spoken]


def lines_in(section: Section, text: str) -> list[str]:
    return [line.removeprefix("- ") for its, line in lines_of(text) if its is section]


@pytest.mark.parametrize("share", [1.0, 0.9, 0.8, 0.7])
@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_a_rule_that_was_open_holds_on_when_it_is_open_no_longer(language: Language, share: float) -> None:
    (rule, done), spoken = RULES[language.code], languages.language(language.code)
    limit = 4 * len(rule)
    first = summarize(said((A, spoken.assistant[1]), (U, rule)), limit)
    assert lines_in(Section.INSTRUCTIONS, first) == [rule]
    (beginning,) = lines_in(Section.OPEN, first)
    assert rule.startswith(beginning.removesuffix(ELLIPSIS))
    assert len(beginning) <= limit * 0.15
    second = summarize(said((A, done), (U, spoken.user[0])), limit, [first])
    assert f"- {language.fixed_words[FixedWord.CLOSED]}: {beginning}" in second.splitlines()
    merged = merge([first, second], int((len(first) + len(second)) * share))
    assert lines_in(Section.INSTRUCTIONS, merged) == [rule]
    assert lines_in(Section.OPEN, merged) == []


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_a_rule_that_is_open_still_stands_among_the_instructions_of_merged_parts(language: Language) -> None:
    (rule, _), spoken = RULES[language.code], languages.language(language.code)
    before = summarize(said((U, spoken.user[2]), (A, spoken.assistant[1])), 200)
    first = summarize(said((A, spoken.assistant[0]), (U, rule)), 8 * len(rule), [before])
    merged = merge([before, first], len(before) + len(first))
    (held,), (beginning,) = lines_in(Section.INSTRUCTIONS, merged), lines_in(Section.OPEN, merged)
    # A kind word before it may be left out.
    assert rule.casefold().endswith(held.casefold())
    assert held.startswith(beginning.removesuffix(ELLIPSIS))
