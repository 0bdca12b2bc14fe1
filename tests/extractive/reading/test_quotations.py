"""Paragraphs in quotation marks are somebody else's words only where the line before them says so, in twelve
languages."""

import pytest

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive import summarize
from compactd.extractive.languages import LANGUAGES
from compactd.extractive.page import Section

HEADINGS = {language.code: language.headings for language in LANGUAGES}

RULES = {
    "en": ("Never use tabs. Always sign commits.", ["My rules:", "Style guide:", "What I told the last one, too:"]),
    "de": ("Verwende nie Tabs. Signiere immer alle Commits.", ["Meine Regeln für dich:", "Hausordnung:"]),
    "fr": ("N'utilise jamais de tabulations. Signe toujours les commits.", ["Mes règles :", "Règles :"]),
    "es": ("Nunca uses tabuladores. Firma siempre los commits.", ["Mis reglas:", "Lo que le dije al último:"]),
    "pt": ("Nunca uses tabulações. Assina sempre os commits.", ["As minhas regras:", "As regras da casa:"]),
    "it": ("Non usare mai le tabulazioni. Firma sempre i commit.", ["Le mie regole:", "Regole:"]),
    "ru": ("Никогда не используй табуляцию. Всегда подписывай коммиты.", ["Мои правила:", "Правила:"]),
    "ar": ("لا تستخدم علامات الجدولة أبداً. وقع دائماً على كل تعديل.", ["قواعدي:", "القواعد:"]),
    "hi": ("कभी टैब का इस्तेमाल मत करो। हमेशा कमिट पर हस्ताक्षर करो।", ["मेरे नियम:", "नियम:"]),
    "zh": ("永远不要使用制表符。总是用英文写提交信息。", ["我的规则：", "规则："]),
    "ja": ("タブは絶対に使わないでください。常にコミットに署名してください。", ["私のルール：", "ルール："]),
    "ko": ("탭은 절대 쓰지 마세요. 항상 커밋에 서명하세요.", ["제 규칙:", "규칙:"]),
}

TASKS = {
    "en": ("Task:", "Write a poem about rain. It should have four lines."),
    "de": ("Aufgabe:", "Schreib ein Gedicht über den Regen. Es soll vier Zeilen haben."),
    "fr": ("Tâche :", "Écris un poème sur la pluie. Il doit avoir quatre vers."),
    "es": ("Tarea:", "Escribe un poema sobre la lluvia. Debe tener cuatro versos."),
    "pt": ("Tarefa:", "Escreve um poema sobre a chuva. Deve ter quatro versos."),
    "it": ("Compito:", "Scrivi una poesia sulla pioggia. Deve avere quattro versi."),
    "ru": ("Задача:", "Напиши стихотворение о дожде. В нём должно быть четыре строки."),
    "ar": ("المهمة:", "اكتب قصيدة عن المطر. يجب أن تكون من أربعة أبيات."),
    "hi": ("कार्य:", "बारिश पर एक कविता लिखो। उसमें चार पंक्तियाँ होनी चाहिए।"),
    "zh": ("任务：", "写一首关于雨的诗。要有四行。"),
    "ja": ("タスク：", "雨についての詩を書いてください。四行にしてください。"),
    "ko": ("작업:", "비에 대한 시를 써 주세요. 네 줄이어야 합니다."),
}

HANDED_ON = {
    "en": ["The carrier wrote back:", "Karin's answer:", "The note on the door:"],
    "de": ["Die Spedition schrieb zurück:", "Karins Antwort:", "Der Vermieter hat geantwortet:"],
    "fr": ["Le transporteur a répondu :", "La réponse de Karin :"],
    "es": ["El transportista respondió:", "El correo de Karin:"],
    "pt": ["A transportadora respondeu:", "A mensagem da Karin:"],
    "it": ["Il corriere ha risposto:", "La lettera di Karin:"],
    "ru": ["Перевозчик ответил:", "Письмо от Карин:"],
    "ar": ["كتب الناقل:"],
    "hi": ["वाहक ने जवाब में लिखा:", "करिन का जवाब:"],
    "zh": ["承运商回复说：", "承运商的邮件："],
    "ja": ["運送会社からの返信：", "運送会社がこう書いてきました："],
    "ko": ["운송사의 답장:", "운송사가 이렇게 썼어요:"],
}


def said_below(line: str, words: str, language: str, section: Section) -> str:
    """What a summary has in a section of the words in quotation marks below a line."""
    said = (Role.USER, f"{line}\n\n“{words}”"), (Role.ASSISTANT, "OK, starting.")
    summary = summarize([ChatMessage(role=role, content=text) for role, text in said], 900)
    _, _, behind = summary.partition(f"## {HEADINGS[language][section]}\n")
    return behind.partition("\n## ")[0]


def parts_of(words: str) -> list[str]:
    return [part.strip() for part in words.replace("。", ".").replace("।", ".").split(".") if part.strip()]


@pytest.mark.parametrize(("language", "line"), [(code, line) for code, (_, lines) in RULES.items() for line in lines])
def test_rules_in_quotation_marks_below_a_heading_are_the_authors(language: str, line: str) -> None:
    rules = RULES[language][0]
    assert all(rule in said_below(line, rules, language, Section.INSTRUCTIONS) for rule in parts_of(rules))


@pytest.mark.parametrize("language", TASKS)
def test_a_task_in_quotation_marks_is_open(language: str) -> None:
    line, task = TASKS[language]
    assert parts_of(task)[0] in said_below(line, task, language, Section.OPEN)


@pytest.mark.parametrize(("language", "line"), [(code, line) for code, lines in HANDED_ON.items() for line in lines])
def test_rules_that_somebody_else_wrote_bind_nobody(language: str, line: str) -> None:
    rules = RULES[language][0]
    assert not said_below(line, rules, language, Section.INSTRUCTIONS)
