"""The embedded summarizer in languages other than English: what holds, what was taken back, what is open."""

import re
from dataclasses import dataclass

import pytest

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive import merge, summarize
from compactd.extractive.languages import LANGUAGES, Language
from compactd.extractive.page import Section

U, A = Role.USER, Role.ASSISTANT


@dataclass(frozen=True)
class Spoken:
    """What people say in one language; `done` answers `request`, `later` is asked after that."""

    instruction: str
    forbidden: str
    release: str
    replaced: tuple[str, str, str]
    stated: str
    correction: tuple[str, str, str]
    request: str
    done: str
    thanks: str
    later: str
    remark: str
    """About what always or never was, and no will."""


SPOKEN = {
    "fr": Spoken(
        "Dorénavant, rédige tous les comptes rendus sous forme de liste à puces.",
        "Ne contacte jamais le fournisseur sans mon feu vert.",
        "Oublie la règle sur les listes à puces, ce n'est plus nécessaire.",
        ("Réponds toujours en allemand.", "À partir de maintenant, réponds plutôt en italien.", "allemand"),
        "La livraison du lot B-7731 est prévue le 12/05/2026.",
        ("Finalement la livraison du lot B-7731 est reportée au 19/05/2026.", "12/05/2026", "19/05/2026"),
        "Peux-tu exporter la liste des clients de Nantes ?",
        "C'est fait : les 214 clients sont dans clients_nantes.csv.",
        "Merci, c'est parfait !",
        "Prépare ensuite la facture F-2291 pour Mme Leroy.",
        "Je n'ai jamais eu de réponse du transporteur.",
    ),
    "es": Spoken(
        "De ahora en adelante redacta todos los informes en forma de viñetas.",
        "No contactes nunca al proveedor sin mi visto bueno.",
        "Olvida la regla de las viñetas, ya no hace falta.",
        ("Responde siempre en alemán.", "A partir de ahora responde mejor en italiano.", "alemán"),
        "La entrega del lote B-7731 está prevista para el 12/05/2026.",
        ("Al final la entrega del lote B-7731 se aplaza: pasa al 19/05/2026.", "12/05/2026", "19/05/2026"),
        "¿Puedes exportar la lista de clientes de Cádiz?",
        "Listo: los 214 clientes están en clientes_cadiz.csv.",
        "¡Gracias, perfecto!",
        "Ahora prepara la factura F-2291 para la señora Ruiz.",
        "Nunca recibí respuesta del transportista.",
    ),
    "pt": Spoken(
        "Daqui em diante escreva todos os relatórios em tópicos.",
        "Nunca contacte o fornecedor sem o meu aval.",
        "Esqueça a regra dos tópicos, não é mais necessário.",
        ("Responda sempre em alemão.", "A partir de agora responda em italiano.", "alemão"),
        "A entrega do lote B-7731 está prevista para 12/05/2026.",
        ("Afinal a entrega do lote B-7731 foi adiada para 19/05/2026.", "12/05/2026", "19/05/2026"),
        "Você pode exportar a lista de clientes do Porto?",
        "Pronto: os 214 clientes estão em clientes_porto.csv.",
        "Obrigada, perfeito!",
        "Agora prepare a fatura F-2291 para a senhora Moura.",
        "Nunca recebi resposta da transportadora.",
    ),
    "it": Spoken(
        "D'ora in avanti scrivi tutti i resoconti con elenchi puntati.",
        "Non contattare mai il fornitore senza il mio via libera.",
        "Dimentica la regola degli elenchi puntati, non serve più.",
        ("Rispondi sempre in tedesco.", "Da adesso in poi rispondi in francese.", "tedesco"),
        "La consegna del lotto B-7731 è prevista per il 12/05/2026.",
        ("Alla fine la consegna del lotto B-7731 è rinviata al 19/05/2026.", "12/05/2026", "19/05/2026"),
        "Puoi esportare l'elenco dei clienti di Bari?",
        "Fatto: i 214 clienti sono in clienti_bari.csv.",
        "Grazie, perfetto!",
        "Poi prepara la fattura F-2291 per la signora Conti.",
        "Non ho mai ricevuto risposta dal corriere.",
    ),
    "ru": Spoken(
        "Отныне оформляй все отчёты списком.",
        "Никогда не связывайся с поставщиком без моего одобрения.",
        "Забудь про правило со списком, больше не нужно.",
        ("Отвечай всегда по-немецки.", "С этого дня отвечай по-французски.", "по-немецки"),
        "Поставка партии B-7731 назначена на 12.05.2026.",
        ("Поставку партии B-7731 всё-таки перенесли на 19.05.2026.", "12.05.2026", "19.05.2026"),
        "Можешь выгрузить список клиентов из Тулы?",
        "Готово: 214 клиентов в файле clients_tula.csv.",
        "Спасибо, отлично!",
        "Теперь подготовь счёт F-2291 для Орловой.",
        "Перевозчик так и не ответил мне ни разу.",
    ),
    "ar": Spoken(
        "من الآن فصاعدا اكتب كل المحاضر على شكل نقاط.",
        "لا تتصل بالمورد أبدا دون موافقتي.",
        "انس قاعدة النقاط، لم تعد ضرورية.",
        ("أجب دائما بالألمانية.", "من اليوم أجب بالإيطالية.", "بالألمانية"),
        "تسليم الدفعة B-7731 مقرر في 12/05/2026.",
        ("تأجل تسليم الدفعة B-7731 إلى 19/05/2026.", "12/05/2026", "19/05/2026"),
        "هل يمكنك تصدير قائمة عملاء طنجة؟",
        "تم ذلك: العملاء الـ 214 في الملف clients_tanger.csv.",
        "شكرا، ممتاز!",
        "حضر الآن الفاتورة F-2291 للسيدة ليلى.",
        "لم يصلني أي رد من الناقل أبدا.",
    ),
    "hi": Spoken(
        "अब से सारी बैठकों का ब्योरा बिंदुओं में लिखा करो।",
        "मेरी मंज़ूरी के बिना सप्लायर से कभी संपर्क मत करना।",
        "बिंदुओं वाला नियम भूल जाइए, उसकी अब ज़रूरत नहीं।",
        ("हमेशा जर्मन में जवाब दीजिए।", "आज से इतालवी में जवाब दीजिए।", "जर्मन"),
        "लॉट B-7731 की डिलीवरी 12/05/2026 को तय है।",
        ("लॉट B-7731 की डिलीवरी टल गई, अब 19/05/2026 को होगी।", "12/05/2026", "19/05/2026"),
        "क्या आप जयपुर के ग्राहकों की सूची निकाल सकते हैं?",
        "हो गया: 214 ग्राहक grahak_jaipur.csv में हैं।",
        "धन्यवाद, बहुत बढ़िया!",
        "अब श्रीमती राव के लिए बिल F-2291 तैयार कीजिए।",
        "ट्रांसपोर्टर से मुझे कभी कोई जवाब नहीं मिला।",
    ),
    "ko": Spoken(
        "앞으로 회의록은 모두 글머리표로 정리해 주세요.",
        "제 승인 없이는 절대 공급업체에 연락하지 마세요.",
        "글머리표 규칙은 잊으세요, 더 이상 필요 없습니다.",
        ("항상 독일어로 답하세요.", "오늘부터는 이탈리아어로 답하세요.", "독일어"),
        "로트 B-7731의 납품은 2026-05-12로 잡혀 있습니다.",
        ("로트 B-7731의 납품이 2026-05-19로 미뤄졌습니다.", "2026-05-12", "2026-05-19"),
        "부산 고객 목록을 내보내 줄 수 있나요?",
        "완료했습니다. 고객 214명은 busan_clients.csv에 있습니다.",
        "고마워요, 완벽해요!",
        "이제 한 여사님께 보낼 청구서 F-2291을 준비해 주세요.",
        "운송사에서는 한 번도 답을 받은 적이 없습니다.",
    ),
    "zh": Spoken(
        "今后所有会议纪要都写成要点。",
        "没有我的批准，千万不要联系供应商。",
        "要点那条规则忘掉吧，不需要了。",
        ("始终用德语回答。", "从今天起改用意大利语回答。", "德语"),
        "批次B-7731定于2026-05-12交货。",
        ("批次B-7731的交货推迟到2026-05-19。", "2026-05-12", "2026-05-19"),
        "能把厦门的客户名单导出来吗？",
        "已经完成：214位客户在xiamen_clients.csv里。",
        "谢谢，太好了！",
        "现在请准备给罗女士的发票F-2291。",
        "承运商从来没有给过我答复。",
    ),
    "ja": Spoken(
        "今後は議事録をすべて箇条書きでまとめてください。",
        "私の承認なしに仕入先へ絶対に連絡しないでください。",
        "箇条書きの決まりは忘れてください、もう必要ありません。",
        ("常にドイツ語で答えてください。", "今日からはイタリア語で答えてください。", "ドイツ語"),
        "ロットB-7731の納品は2026-05-12の予定です。",
        ("ロットB-7731の納品は2026-05-19に延期されました。", "2026-05-12", "2026-05-19"),
        "札幌の顧客一覧を書き出してもらえますか。",
        "完了しました。顧客214名はsapporo_clients.csvにあります。",
        "ありがとうございます、完璧です！",
        "次は森様宛ての請求書F-2291を用意してください。",
        "運送会社からは一度も返事をもらっていません。",
    ),
}
CODES = sorted(SPOKEN)
HEADINGS = {language.code: language.headings for language in LANGUAGES}


def section_of(code: str, section: Section, *said: tuple[Role, str]) -> str:
    """A section of a summary, by its heading in the language."""
    summary = summarize([ChatMessage(role=role, content=text) for role, text in said], 900)
    return summary.partition(f"## {HEADINGS[code][section]}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("code", CODES)
def test_what_is_to_hold_is_a_standing_instruction_and_a_remark_or_a_request_is_none(code: str) -> None:
    one = SPOKEN[code]
    said = ((U, one.request), (A, one.done), (U, one.instruction), (U, one.forbidden), (U, one.remark), (U, one.later))
    held = section_of(code, Section.INSTRUCTIONS, *said)
    assert one.instruction in held
    assert one.forbidden in held
    assert one.remark not in held
    assert "F-2291" not in held


@pytest.mark.parametrize("code", CODES)
def test_what_was_taken_back_is_gone(code: str) -> None:
    one = SPOKEN[code]
    said = ((U, one.instruction), (U, one.forbidden), (U, one.request), (A, one.done), (U, one.release))
    held = section_of(code, Section.INSTRUCTIONS, *said)
    assert one.forbidden in held
    assert one.instruction not in held


@pytest.mark.parametrize("code", CODES)
def test_the_newer_instruction_of_a_subject_takes_the_place_of_the_older(code: str) -> None:
    older, newer, gone = SPOKEN[code].replaced
    held = section_of(code, Section.INSTRUCTIONS, (U, older), (U, SPOKEN[code].request), (U, newer))
    assert gone not in held
    assert newer[-9:] in held


@pytest.mark.parametrize("code", CODES)
def test_of_a_corrected_value_the_new_one_stands_alone(code: str) -> None:
    one = SPOKEN[code]
    correction, old, new = one.correction
    said = ((U, one.stated), (U, one.request), (A, one.done), (U, correction), (U, one.later))
    summary = summarize([ChatMessage(role=role, content=text) for role, text in said], 700)
    assert new in summary
    assert all(new in line for line in summary.splitlines() if old in line)


@pytest.mark.parametrize("code", CODES)
def test_the_request_that_nobody_answered_is_open(code: str) -> None:
    one = SPOKEN[code]
    held = section_of(code, Section.OPEN, (U, one.request), (A, one.done), (U, one.thanks), (U, one.later))
    assert "F-2291" in held
    assert one.request not in held


@pytest.mark.parametrize("code", CODES)
def test_after_the_answer_and_thanks_nothing_is_open(code: str) -> None:
    one = SPOKEN[code]
    assert section_of(code, Section.OPEN, (U, one.request), (A, one.done)) == ""
    assert section_of(code, Section.OPEN, (U, one.request), (A, one.done), (U, one.thanks)) == ""


@pytest.mark.parametrize(
    ("code", "begun"),
    [
        ("fr", "Je regarde ça tout de suite."),
        ("es", "Enseguida lo miro."),
        ("pt", "Um momento, estou verificando."),
        ("it", "Me ne occupo."),
        ("ru", "Сейчас посмотрю."),
    ],
)
def test_a_request_that_the_assistant_only_turns_to_is_open(code: str, begun: str) -> None:
    assert "F-2291" in section_of(code, Section.OPEN, (U, SPOKEN[code].later), (A, begun))


@pytest.mark.parametrize(
    ("code", "ban", "permission"),
    [
        ("es", "No mandes ningún correo sin mi permiso.", "Ahora puedes mandar los correos sin mi permiso."),
        ("pt", "Não mande nenhum e-mail sem a minha permissão.", "Agora pode mandar os e-mails sem a minha permissão."),
        ("it", "Non mandare nessuna mail senza il mio permesso.", "Ora puoi mandare le mail senza il mio permesso."),
        ("ru", "Не отправляй письма без моего разрешения.", "Теперь можешь отправлять письма без моего разрешения."),
    ],
)
def test_what_may_be_done_again_is_not_forbidden(code: str, ban: str, permission: str) -> None:
    other = SPOKEN[code].instruction
    held = section_of(code, Section.INSTRUCTIONS, (U, ban), (U, other), (U, SPOKEN[code].request), (U, permission))
    assert other in held
    assert ban not in held


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_each_section_has_a_heading_of_its_own(language: Language) -> None:
    headings = HEADINGS[language.code]
    assert set(headings) == set(Section)
    assert len(set(headings.values())) == len(Section)


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_what_says_that_something_changes_is_written_in_lower_case(language: Language) -> None:
    """A text is searched for it in lower case."""
    for expression in (language.anew, language.varies, language.ends, language.reports):
        assert not [letter for letter in re.sub(r"\\.", "", expression) if letter.isupper()]


@pytest.mark.parametrize("code", CODES)
def test_parts_in_a_language_are_merged_under_its_headings(code: str) -> None:
    one = SPOKEN[code]
    said = [ChatMessage(role=U, content=f"{one.instruction}\n{one.forbidden}\n{one.later}")]
    merged = merge([summarize(said, 900), summarize([ChatMessage(role=U, content=one.stated)], 900)], 330)
    assert one.forbidden in merged.partition(f"## {HEADINGS[code][Section.INSTRUCTIONS]}\n")[2].partition("\n## ")[0]
    assert "B-7731" in merged
    assert not any(f"## {heading}\n" in merged for heading in HEADINGS["en"].values())
