"""A notice for anybody is no rule of who tells of it, but what binds them is; what only one may do is a rule; what is
asked for and stopped is nowhere."""

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

FOR_ANYBODY = [
    "According to the manual the valve must never be opened.",
    "Laut Handbuch muss das Ventil immer geschlossen sein.",
    "La notice précise que les visiteurs doivent toujours porter un casque.",
    "El cartel dice que no se puede aparcar nunca allí.",
    "Conforme o edital, os candidatos devem sempre levar o documento.",
    "Il cartello dice che i visitatori devono sempre avvisare prima.",
    "В инструкции сказано, что прибор нельзя включать без воды.",
    "تقول اللافتة إن التدخين ممنوع هنا.",
    "पोस्टर में लिखा है कि किराएदार को हर महीने भुगतान करना होता है।",
    "牌子上写着租客每个月都必须付款。",
    "契約書によると借主は毎月払わなければならないそうです。",
    "안내문에 따르면 세입자는 항상 매달 돈을 내야 합니다.",
]

ORDERED = [
    "According to company policy, never publish client names.",
    "The lease says no pets, so never suggest a dog.",
    "The contract requires that every invoice is in euros.",
    "Laut Chef müssen alle Berichte auf Englisch sein.",
    "Gemäß DSGVO müssen alle Kundendaten verschlüsselt werden.",
    "Laut Vorgabe der Geschäftsführung dürfen Kundennamen nie veröffentlicht werden.",
    "Le client exige que toutes les factures soient en euros.",
    "El cliente exige que todas las facturas sean en euros.",
    "O cliente exige que todas as faturas sejam em euros.",
    "Secondo la policy aziendale non si pubblicano mai i nomi dei clienti.",
    "Клиент требует, чтобы все счета были в евро.",
    "وفقا لسياسة الشركة، لا تنشر أسماء العملاء أبدا.",
    "अनुबंध के अनुसार ग्राहकों के नाम कभी प्रकाशित मत करो।",
    "根据公司规定，绝对不能公开客户的名字。",
    "規定によると、顧客名は絶対に公開してはいけません。",
    "계약서에 따르면 고객 이름은 절대 공개하면 안 됩니다.",
]

OF_THE_SPEAKER = [
    "According to the doctor I must never eat nuts.",
    "Laut Arzt darf ich keine Nüsse essen.",
    "Selon le médecin, je ne dois jamais manger de noix.",
    "Según el médico, nunca debo comer nueces.",
    "Segundo o médico, eu nunca devo comer nozes.",
    "Secondo il medico non devo mai mangiare noci.",
    "По словам врача, мне нельзя есть орехи.",
    "وفقا للطبيب، لا يجوز لي أكل المكسرات.",
    "डॉक्टर के अनुसार मुझे मेवे नहीं खाने चाहिए।",
    "据医生说，我绝对不能吃坚果。",
    "医者によると、私はナッツを食べてはいけません。",
    "의사에 따르면 저는 견과류를 먹으면 안 됩니다.",
]

OWN = [
    "According to our style guide, headings are always in sentence case.",
    "The manual says that we must never open the valve.",
    "Laut unserem Handbuch immer mit Quellenangabe.",
    "Selon notre guide, toujours deux relecteurs.",
    "Según nuestro manual, siempre dos revisores.",
    "Segundo o nosso manual, sempre dois revisores.",
    "Secondo il nostro manuale sempre due revisori.",
    "Si cita secondo l'APA.",
    "Согласно нашей инструкции, имена клиентов никогда не публикуются.",
    "وفقا لكتيبنا، لا تنشر أسماء العملاء أبدا.",
    "हमारे मैनुअल के अनुसार नाम कभी प्रकाशित नहीं किए जाते।",
    "我们的说明书上写着，绝对不能公开名字。",
    "弊社の説明書によると、顧客名は絶対に公開してはいけません。",
    "우리 설명서에 따르면 고객 이름은 절대 공개하면 안 됩니다.",
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
    ("Translate the city names into Welsh.", "Stop translating the city names into Welsh."),
    ("Übersetze die Städtenamen ins Dänische.", "Hör auf, die Städtenamen ins Dänische zu übersetzen."),
    ("Traduis les noms de villes en breton.", "Arrête de traduire les noms de villes en breton."),
    ("Traduz os nomes das cidades para galego.", "Para de traduzir os nomes das cidades para galego."),
    ("Traduci i nomi delle città in sardo.", "Smetti di tradurre i nomi delle città in sardo."),
    ("ترجم أسماء المدن إلى الكردية.", "توقف عن ترجمة أسماء المدن إلى الكردية."),
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


@pytest.mark.parametrize("said", FOR_ANYBODY)
def test_what_is_written_for_anybody_is_no_rule_of_who_tells_it(said: str) -> None:
    assert is_hearsay(said)
    assert said not in rules("OK", said)


@pytest.mark.parametrize("said", [*OWN, *OF_THE_SPEAKER])
def test_what_is_their_own_or_binds_them_is_no_hearsay(said: str) -> None:
    assert not is_hearsay(said)


@pytest.mark.parametrize("said", [*ORDERED, "Always quote according to APA."])
def test_what_has_to_be_so_is_a_rule_whoever_says_so(said: str) -> None:
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
