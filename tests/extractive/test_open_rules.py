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


@pytest.mark.parametrize("share", [1.0, 0.8])
@pytest.mark.parametrize("times", [6, 10])
@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_it_stands_whole_in_whatever_order_its_parts_are_merged(language: Language, times: int, share: float) -> None:
    (rule, done), spoken = RULES[language.code], languages.language(language.code)
    limit = times * len(rule)
    first = summarize(said((A, spoken.assistant[1]), (U, rule)), limit)
    second = summarize(said((A, spoken.assistant[0]), (U, spoken.user[3])), limit, [first])
    third = summarize(said((A, done), (U, spoken.user[0])), limit, [first, second])
    forwards = merged_to([merged_to([first, second], share), third], share)
    backwards = merged_to([first, merged_to([second, third], share)], share)
    for merged in (forwards, backwards):
        (held,) = lines_in(Section.INSTRUCTIONS, merged)
        assert rule.casefold().endswith(held.casefold())


def merged_to(parts: list[str], share: float) -> str:
    return merge(parts, max(100, int(sum(map(len, parts)) * share)))


ONE_OF_THEM = {
    "en": (
        "From now on write all minutes in plain English.",
        "Please write the minutes of Tuesday in plain English.",
    ),
    "de": (
        "Bitte prüfe jede Rechnung immer zweimal vor dem Versand.",
        "Prüfe bitte die Rechnung für Ruth zweimal vor dem Versand.",
    ),
    "fr": (
        "Vérifie toujours chaque facture deux fois avant l'envoi.",
        "Vérifie la facture de Ruth deux fois avant l'envoi, s'il te plaît.",
    ),
    "es": (
        "Revisa siempre cada factura dos veces antes del envío.",
        "¿Puedes revisar la factura de Ruth dos veces antes del envío?",
    ),
    "it": (
        "Controlla sempre ogni fattura due volte prima dell'invio.",
        "Controlla per favore la fattura di Ruth due volte prima dell'invio.",
    ),
    "pt": (
        "Confira sempre cada fatura duas vezes antes do envio.",
        "Você pode conferir a fatura da Ruth duas vezes antes do envio?",
    ),
    "ru": (
        "Всегда проверяй каждый счёт дважды перед отправкой.",
        "Проверь, пожалуйста, счёт для Ольги дважды перед отправкой.",
    ),
    "ar": (
        "راجع كل فاتورة مرتين دائما قبل الإرسال.",
        "راجع من فضلك فاتورة ليلى مرتين قبل الإرسال.",
    ),
    "hi": (
        "हर बिल भेजने से पहले हमेशा दो बार जाँचो।",
        "क्या तुम रूथ का बिल भेजने से पहले दो बार जाँच सकते हो?",
    ),
    "zh": (
        "每张发票寄出之前都要检查两遍。",
        "露丝的发票寄出之前，你能检查两遍吗？",
    ),
    "ja": (
        "請求書は送る前に必ず二回確認してください。",
        "ルースさんの請求書を送る前に二回確認してもらえますか。",
    ),
    "ko": (
        "청구서는 보내기 전에 항상 두 번 확인해 주세요.",
        "루스 씨 청구서를 보내기 전에 두 번 확인해 주시겠어요?",
    ),
}
"""What is to hold of all, and a request about one of them in the same words."""


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_a_request_in_the_words_of_a_rule_stands_beside_it(language: Language) -> None:
    (rule, asked), spoken = ONE_OF_THEM[language.code], languages.language(language.code)
    talk = said((U, rule), (A, spoken.assistant[1]), (U, spoken.user[2]), (A, spoken.assistant[1]), (U, asked))
    summary = summarize(talk, 6 * len(rule))
    assert lines_in(Section.INSTRUCTIONS, summary) == [rule]
    assert lines_in(Section.OPEN, summary) == [asked]
    assert summary.count(asked) == 1


@pytest.mark.parametrize("share", [0.85, 0.7])
@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_a_request_in_the_words_of_a_rule_stands_beside_it_in_merged_parts(language: Language, share: float) -> None:
    rule, asked = ONE_OF_THEM[language.code]
    values = "INV-3668: 250.00 EUR, 2024-05-20, ops@acme.example, /srv/invoices/2024-05.csv"
    first = f"## {Section.INSTRUCTIONS}\n- {rule}\n## {Section.DETAILS}\n- {values}\n"
    second = f"## {Section.OPEN}\n- {asked}\n"
    merged = merged_to([first, second], share)
    assert lines_in(Section.INSTRUCTIONS, merged) == [rule]
    assert lines_in(Section.OPEN, merged) == [asked]
    assert merged.count(asked) == 1


@pytest.mark.parametrize("share", [0.95, 0.8, 0.6])
@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_a_rule_that_takes_nearly_all_room_is_open_all_the_same(language: Language, share: float) -> None:
    (rule, _), spoken = RULES[language.code], languages.language(language.code)
    summary = summarize(said((A, spoken.assistant[1]), (U, rule)), max(100, int(len(rule) / share)))
    (opened,) = lines_in(Section.OPEN, summary)
    assert opened.removesuffix(ELLIPSIS).casefold() in rule.casefold()
    # Most of it stands as open, or beside its beginning what is to hold of it.
    (longest,) = lines_in(Section.INSTRUCTIONS, summary) or [opened]
    assert len(longest) > len(rule) / 2


@pytest.mark.parametrize("same", ["ganz gleich, wer", "gleich wer", "gleich, ob", "gleichgültig, wer", "egal wer"])
def test_what_is_all_the_same_is_not_still_to_come(same: str) -> None:
    rule = f"Bitte schreib alle Nachrichten an Kunden in einfachem Deutsch, {same} sie sind."
    assert lines_in(Section.INSTRUCTIONS, summarize(said((A, "Guten Tag."), (U, rule)), 600)) == [rule]


def test_a_request_that_a_rule_begins_with_is_not_the_rule() -> None:
    rule, asked = "Check every invoice twice before you send it, always.", "Check every invoice"
    details = "INV-3668: 250.00 EUR, 2024-05-20, ops@acme.example"
    merged = merged_to(
        [
            f"## {Section.INSTRUCTIONS}\n- {rule}\n## {Section.DETAILS}\n- {details}\n",
            f"## {Section.OPEN}\n- {asked}\n",
        ],
        0.9,
    )
    assert lines_in(Section.INSTRUCTIONS, merged) == [rule]
    assert lines_in(Section.OPEN, merged) == [asked]


@pytest.mark.parametrize(
    "asked",
    [
        "Then write the summary in plain English, without any jargon.",
        "Dann schreib mir die Übersicht bitte als Tabelle.",
    ],
)
def test_a_request_about_what_comes_next_is_no_rule(asked: str) -> None:
    summary = summarize(said((U, "We sell lamps in Ghent."), (A, "OK."), (U, asked)), 400)
    assert lines_in(Section.INSTRUCTIONS, summary) == []
    assert lines_in(Section.OPEN, summary) == [asked]
