"""What is written somewhere is no rule of who tells it; what only one may do is a rule; what is asked for and stopped
is nowhere."""

import pytest

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive import summarize
from compactd.extractive.languages import LANGUAGES
from compactd.extractive.languages.confined import confines
from compactd.extractive.languages.hearsay import is_hearsay
from compactd.extractive.page import Section
from tests.quality.scoring import sections

U, A = Role.USER, Role.ASSISTANT
_HEADINGS = {language.headings[Section.INSTRUCTIONS] for language in LANGUAGES}

WRITTEN_SOMEWHERE = [
    "According to the manual the valve must never be opened.",
    "Laut Mietvertrag müssen die Mieter immer den Hof fegen.",
    "Selon la notice, il ne faut jamais ouvrir le couvercle.",
    "El cartel dice que no se puede aparcar nunca allí.",
    "Conforme o edital, os candidatos devem sempre levar o documento.",
    "Secondo il regolamento i condomini devono sempre avvisare prima.",
    "В инструкции сказано, что прибор нельзя включать без воды.",
    "تقول اللافتة إن التدخين ممنوع هنا.",
    "अनुबंध के अनुसार किराएदार को हर महीने भुगतान करना होता है।",
    "合同规定租客每个月都必须付款。",
    "契約書によると借主は毎月払わなければならないそうです。",
    "계약서에 따르면 세입자는 항상 매달 돈을 내야 합니다.",
]

OWN = [
    "According to our style guide, headings are always in sentence case.",
    "Laut unserem Leitfaden immer mit Quellenangabe.",
    "Selon notre charte, toujours deux relecteurs.",
    "Si cita secondo l'APA.",
]

ONLY_ONE = [
    "Only Clare may approve refunds.",
    "Rabatte darf nur Frau Meier freigeben.",
    "Seule Clémence peut valider les remises.",
    "Solo Rosario puede aprobar los gastos.",
    "Somente a Juliana pode liberar descontos.",
    "Solo Chiara può approvare i rimborsi.",
    "Только Олег может подписывать накладные.",
    "لا يحق إلا لسلمى الموافقة على الخصومات.",
    "छूट सिर्फ़ मीनाक्षी ही मंज़ूर कर सकती है।",
    "只有李婷可以批准折扣。",
    "割引を承認できるのは佐々木さんのみです。",
    "할인은 민지만 승인할 수 있어요.",
]

STOPPED = [
    ("Переводи названия городов на казахский.", "Перестань переводить названия городов на казахский."),
    ("शहरों के नाम मराठी में अनुवाद करो।", "शहरों के नाम मराठी में अनुवाद करना बंद करो।"),
    ("都市名は韓国語に訳して。", "都市名を韓国語に訳すのはやめてください。"),
    ("도시 이름은 일본어로 번역해.", "도시 이름을 일본어로 번역하는 건 그만둬."),
    ("재시작하기 전에 매번 나한테 물어봐.", "재시작하기 전에 더 이상 물어보지 않아도 돼."),
    ("Compra el pienso en la tienda Kiwoko.", "El pienso cómpralo a partir de ahora en Tiendanimal."),
]


def rules(*said: str) -> str:
    summary = summarize([ChatMessage(role, one) for text in said for role, one in ((U, text), (A, "OK."))], 1000)
    return "\n".join(text for heading, text in sections(summary) if heading in _HEADINGS)


@pytest.mark.parametrize("said", WRITTEN_SOMEWHERE)
def test_what_is_written_somewhere_is_no_rule_of_who_tells_it(said: str) -> None:
    assert is_hearsay(said)
    assert said not in rules("OK", said)


@pytest.mark.parametrize("said", OWN)
def test_their_own_rule_is_their_will(said: str) -> None:
    assert not is_hearsay(said)


def test_and_so_is_what_they_order() -> None:
    said = "Always quote according to APA."
    assert said in rules("OK", said)


@pytest.mark.parametrize("said", ONLY_ONE)
def test_what_only_one_may_do_is_confined_to_that_one(said: str) -> None:
    assert confines(said)


@pytest.mark.parametrize("said", ["Only eleven of them have replied.", "我只有夜里才写得出东西。"])
def test_what_only_some_did_is_not(said: str) -> None:
    assert not confines(said)


@pytest.mark.parametrize(("task", "then"), STOPPED)
def test_what_was_asked_for_and_is_stopped_is_said_nowhere(task: str, then: str) -> None:
    said = [ChatMessage(role, one) for text in ("Hello!", task, then) for role, one in ((U, text), (A, "OK, ORD-7."))]
    assert f"- {task}" not in summarize(said, 1000)


def test_a_task_that_nobody_stopped_is_said() -> None:
    said = [ChatMessage(U, "Переводи названия городов на казахский."), ChatMessage(U, "Перестань звонить клиентам.")]
    assert "казахский" in summarize(said, 1000)
