"""What did not work: still to be done where it was asked for, and an answer, a report or the task itself elsewhere. In
twelve languages."""

import pytest

from tests.extractive.importance.open_after import open_after

ASKED = [
    ("Find out why the job failed.", "The job failed because the disk was full."),
    ("Why was the card declined?", "It was declined because it expired."),
    ("Quels envois ont échoué ?", "Les envois 4 et 7 ont échoué."),
    ("¿Qué pedidos fueron rechazados?", "Fueron rechazados los pedidos 4 y 7."),
    ("Какие заказы отклонили?", "Отклонены заказы 4 и 7."),
    ("哪些任务失败了？", "任务 4 和 7 失败了。"),
    ("どのジョブが失敗しましたか？", "ジョブ 4 と 7 が失敗しました。"),
    ("어떤 작업이 실패했나요?", "작업 4와 7이 실패했습니다."),
    ("Did the payment go through?", "No, it was declined."),
    ("Ist die Zahlung durchgegangen?", "Nein, sie wurde abgelehnt."),
    ("Le paiement est-il passé ?", "Non, la banque l'a refusé, il a été refusé."),
    ("¿Se aceptó el pago?", "No, fue rechazado."),
    ("O pagamento foi aceito?", "Não, foi recusado."),
    ("Il pagamento è andato a buon fine?", "No, è stato rifiutato."),
    ("Платёж прошёл?", "Нет, его отклонили."),
    ("هل تم الدفع؟", "لا، رُفض الدفع."),
    ("क्या भुगतान हो गया?", "नहीं, वह अस्वीकार हो गया।"),
    ("付款成功了吗？", "没有，被拒绝了。"),
    ("支払いは通りましたか？", "いいえ、拒否されました。"),
    ("결제가 됐나요?", "아니요, 거절됐습니다."),
    ("Check whether Ruth replied.", "No reply so far."),
    ("Check if the site is up.", "It is not: no answer on port 80."),
]
"""Questions, and what failed as their answer."""

WANTED = [
    ("Decline the invitation from Acme.", "I declined the invitation from Acme."),
    ("Lehne die Einladung von Acme ab.", "Ich habe die Einladung von Acme abgelehnt."),
    ("Refuse l'invitation d'Acme.", "L'invitation d'Acme a été refusée."),
    ("Rechaza la invitación de Acme.", "La invitación de Acme fue rechazada."),
    ("Recuse o convite da Acme.", "O convite da Acme foi recusado."),
    ("Rifiuta l'invito di Acme.", "Ho rifiutato l'invito di Acme, l'invito è stato rifiutato."),
    ("Отклони приглашение от Acme.", "Я отклонила приглашение от Acme."),
    ("ارفض دعوة Acme.", "رفضت دعوة Acme."),
    ("Acme का निमंत्रण अस्वीकार कर दो।", "Acme का निमंत्रण अस्वीकार कर दिया।"),
    ("拒绝 Acme 的邀请。", "我拒绝了 Acme 的邀请。"),
    ("Acme の招待を拒否してください。", "Acme の招待を拒否しました。"),
    ("Acme의 초대를 거절해 줘.", "Acme의 초대를 거절했습니다."),
    ("Reject the pull request 44.", "I rejected pull request 44."),
    ("Abort the job 991.", "Job 991 aborted."),
    ("Brich den Job 991 ab.", "Job 991 ist abgebrochen."),
    ("Block the user spammer7.", "Access is denied for spammer7 now."),
    ("Sperre den Nutzer spammer7.", "Der Zugriff wird spammer7 verweigert."),
    ("Delete the expired coupons.", "Deleted all coupons that expired in May."),
    ("Make sure that expired tokens are rejected.", "Expired tokens are rejected now."),
]
"""Who refuses, ends or shuts out what they were told to has done it."""

TOLD = [
    ("Review PR 44.", "PR 44 looks good, but the login test failed in CI."),
    ("Lauf die Tests.", "2 fehlgeschlagen, 98 bestanden."),
    ("Run the tests.", "2 failed, 98 passed."),
    ("Run the tests.", "98 passed, 2 failed."),
    ("Lance les tests.", "98 tests passent, 2 ont échoué."),
    ("Ejecuta las pruebas.", "98 pasaron, 2 fueron rechazadas."),
    ("Запусти тесты.", "98 прошли, 2 отклонены."),
    ("运行测试。", "98 个通过，2 个失败。"),
    ("テストを実行してください。", "98 件成功、2 件失敗しました。"),
    ("테스트를 돌려 줘.", "98개 통과, 2개 실패했습니다."),
    ("Check the links.", "Three links did not load, the other 40 are fine."),
    ("Explain error E42.", "E42 means that the connection was refused."),
    ("List the failed jobs.", "Failed jobs: 4, 7 and 9."),
    ("Fix the bug.", "Fixed; the handler no longer crashed in my tests."),
    ("Simulate an outage.", "Done: the client timed out after 30 s."),
    ("修复错误。", "已修复，不再失败。"),
    ("エラーを直してください。", "エラーは直りました。もう失敗しません。"),
    ("Corrige el error.", "Corregido: la prueba ya no fue rechazada."),
]
"""A failure beside what was found or done."""

NEWS = [
    ("Read the mail from Acme.", "Acme declined our offer."),
    ("Lies die Mail von Acme.", "Acme hat unser Angebot abgelehnt."),
    ("Lis le courriel d'Acme.", "Acme a refusé notre offre."),
    ("Lee el correo de Acme.", "La oferta a Acme fue rechazada."),
    ("Leia o e-mail da Acme.", "A Acme recusou a nossa oferta."),
    ("Leggi la mail di Acme.", "La nostra offerta ad Acme è rifiutata."),
    ("Прочитай письмо от Acme.", "В Acme отклонили наше предложение."),
    ("اقرأ رسالة Acme.", "رفض Acme عرضنا."),
    ("Acme का ईमेल पढ़ो।", "Acme ने प्रस्ताव अस्वीकार किया।"),
    ("读一下 Acme 的邮件。", "Acme 拒绝了我们的报价。"),
    ("Acme のメールを読んでください。", "Acme は提案を拒否しました。"),
    ("Acme의 메일을 읽어 줘.", "Acme가 제안을 거절했습니다."),
    ("Frag Karin, ob sie kommt.", "Karin konnte nicht zusagen."),
    ("Ask Karin whether she comes.", "Karin couldn't promise."),
    ("Pergunte à Karin se ela vem.", "A Karin não conseguiu prometer."),
    ("Спроси Карин, придёт ли она.", "Карин не смогла обещать."),
]
"""A failure as the news that was to be told."""

IN_VAIN = [
    ("Open the vault.", "I couldn't open it."),
    ("Open the vault.", "I tried, no luck."),
    ("Open the vault.", "The vault did not open."),
    ("Öffne den Tresor.", "Ich konnte den Tresor nicht öffnen."),
    ("Ouvre le coffre.", "Je n'ai pas pu ouvrir le coffre."),
    ("Abre la bóveda.", "No pude abrir la bóveda."),
    ("Abra o cofre.", "Não consegui abrir o cofre."),
    ("Apri la cassaforte.", "Non sono riuscita ad aprire la cassaforte."),
    ("Открой сейф.", "Не удалось открыть сейф."),
    ("افتح الخزنة.", "لم أستطع فتح الخزنة."),
    ("तिजोरी खोलो।", "तिजोरी खुल नहीं पाई, नहीं हो पाया।"),
    ("打开保险柜。", "保险柜打不开。"),
    ("金庫を開けてください。", "金庫を開けませんでした、失敗しました。"),
    ("금고를 열어 줘.", "금고를 열지 못했습니다."),
    ("Upload report.pdf.", "The upload of report.pdf was rejected."),
    ("Lade report.pdf hoch.", "Das Hochladen von report.pdf ist fehlgeschlagen."),
    ("Envoie la facture.", "L'envoi a échoué."),
    ("Envía la factura.", "El envío fue rechazado."),
    ("Envie a fatura.", "O envio foi recusado."),
    ("Invia la fattura.", "L'invio è stato rifiutato, rifiutato."),
    ("Отправь счёт.", "Отправка отклонена."),
    ("أرسل الفاتورة.", "فشل الإرسال."),
    ("बिल भेजो।", "भेजना विफल रहा।"),
    ("发送发票。", "发送失败。"),
    ("請求書を送ってください。", "送信に失敗しました。"),
    ("청구서를 보내 줘.", "전송에 실패했습니다."),
    ("When does the shop open?", "I couldn't reach them."),
    ("Check whether Ruth replied.", "I couldn't open her mailbox."),
]


@pytest.mark.parametrize(("question", "answer"), ASKED)
def test_a_failure_answers_who_asks_whether_or_why_something_works(question: str, answer: str) -> None:
    assert open_after(question, answer) == ""


@pytest.mark.parametrize(("asked", "report"), WANTED)
def test_what_was_to_fail_or_be_refused_is_done_once_it_is(asked: str, report: str) -> None:
    assert open_after(asked, report) == ""


@pytest.mark.parametrize(("asked", "report"), [*TOLD, *NEWS])
def test_a_failure_among_results_leaves_nothing_open(asked: str, report: str) -> None:
    assert open_after(asked, report) == ""


@pytest.mark.parametrize(("asked", "failure"), IN_VAIN)
def test_what_was_tried_in_vain_or_came_to_nothing_is_open(asked: str, failure: str) -> None:
    assert open_after(asked, failure) == f"- {asked}"


@pytest.mark.parametrize(
    ("asked", "failure", "again", "done"),
    [
        ("Open the vault.", "I tried, no luck.", "Try again.", "Open now."),
        ("Öffne den Tresor.", "Ich konnte den Tresor nicht öffnen.", "Versuch es noch mal.", "Der Tresor ist offen."),
        ("Ouvre le coffre.", "Je n'ai pas pu ouvrir le coffre.", "Réessaie.", "Le coffre est ouvert."),
        ("Abre la caja.", "No pude abrir la caja.", "Inténtalo otra vez.", "La caja está abierta."),
        ("Abra o cofre.", "Não consegui abrir o cofre.", "Tente de novo.", "O cofre está aberto."),
        ("Apri la cassaforte.", "Non sono riuscita ad aprirla.", "Riprova.", "La cassaforte è aperta."),
        ("Открой сейф.", "Не удалось открыть сейф.", "Попробуй ещё раз.", "Сейф открыт."),
        ("افتح الخزنة.", "لم أستطع فتح الخزنة.", "حاول مرة أخرى.", "الخزنة مفتوحة."),
        ("तिजोरी खोलो।", "तिजोरी नहीं खुल पाई।", "फिर से कोशिश करो।", "तिजोरी खुल गई है।"),
        ("打开保险柜。", "保险柜打不开。", "再试一次。", "保险柜打开了。"),
        ("金庫を開けてください。", "金庫を開けませんでした。", "もう一度試してください。", "金庫が開きました。"),
        ("금고를 열어 줘.", "금고를 열지 못했습니다.", "다시 해 봐.", "금고가 열렸습니다."),
    ],
)
def test_what_is_tried_again_is_open_until_it_works(asked: str, failure: str, again: str, done: str) -> None:
    assert open_after(asked, failure, again, done) == ""
    assert asked in open_after(asked, failure, again, failure)
