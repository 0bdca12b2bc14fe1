"""Words by which work is put off or announced, where they answer: what is left, when something is, what is sent."""

import pytest

from tests.extractive.importance.open_after import open_after

LEFT = [
    ("How many tickets are left?", "Twelve left."),
    ("Wie viele Karten sind übrig?", "Bleiben zwölf."),
    ("Combien de billets reste-t-il ?", "Il reste douze billets."),
    ("¿Cuántas entradas quedan?", "Quedan doce."),
    ("Quantos ingressos restam?", "Restam doze."),
    ("Quanti biglietti restano?", "Restano dodici."),
    ("Сколько билетов осталось?", "Осталось двенадцать."),
    ("كم تذكرة بقيت؟", "بقيت اثنتا عشرة."),
    ("कितने टिकट बचे हैं?", "बारह बचे हैं।"),
    ("还剩多少张票？", "还剩十二张。"),
    ("チケットは何枚残っていますか？", "残りは十二枚です。"),
    ("표가 몇 장 남았나요?", "열두 장 남았습니다."),
    ("Pide los folletos.", "Pedidos. Quedan 20 euros."),
    ("Supprime les branches fusionnées.", "Fait. Restent trois branches, toutes actives."),
    ("Order the flyers.", "Ordered. 20 euros left."),
    ("Bestell die Flyer.", "Bestellt. Bleiben 20 Euro."),
    ("Commande les dépliants.", "Commandés. Il reste 20 euros."),
    ("Закажи буклеты.", "Заказаны. Осталось 20 евро."),
    ("اطلب الكتيبات.", "تم طلب الكتيبات. بقي 20 يورو."),
    ("ब्रोशर मँगवाओ।", "ब्रोशर मँगवा लिए। 20 यूरो बचे हैं।"),
    ("订宣传册。", "已订好。还剩 20 欧元。"),
    ("パンフレットを注文して。", "注文しました。残りは20ユーロです。"),
    ("브로슈어를 주문해 줘.", "주문했습니다. 20유로 남았습니다."),
]

LATER = [
    ("Wann kommt das Paket?", "Sobald es bezahlt ist."),
    ("When does the parcel come?", "As soon as it is paid."),
    ("Quand arrive le colis ?", "Dès que la facture est payée."),
    ("¿Cuándo llega el paquete?", "En cuanto se pague."),
    ("Quando chega o pacote?", "Assim que for pago."),
    ("Quando arriva il pacco?", "Appena sarà pagato."),
    ("Когда придёт посылка?", "Как только её оплатят."),
    ("متى يصل الطرد؟", "حالما يدفع ثمنه."),
    ("पार्सल कब आएगा?", "जैसे ही भुगतान होगा।"),
    ("包裹什么时候到？", "等付了款就到。"),
    ("荷物はいつ届きますか？", "支払われ次第、届きます。"),
    ("소포는 언제 오나요?", "결제되는 대로 옵니다."),
]

DONE = [
    ("Write a haiku.", "Leaves fall on the pond."),
    ("Write a haiku.", "Once the moon rises, frogs sing."),
    ("Schreib ein Haiku.", "Sobald der Mond steigt, singen die Frösche."),
    ("Reenvía la factura a Ana.", "Reenvié la factura a Ana."),
    ("Leite die Rechnung an Ana weiter.", "Ich habe die Rechnung an Ana weitergeleitet."),
    ("Forward the invoice to Ana.", "I forwarded the invoice to Ana."),
    ("Encaminhe a fatura para a Ana.", "Encaminhei a fatura para a Ana."),
    ("¿Qué color tiene?", "Lo veo rojo."),
    ("¿Qué hace el proceso?", "Procesando la cola."),
    ("報告書を送ってください。", "報告書をお送りします。こちらが report.pdf です。"),
]
"""What was asked for, by the words of an announcement or of what is put off."""

PUT_OFF = [
    ("Send the parcel.", "As soon as it is paid."),
    ("Schick das Paket ab.", "Sobald es bezahlt ist."),
    ("Envoie le colis.", "Dès que la facture est payée."),
    ("Envía el paquete.", "En cuanto se pague."),
    ("Envie o pacote.", "Assim que for pago."),
    ("Spedisci il pacco.", "Appena sarà pagato."),
    ("Отправь посылку.", "Как только её оплатят."),
    ("أرسل الطرد.", "حالما يدفع ثمنه."),
    ("पार्सल भेजो।", "जैसे ही भुगतान होगा।"),
    ("把包裹寄出去。", "等付了款就寄。"),
    ("荷物を送ってください。", "支払われ次第、送ります。"),
    ("소포를 보내 줘.", "결제되는 대로 보내겠습니다."),
]


@pytest.mark.parametrize(("question", "answer"), LEFT)
def test_what_is_left_over_is_an_answer_and_no_work(question: str, answer: str) -> None:
    assert open_after(question, answer) == ""


@pytest.mark.parametrize(("question", "answer"), LATER)
def test_what_something_waits_for_answers_when_it_will_be(question: str, answer: str) -> None:
    assert open_after(question, answer) == ""


@pytest.mark.parametrize(("asked", "report"), DONE)
def test_what_was_asked_for_is_done_in_words_of_an_announcement(asked: str, report: str) -> None:
    assert open_after(asked, report) == ""


@pytest.mark.parametrize(("asked", "reply"), PUT_OFF)
def test_what_waits_for_something_else_is_open(asked: str, reply: str) -> None:
    assert open_after(asked, reply) == f"- {asked}"
