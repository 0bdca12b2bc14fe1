"""What a sentence allows of one thing takes the place of a rule about another one of its kind, and is an exception from
a rule about all of them; in twelve languages."""

import pytest

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive import summarize

REPLACED = [
    ("Always park in lot 3.", "You can park in lot 5 from today."),
    ("Never go past page 10.", "You may go to page 20 now."),
    ("Stay on version 1 of the API.", "You may use version 2 of the API from now on."),
    ("Always use the address in Berlin.", "You can use the address in Munich now."),
    ("Always ask Karin first.", "You can ask Tom instead."),
    ("Always book with Lufthansa.", "You can book with Swiss from now on."),
    ("Parke immer auf Platz 3.", "Du kannst ab heute auf Platz 5 parken."),
    ("Réserve toujours la salle 3.", "Tu peux réserver la salle 5 désormais."),
    ("Demande toujours à Karin d'abord.", "Tu peux demander à Tom à la place."),
    ("Usa siempre la sala 3.", "Puedes usar la sala 5 desde hoy."),
    ("Usa sempre a sala 3.", "A partir de hoje podes usar a sala 5."),
    ("Usa sempre la sala 3.", "Da oggi puoi usare la sala 5."),
    ("Всегда занимай зал 3.", "С сегодняшнего дня можно занимать зал 5."),
    ("استخدم دائماً القاعة 3.", "من اليوم يمكنك استخدام القاعة 5."),
    ("हमेशा कमरा 3 बुक करो।", "आज से कमरा 5 बुक कर सकते हो।"),
    ("一定要停在3号车位。", "现在可以停在5号车位。"),
    ("常に3号会議室を予約してください。", "今日から5号会議室を予約しても構いません。"),
    ("항상 회의실 3을 쓰세요.", "이제 회의실 5를 써도 됩니다."),
]

BESIDES = [
    ("Always pay with card 1.", "Card 2 is fine too."),
    ("Never restart node 3.", "You may restart node 5."),
    ("Zahle immer mit Karte 1.", "Karte 2 geht auch."),
    ("Paie toujours avec la carte 1.", "Tu peux aussi payer avec la carte 2."),
    ("Paga siempre con la tarjeta 1.", "También puedes pagar con la tarjeta 2."),
    ("Paga sempre com o cartão 1.", "Também podes pagar com o cartão 2."),
    ("Paga sempre con la carta 1.", "Puoi pagare anche con la carta 2."),
    ("Всегда плати картой 1.", "Можно платить картой 2 тоже."),
    ("ادفع دائماً بالبطاقة 1.", "يمكنك الدفع بالبطاقة 2 أيضا."),
    ("हमेशा कार्ड 1 से भुगतान करो।", "कार्ड 2 से भी भुगतान कर सकते हो।"),
    ("总是用1号卡付款。", "也可以用2号卡付款。"),
    ("常に1号カードで支払ってください。", "2号カードでも支払って構いません。"),
    ("항상 1번 카드로 결제하세요.", "2번 카드로도 결제할 수 있습니다."),
    ("Never restart a node.", "From now on you may restart node 5."),
]


def summary_of(*said: str) -> str:
    messages = [ChatMessage(role=Role.USER, content=text) for text in (*said, "The ticket is OPS-48213.")]
    return summarize(messages, 600)


@pytest.mark.parametrize(("rule", "allowed"), REPLACED)
def test_what_is_allowed_of_one_replaces_a_rule_about_another(rule: str, allowed: str) -> None:
    assert rule.rstrip(".。।") not in summary_of(rule, allowed)


@pytest.mark.parametrize(("rule", "allowed"), BESIDES)
def test_what_is_allowed_besides_leaves_the_rule_in_force(rule: str, allowed: str) -> None:
    summary = summary_of(rule, allowed)
    assert rule.rstrip(".。।") in summary
    assert allowed.rstrip(".。।") in summary
