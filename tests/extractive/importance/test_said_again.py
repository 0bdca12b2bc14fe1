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


REINSTATED = [
    ("Never call me before 9.", "You can call me before 9."),
    ("Always cc Maria.", "Don't cc Maria."),
    ("Ruf mich nie vor 9 Uhr an.", "Du darfst mich vor 9 Uhr anrufen."),
    ("Ne m'appelle jamais avant 9 h.", "Tu peux m'appeler avant 9 h."),
    ("No me llames antes de las 9.", "Puedes llamarme antes de las 9."),
    ("Não me ligue antes das 9.", "Pode me ligar antes das 9."),
    ("Non chiamarmi mai prima delle 9.", "Puoi chiamarmi prima delle 9."),
    ("Никогда не звони мне до 9.", "Можешь звонить мне до 9."),
    ("لا تتصل بي قبل التاسعة.", "يمكنك الاتصال بي قبل التاسعة."),
    ("मुझे 9 बजे से पहले फ़ोन मत करना।", "आप मुझे 9 बजे से पहले फ़ोन कर सकते हैं।"),
    ("不要在九点前给我打电话。", "可以在九点前给我打电话。"),
    ("9時前に電話しないでください。", "9時前に電話してもいいです。"),
    ("9시 전에는 전화하지 마세요.", "9시 전에 전화해도 됩니다."),
]

EXCEPTIONS = [
    ("Never restart a node.", "Node 7 may be restarted."),
    ("Lösche niemals einen Container.", "Container 12 darfst du löschen, der ist leer."),
    ("テーブルは絶対に削除しないでください。", "テーブル tmp_orders は削除しても構いません。"),
    ("绝不要删除日志。", "可以删除缓存。"),
    ("Always reply in French.", "For the title, English is fine."),
    ("Never call me before 9.", "You can call me before 9 if it is urgent."),
    ("Ruf mich nie vor 9 Uhr an.", "Du darfst mich vor 9 Uhr anrufen, wenn es dringend ist."),
]


def lines_of(*said: str) -> list[str]:
    messages = [ChatMessage(role, text) for one in said for role, text in ((U, one), (A, "OK."))]
    return [line.removeprefix("- ") for line in summarize(messages, 2000).splitlines()]


@pytest.mark.parametrize(("rule", "lifted"), REINSTATED)
def test_a_rule_that_holds_again_is_read_behind_what_had_lifted_it(rule: str, lifted: str) -> None:
    lines = lines_of(rule, lifted, rule, "3 + 4 = ?")
    assert lines.count(rule) == 1
    assert lifted not in lines[lines.index(rule) :]


@pytest.mark.parametrize(("rule", "exception"), EXCEPTIONS)
def test_who_reminds_of_a_rule_takes_back_no_exception(rule: str, exception: str) -> None:
    lines = lines_of(rule, exception, rule, "3 + 4 = ?")
    assert lines.index(exception) < lines.index(rule)
