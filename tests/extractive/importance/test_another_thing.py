"""What is allowed of another thing leaves in force what forbids it of one; what is allowed of all of it does not."""

import pytest

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive import summarize

OTHERS = [
    ("Never delete logs.", "You may delete caches."),
    ("Never call clients in the evening.", "You can call suppliers in the evening."),
    ("Never deploy to production on weekends.", "You may deploy to staging on weekends."),
    ("Spiele nie am Wochenende auf die Produktion auf.", "Du darfst am Wochenende auf Staging aufspielen."),
    ("Ne supprime jamais les journaux.", "Tu peux supprimer le cache."),
    ("N'appelle jamais les clients le soir.", "Tu peux appeler les fournisseurs le soir."),
    ("No despliegues nunca en producción los fines de semana.", "Puedes desplegar en pruebas los fines de semana."),
    ("Nunca apagues os registos.", "Podes apagar as cópias."),
    ("Non cancellare mai i log.", "Puoi cancellare le cache."),
    ("Никогда не удаляй журналы.", "Можешь удалять копии."),
    ("لا تحذف السجلات أبدا.", "يمكنك حذف الملفات المؤقتة."),
    ("लॉग कभी मत मिटाना।", "आप कैश मिटा सकते हैं।"),
    ("晚上不要给客户打电话。", "晚上可以给供应商打电话。"),
    ("绝不要删除日志。", "可以删除缓存。"),
    ("ログは絶対に削除しないでください。", "キャッシュは削除しても構いません。"),
    ("로그는 절대 삭제하지 마세요.", "캐시는 삭제해도 됩니다."),
]

THE_SAME = [
    ("Never share customer data with partners.", "Customer data can be shared with partners."),
    ("Never share salary data.", "Salary data may be shared."),
    ("Never delete logs.", "You may delete logs now."),
    ("Gib Gehaltsdaten nie weiter.", "Gehaltsdaten dürfen weitergegeben werden."),
    ("Ruf mich nie vor 9 Uhr an.", "Du darfst mich vor 9 Uhr anrufen."),
    ("Ne partage jamais les données des clients.", "Les données des clients peuvent être partagées."),
    ("No compartas nunca los datos de clientes.", "Los datos de clientes pueden compartirse."),
    ("Nunca compartilhe os dados dos clientes.", "Os dados dos clientes podem ser compartilhados."),
    ("Non condividere mai i dati dei clienti.", "I dati dei clienti possono essere condivisi."),
    ("Никогда не передавай данные клиентов.", "Данные клиентов можно передавать."),
    ("لا تتصل بي قبل التاسعة.", "يمكنك الاتصال بي قبل التاسعة."),
    ("ग्राहकों का डेटा कभी साझा मत करो।", "ग्राहकों का डेटा साझा किया जा सकता है।"),
    ("不要删除日志。", "可以删除日志。"),
    ("顧客データは絶対に共有しないでください。", "顧客データは共有しても構いません。"),
    ("고객 데이터는 절대 공유하지 마세요.", "고객 데이터는 공유해도 됩니다."),
]

ANYBODY = [
    ("Only Ana may approve payments.", "Anyone may approve payments now."),
    ("Nur Ana darf Zahlungen freigeben.", "Jeder darf jetzt Zahlungen freigeben."),
    ("Seule Ana peut valider les paiements.", "Tout le monde peut valider les paiements maintenant."),
    ("Solo Ana puede aprobar pagos.", "Ahora cualquiera puede aprobar pagos."),
    ("Só a Ana pode aprovar pagamentos.", "Agora qualquer um pode aprovar pagamentos."),
    ("Solo Ana può approvare i pagamenti.", "Ora chiunque può approvare i pagamenti."),
    ("Только Анна может утверждать платежи.", "Теперь любой может утверждать платежи."),
    ("آنا فقط يمكنها الموافقة على المدفوعات.", "الآن يمكن لأي شخص الموافقة على المدفوعات."),
    ("केवल आना भुगतान मंज़ूर कर सकती है।", "अब कोई भी भुगतान मंज़ूर कर सकता है।"),
    ("只有安娜可以批准付款。", "现在任何人都可以批准付款。"),
    ("支払いを承認できるのはアナだけです。", "今後は誰でも支払いを承認できます。"),
    ("결제는 아나만 승인할 수 있습니다.", "이제 누구나 결제를 승인할 수 있습니다."),
]


def summary_of(*said: str) -> str:
    messages = [ChatMessage(role, text) for one in said for role, text in ((Role.USER, one), (Role.ASSISTANT, "OK."))]
    return summarize([*messages, ChatMessage(Role.USER, "3 + 4 = ?"), ChatMessage(Role.ASSISTANT, "7.")], 900)


@pytest.mark.parametrize(("ban", "allowed"), OTHERS)
def test_what_is_allowed_of_another_thing_stands_beside_what_is_forbidden(ban: str, allowed: str) -> None:
    summary = summary_of(ban, allowed)
    assert ban in summary
    assert allowed in summary


@pytest.mark.parametrize(("ban", "allowed"), THE_SAME)
def test_what_is_allowed_of_the_same_voids_what_is_forbidden(ban: str, allowed: str) -> None:
    assert ban not in summary_of(ban, allowed)


@pytest.mark.parametrize(("only", "anybody"), ANYBODY)
def test_what_anybody_may_do_now_holds_in_place_of_who_alone_might(only: str, anybody: str) -> None:
    assert anybody in summary_of(only, anybody)
