"""Rules that need no verb, or none that orders: what is so only in a case, and what is added to a rule.
In twelve languages."""

import pytest

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive import summarize
from compactd.extractive.languages import LANGUAGES
from compactd.extractive.page import Section

U, A = Role.USER, Role.ASSISTANT
HEADINGS = {language.code: f"## {language.headings[Section.INSTRUCTIONS]}" for language in LANGUAGES}

CONFINED = {
    "en": "First with --dry-run, and only without it once Ines has signed off on the control totals.",
    "de": "Zahlungen über 500 EUR nur mit Karins Unterschrift.",
    "fr": "D'abord avec --dry-run, et sans seulement quand Ines aura validé les totaux.",
    "es": "Pagos de más de 500 EUR solo con la firma de Karin.",
    "pt": "Primeiro com --dry-run, e sem ele só depois de a Ines aprovar os totais.",
    "it": "Pagamenti oltre 500 EUR solo con la firma di Karin.",
    "ru": "Сначала с --dry-run, а без него только после того, как Инес утвердит суммы.",
    "ar": "الاستيراد الحقيقي فقط بعد النسخة الاحتياطية.",
    "hi": "रिफ़ंड केवल मूल कार्ड पर।",
    "zh": "先用 --dry-run，等 Ines 签字确认控制总额之后才能去掉。",
    "ja": "本番のインポートはバックアップの後のみ。",
    "ko": "500유로가 넘는 결제는 카린의 서명이 있을 때만.",
}

ADDED = {
    "en": ("Never write to the ledger.", "And all reads go through the replica.", "All reads go through the replica."),
    "de": (
        "Schreib nie in das Hauptbuch.",
        "Und alle Lesezugriffe laufen über die Replik.",
        "Alle Lesezugriffe laufen über die Replik.",
    ),
    "fr": (
        "N'écris jamais dans le grand livre.",
        "Et toutes les lectures passent par la réplique.",
        "Toutes les lectures passent par la réplique.",
    ),
    "es": (
        "Nunca escribas en el libro mayor.",
        "Y todas las lecturas pasan por la réplica.",
        "Todas las lecturas pasan por la réplica.",
    ),
    "pt": (
        "Nunca escrevas no livro-razão.",
        "E todas as leituras passam pela réplica.",
        "Todas as leituras passam pela réplica.",
    ),
    "it": (
        "Non scrivere mai nel libro mastro.",
        "E tutte le letture passano dalla replica.",
        "Tutte le letture passano dalla replica.",
    ),
    "ru": ("Никогда не пиши в главную книгу.", "И все чтения идут через реплику.", "Все чтения идут через реплику."),
    "ar": ("لا تكتب أبداً في دفتر الأستاذ.", "وكذلك كل القراءات تمر عبر النسخة.", "كل القراءات تمر عبر النسخة."),
    "hi": ("खाता-बही में कभी मत लिखो।", "और सारे रीड रेप्लिका से होते हैं।", "सारे रीड रेप्लिका से होते हैं।"),
    "zh": ("永远不要写入总账。", "另外，所有读取都走副本。", "所有读取都走副本。"),
    "ja": (
        "台帳には絶対に書き込まないでください。",
        "それと、読み取りはすべてレプリカを通します。",
        "読み取りはすべてレプリカを通します。",
    ),
    "ko": ("원장에는 절대 쓰지 마세요.", "그리고 모든 읽기는 복제본을 거칩니다.", "모든 읽기는 복제본을 거칩니다."),
}
"""A rule, what is added to it, and how that stands in the summary."""

MARK = (U, "3 + 4 = ?"), (A, "7.")


def lines_of(*said: tuple[Role, str], language: str) -> list[str]:
    """The lines under the heading of standing instructions."""
    summary = summarize([ChatMessage(role=role, content=text) for role, text in (*said, *MARK)], 900)
    _, heading, behind = summary.partition(HEADINGS[language])
    return [line.removeprefix("- ") for line in behind.partition("\n## ")[0].splitlines() if heading and line]


@pytest.mark.parametrize("language", CONFINED)
def test_what_is_so_only_in_a_case_is_a_rule_without_a_verb(language: str) -> None:
    rule = CONFINED[language]
    assert rule in lines_of((U, f"SET-4417. {rule}"), (A, "OK."), language=language)


@pytest.mark.parametrize(
    "report",
    [
        "First the tests failed, then the build.",
        "Only one test failed after lunch.",
        "I only noticed it once Ines had called.",
        "Erst sind die Tests fehlgeschlagen, dann der Build.",
        "D'abord les tests ont échoué, puis le build.",
        "Primero fallaron las pruebas, luego el build.",
        "Prima sono falliti i test, poi il build.",
        "Сначала упали тесты, потом сборка.",
        "先是测试失败了，然后是构建。",
        "まずテストが失敗して、それからビルドも失敗しました。",
        "First all went well, then came the rain.",
        "Zuerst lief alles gut, dann kam der Regen.",
        "D'abord tout allait bien, puis la pluie est arrivée.",
        "Primero todo iba bien, luego llegó la lluvia.",
        "Primeiro correu tudo bem, depois veio a chuva.",
        "Prima andava tutto bene, poi è arrivata la pioggia.",
        "Сначала всё шло хорошо, потом пошёл дождь.",
        "في البداية كان الجو جميلا، ثم جاء المطر.",
        "पहले सब ठीक चला, फिर बारिश आ गई।",
        "先是一切顺利，然后下雨了。",
        "まず順調でしたが、次に雨が降りました。",
        "먼저 잘 됐는데, 그다음 비가 왔어요.",
    ],
)
def test_a_report_in_that_form_is_none(report: str) -> None:
    assert not any(lines_of((U, f"SET-4417. {report}"), (A, "OK."), language=code) for code in HEADINGS)


@pytest.mark.parametrize("language", ADDED)
def test_what_is_added_to_a_rule_is_one(language: str) -> None:
    rule, added, shown = ADDED[language]
    assert shown in lines_of((U, f"SET-4417. {rule} {added}"), (A, "OK."), language=language)


def test_what_thanks_behind_a_rule_is_none() -> None:
    lines = lines_of((U, "Never write to the ledger. And thanks for the quick help."), (A, "OK."), language="en")
    assert lines == ["Never write to the ledger."]


def test_what_is_added_to_no_rule_is_none() -> None:
    assert lines_of((U, "SET-4417. And the copies go to Ruth."), (A, "OK."), language="en") == []


@pytest.mark.parametrize(
    ("rule", "language"),
    [
        ("Ruf nie im Laden an.", "de"),
        ("Bitte park mich nie im Hof ein.", "de"),
        ("Schließ niemals die Tür ab.", "de"),
        ("Nunca aparque en el patio.", "es"),
        ("Nunca ligue para a loja, o telefone fica atrás do balcão.", "pt"),
        ("Никогда не звоните мне.", "ru"),
    ],
)
def test_a_ban_needs_no_verb_that_a_table_has(rule: str, language: str) -> None:
    assert rule in lines_of((U, f"SET-4417. {rule}"), (A, "OK."), language=language)


@pytest.mark.parametrize("report", ["Klappt nie beim ersten Mal.", "Das geht nie.", "Nunca consigue abrir el archivo."])
def test_what_never_happens_is_no_ban(report: str) -> None:
    assert lines_of((U, f"SET-4417. {report}"), (A, "OK."), language="en") == []
