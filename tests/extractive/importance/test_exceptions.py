"""A sentence that says otherwise for one case leaves the rule in force, and stands beside it."""

import pytest

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive import summarize

EXCEPTIONS = [
    ("Always reply in French.", "For the title, English is fine."),
    ("Always reply in French.", "You can use English for the title."),
    ("Use metric units only.", "In the table for the US team, inches are fine."),
    ("Don't use emojis.", "Emojis are fine in the team chat."),
    ("Keep answers short.", "For the report you can go into detail."),
    ("Never call customers.", "You may call Mr. Ito."),
    ("Don't email the board.", "You may email Priya from the board."),
    ("Antworte immer auf Englisch.", "Für den Titel ist Deutsch in Ordnung."),
    ("Réponds toujours en français.", "Pour le titre, l'anglais convient."),
    ("Responde siempre en español.", "Para el título está bien el inglés."),
    ("Responda sempre em português.", "Para o título, pode usar inglês."),
    ("Rispondi sempre in italiano.", "Per il titolo va bene l'inglese."),
    ("Всегда отвечай по-русски.", "Для заголовка можно английский."),
    ("أجب دائما بالعربية.", "بالنسبة للعنوان، الإنجليزية مقبولة."),
    ("हमेशा हिंदी में जवाब दो।", "शीर्षक के लिए अंग्रेज़ी ठीक है।"),
    ("总是用中文回答。", "标题可以用英文。"),
    ("常に日本語で答えてください。", "タイトルは英語でも構いません。"),
    ("항상 한국어로 답해 주세요.", "제목은 영어로 써도 됩니다."),
    ("Always reply in French.", "Only in the title, use English."),
    ("Always reply in French.", "In my opinion, English is fine for the title."),
    ("Always reply in French.", "In the project page, English is fine."),
    ("Antworte immer auf Englisch.", "Nur im Titel antworte auf Deutsch."),
    ("Responde siempre en español.", "En los mensajes de commit puedes usar inglés."),
    ("Never delete a bucket.", "Bucket 12 may be deleted, it is empty."),
    ("Don't rename the tables.", "The table tmp_orders you can rename, nothing reads it."),
    ("Backups must not be removed.", "backup_2019_old is broken, that one can go."),
    ("Leave the cron jobs alone, Mina owns them.", "The job nightly_reindex you may change."),
    ("Lösche niemals einen Container.", "Container 12 darfst du löschen, der ist leer."),
    ("Ne supprime jamais une colonne.", "La colonne tmp_orders, tu peux la supprimer."),
    ("Nunca borres una tabla.", "La tabla tmp_orders la puedes borrar."),
    ("Nunca apague uma tabela.", "A tabela tmp_orders você pode apagar."),
    ("Non cancellare mai una tabella.", "La tabella tmp_orders la puoi cancellare."),
    ("Никогда не удаляй таблицы.", "Таблицу tmp_orders удалить можно."),
    ("لا تحذف أي جدول أبدا.", "الجدول tmp_orders يمكنك حذفه."),
    ("कोई टेबल कभी मत हटाओ।", "tmp_orders वाली टेबल हटा सकते हो।"),
    ("不要删除任何表。", "表 tmp_orders 可以删除。"),
    ("テーブルは絶対に削除しないでください。", "テーブル tmp_orders は削除しても構いません。"),
    ("테이블은 절대 삭제하지 마세요.", "테이블 tmp_orders는 삭제해도 됩니다."),
    ("不要给学校寄样书。", "云南的学校可以寄样书。"),
    ("Names are anonymised in every report.", "Board members may be named."),
    ("Never quote names in the minutes.", "A minister can be quoted by name."),
    ("Ne redémarre jamais un serveur à la main.", "Un serveur de test peut être redémarré à la main."),
    ("Nunca reinicies un servidor a mano.", "Un servidor de pruebas puede reiniciarse a mano."),
    ("Nunca reinicie um servidor manualmente.", "Um servidor de testes pode ser reiniciado manualmente."),
    ("Non riavviare mai un server a mano.", "Un server di prova può essere riavviato a mano."),
    ("Не называй имена в протоколах.", "Члены правления могут быть названы по имени."),
]

REPLACEMENTS = [
    ("Always quote prices in dollars.", "At the client's request, quote prices in euros."),
    ("Always use dollars.", "In accordance with the new policy, use euros."),
    ("Nenne Preise immer in Dollar.", "Auf Anweisung des Vorstands, nenne Preise in Euro."),
    ("Indique toujours les prix en dollars.", "En accord avec le client, indique les prix en euros."),
    ("Always use a casual tone.", "In my opinion, formal is better, use a formal tone."),
    ("Always write short answers.", "For better understanding, write long answers."),
    ("Always reply in French.", "For the rest of the project, reply in English."),
    ("Always reply in French.", "For this project, reply in English."),
    ("Réponds toujours en français.", "Pour plus de clarté, réponds en anglais."),
    ("Responde siempre en español.", "Para mayor claridad, responde en inglés."),
    ("Responda sempre em português.", "No fundo, responda em inglês."),
    ("Antworte immer auf Englisch.", "Am besten, du antwortest auf Deutsch."),
    ("Always reply in French.", "Our chats can be in English."),
    ("Always reply in French.", "You can use English in our chats."),
    ("Always reply in French.", "At the client's request, English is okay."),
    ("Always reply in French.", "For the time being you can use English."),
    ("Rispondi sempre in italiano.", "Per maggiore chiarezza puoi rispondere in inglese."),
    ("Antworte immer auf Englisch.", "Zum besseren Verständnis kannst du auf Deutsch antworten."),
    ("Всегда отвечай по-русски.", "Для ясности можно отвечать по-английски."),
    ("أجب دائما بالعربية.", "في المستقبل، يمكن الرد بالإنجليزية."),
    ("常に日本語で答えてください。", "次からは英語でも構いません。"),
    ("항상 한국어로 답해 주세요.", "다음부터는 영어로 해도 됩니다."),
]

REPORTS = [
    ("Always send two copies.", "I got five copies last time."),
    ("Write the summary always in six lines.", "The last summary had ten lines."),
    ("Schick immer zwei Kopien.", "Beim letzten Mal habe ich fünf Kopien bekommen."),
    ("Envoie toujours deux copies.", "La dernière fois, j'ai reçu cinq copies."),
    ("Всегда отправляй две копии.", "В прошлый раз я получил пять копий."),
    ("اكتب الملخص دائما في ستة أسطر.", "كان الملخص الأخير عشرة أسطر."),
]


def summary_of(*said: str) -> str:
    messages = [ChatMessage(role=Role.USER, content=text) for text in (*said, "The ticket is OPS-48213.")]
    return summarize(messages, 600)


@pytest.mark.parametrize(("rule", "exception"), EXCEPTIONS)
def test_an_exception_leaves_the_rule_in_force(rule: str, exception: str) -> None:
    summary = summary_of(rule, exception)
    assert rule.rstrip(".。।") in summary
    assert exception.rstrip(".。।") in summary


@pytest.mark.parametrize(("rule", "newer"), REPLACEMENTS)
def test_what_orders_or_is_said_of_all_of_it_takes_the_place_of_the_rule(rule: str, newer: str) -> None:
    summary = summary_of(rule, newer)
    assert rule.rstrip(".。") not in summary
    assert newer.rstrip(".。") in summary


@pytest.mark.parametrize(("rule", "report"), REPORTS)
def test_how_it_was_the_last_time_replaces_no_rule_and_is_none(rule: str, report: str) -> None:
    instructions = summary_of(rule, report).partition("\n## ")[0]
    assert rule.rstrip(".。") in instructions
    assert report.rstrip(".。") not in instructions


@pytest.mark.parametrize(
    ("rule", "otherwise"),
    [
        ("Always reply in French.", "English is fine from now on."),
        ("Never call customers.", "You may call customers again."),
        ("Don't use semicolons in the text.", "In the text, semicolons are fine."),
        ("Antworte immer auf Englisch.", "Du kannst wieder Deutsch schreiben."),
        ("常に日本語で答えてください。", "英語でも構いません。"),
        ("总是用中文回答。", "用英文也可以。"),
    ],
)
def test_what_is_said_of_all_of_it_takes_the_rule_back(rule: str, otherwise: str) -> None:
    assert rule.rstrip(".。") not in summary_of(rule, otherwise)


@pytest.mark.parametrize(
    ("rule", "remark"),
    [
        ("You must not read config/secrets.yaml.", "config/public.yaml has what config/secrets.yaml has."),
        ("Never edit src/gen/api.py.", "Please read src/gen/web.py, it is like src/gen/api.py."),
        ("Do not open reports/q3.xlsx.", "reports/q3.xlsx and reports/q4.xlsx have the same columns."),
        ("Du sollst config/geheim.yaml niemals lesen.", "In config/geheim.yaml steht es wie in config/offen.yaml."),
        ("Ne lis jamais config/secrets.yaml.", "config/secrets.yaml et config/public.yaml ont la même forme."),
        ("No leas nunca config/secretos.yaml.", "config/secretos.yaml está junto a config/publico.yaml."),
        ("Não leia nunca config/segredos.yaml.", "config/segredos.yaml fica ao lado de config/publico.yaml."),
        ("Non leggere mai config/segreti.yaml.", "config/segreti.yaml sta accanto a config/pubblico.yaml."),
        ("Никогда не читай config/secrets.yaml.", "Файл config/secrets.yaml лежит рядом с config/public.yaml."),
        ("لا تقرأ config/secrets.yaml أبدا.", "الملف config/secrets.yaml بجانب config/public.yaml."),
        ("config/secrets.yaml की नकल कभी मत बनाओ।", "config/secrets.yaml और config/public.yaml एक ही जगह हैं।"),
        ("不要读取 config/secrets.yaml。", "config/secrets.yaml 和 config/public.yaml 在同一个目录里。"),
        (
            "config/secrets.yaml は絶対に読まないでください。",
            "config/secrets.yaml と config/public.yaml は同じ場所にあります。",
        ),
        ("config/secrets.yaml 파일은 절대 읽지 마세요.", "config/secrets.yaml 파일은 config/public.yaml 옆에 있어요."),
    ],
)
def test_what_only_names_the_thing_that_a_rule_is_about_leaves_it_in_force(rule: str, remark: str) -> None:
    assert rule.rstrip(".。।") in summary_of(rule, remark)


@pytest.mark.parametrize(
    ("rule", "otherwise"),
    [
        ("You must not read config/secrets.yaml.", "You may read config/secrets.yaml now, and config/public.yaml."),
        ("Never delete logs/audit.log.", "Forget what I said about logs/audit.log."),
        ("不要读取 config/secrets.yaml。", "现在可以读取 config/secrets.yaml 了。"),
    ],
)
def test_what_allows_the_thing_takes_the_rule_back(rule: str, otherwise: str) -> None:
    assert rule.rstrip(".。") not in summary_of(rule, otherwise)


OK = Role.ASSISTANT, "OK."

ON_CONDITION = [
    ("Please never call the shop number.", "You may call if it is about the visit on the day itself."),
    ("Ruf bitte nie im Laden an.", "Du darfst im Laden anrufen, wenn es um den Besuch am selben Tag geht."),
    ("N'appelez jamais le magasin.", "Vous pouvez appeler si cela concerne la visite du jour même."),
    ("Nunca llame a la tienda.", "Puede llamar si se trata de la visita del mismo día."),
    ("Nunca ligue para a loja.", "Pode ligar para a loja se for sobre a visita no próprio dia."),
    ("Non chiamare mai il negozio.", "Puoi chiamare se si tratta della visita del giorno stesso."),
    ("Никогда не звоните мне.", "Звонить мне можно, если речь о визите в тот же день."),
    ("لا تتصل أبداً برقم المتجر.", "يمكنك أن تتصل إذا كان الأمر يخص الزيارة في اليوم نفسه."),
    ("दुकान के नंबर पर कभी फ़ोन मत करना।", "अगर बात उसी दिन की विज़िट की हो तो फ़ोन कर सकते हैं।"),
    ("千万不要打店里的电话。", "如果是当天上门的事，可以打电话。"),
    ("お店の番号には絶対に電話しないでください。", "当日の訪問の件なら電話しても構いません。"),
    ("가게 번호로는 절대 전화하지 마세요.", "당일 방문에 관한 거라면 전화해도 됩니다."),
]
# With all words of the rule.
ON_CONDITION += [
    ("Never book flights without asking.", "If I am offline, you can book flights without asking."),
    ("Never call the customers in the evening.", "You may call the customers in the evening if they asked for it."),
    ("Ruf die Kunden nie am Abend an.", "Du darfst die Kunden am Abend anrufen, wenn sie darum gebeten haben."),
    ("N'appelle jamais les clients le soir.", "Tu peux appeler les clients le soir si le client l'a demandé."),
    ("Nunca llames a los clientes por la noche.", "Puedes llamar a los clientes por la noche si lo han pedido."),
    ("Nunca ligues aos clientes à noite.", "Podes ligar aos clientes à noite se eles o pediram."),
    ("Non chiamare mai i clienti di sera.", "Puoi chiamare i clienti di sera se lo hanno chiesto."),
    ("Никогда не звони клиентам вечером.", "Звонить клиентам вечером можно, если речь о доставке."),
    ("لا تتصل أبداً بالعملاء في المساء.", "يمكنك أن تتصل بالعملاء في المساء إذا طلبوا ذلك."),
    ("ग्राहकों को शाम को कभी फ़ोन मत करना।", "अगर ग्राहकों ने कहा हो तो शाम को फ़ोन कर सकते हैं।"),
    ("晚上千万不要给客户打电话。", "如果客户要求了，晚上可以给客户打电话。"),
    ("夜はお客様に絶対に電話しないでください。", "お客様が希望された場合は夜に電話しても構いません。"),
    ("저녁에는 고객에게 절대 전화하지 마세요.", "고객이 요청했다면 저녁에 고객에게 전화해도 됩니다."),
]

WISHED = [
    ("Don't use emojis.", "You may use emojis now if you like."),
    ("Never call the shop number.", "You may call the shop number if you want."),
    ("Schreib mir nie auf Deutsch.", "Du darfst auf Deutsch schreiben, wenn du willst."),
    ("Never call the shop number.", "You may call the shop number as long as it suits you."),
    ("Never call the shop number.", "I lift the ban: you can call the shop number, unless I say otherwise."),
    ("Ruf nie im Laden an.", "Du darfst im Laden anrufen, solange du willst."),
    ("Ruf nie im Laden an.", "Wenn es dir lieber ist, darfst du im Laden anrufen."),
    ("N'appelle jamais le magasin.", "Tu peux appeler le magasin si ça t'arrange."),
    ("No escribas nunca en alemán.", "Puedes escribir en alemán si te viene bien."),
    ("Nunca escreva em alemão.", "Pode escrever em alemão se achar melhor."),
    ("Non chiamare mai il negozio.", "Puoi chiamare il negozio se ti fa comodo."),
    ("Никогда не звони мне.", "Звонить мне можно, если тебе удобно."),
    ("لا تتصل أبداً برقم المتجر.", "يمكنك أن تتصل برقم المتجر إذا كان ذلك يناسبك."),
    ("दुकान के नंबर पर कभी फ़ोन मत करना।", "अगर आपको सुविधा हो तो दुकान के नंबर पर फ़ोन कर सकते हैं।"),
    ("千万不要打店里的电话。", "如果你方便的话，可以打店里的电话。"),
    ("お店の番号には絶対に電話しないでください。", "ご都合がよければお店の番号に電話しても構いません。"),
    ("가게 번호로는 절대 전화하지 마세요.", "편하시면 가게 번호로 전화해도 됩니다."),
]

NEEDED = [
    ("Never call the shop number.", "You may call the shop number if you need the door code."),
    ("Ruf nie im Laden an.", "Du darfst im Laden anrufen, wenn du den Code brauchst."),
    ("N'appelle jamais le magasin.", "Tu peux appeler le magasin si tu as besoin du code."),
    ("Non chiamare mai il negozio.", "Puoi chiamare il negozio se ti serve il codice."),
    ("Никогда не звони мне.", "Звонить мне можно, если клиент этого хочет."),
    ("千万不要打店里的电话。", "如果客户愿意，可以打店里的电话。"),
    ("가게 번호로는 절대 전화하지 마세요.", "고객이 원하면 가게 번호로 전화해도 됩니다."),
]


@pytest.mark.parametrize(("rule", "exception"), ON_CONDITION)
def test_what_is_allowed_on_a_condition_stands_beside_what_forbids_it(rule: str, exception: str) -> None:
    said = (Role.USER, rule), OK, (Role.USER, exception), OK, (Role.USER, "3 + 4 = ?"), (Role.ASSISTANT, "7.")
    summary = summarize([ChatMessage(role=role, content=text) for role, text in said], 600)
    assert f"\n- {rule}\n- {exception}" in summary


@pytest.mark.parametrize(("rule", "release"), WISHED)
def test_who_may_do_it_at_will_is_bound_no_more(rule: str, release: str) -> None:
    assert rule.rstrip(".。।") not in summary_of(rule, release)


@pytest.mark.parametrize(("rule", "exception"), NEEDED)
def test_what_is_needed_and_what_others_want_is_a_condition(rule: str, exception: str) -> None:
    summary = summary_of(rule, exception)
    assert rule.rstrip(".。।") in summary
    assert exception.rstrip(".。।") in summary


@pytest.mark.parametrize(
    ("rule", "exception"),
    [
        ("Never delete a bucket.", "Bucket 12 may be deleted, it is empty."),
        ("Lösche niemals einen Container.", "Container 12 darfst du löschen, der ist leer."),
        ("テーブルは絶対に削除しないでください。", "テーブル tmp_orders は削除しても構いません。"),
        ("Always reply in French.", "For the title, English is fine."),
        ("Order paper when fewer than 20 packs are left.", "For the winter the paper order goes out at 40 packs."),
    ],
)
def test_what_excepts_from_a_rule_or_may_replace_it_stands_right_behind_it(rule: str, exception: str) -> None:
    lines = summary_of(rule, "Sign every letter with my full name.", exception).splitlines()
    at = next(place for place, line in enumerate(lines) if rule.rstrip(".。") in line)
    assert exception.rstrip(".。") in lines[at + 1]


@pytest.mark.parametrize(
    ("rule", "asked"),
    [
        (
            "Batch size: use 200 files, the bank closes a session after 250.",
            "Send one file there before the real thing.",
        ),
        ("Never send more than 200 files at once.", "Send one file there before the real thing."),
    ],
)
def test_what_is_asked_for_once_is_no_rule_because_it_may_void_one(rule: str, asked: str) -> None:
    before, _, _ = summary_of(rule, asked).partition("## Open")
    assert asked not in before


@pytest.mark.parametrize(
    ("ban", "case"),
    [
        ("You are not to delete any file in /srv/export.", "Any time a file is locked, skip it."),
        ("Du darfst keine Datei löschen.", "Immer wenn eine Datei gesperrt ist, überspring sie."),
        ("Нельзя удалять ни один файл.", "Каждый раз, когда файл заблокирован, пропускай его."),
        ("不准删除任何文件。", "每当文件被锁定时，跳过它。"),
        ("ファイルは一切削除しないでください。", "ファイルがロックされているときは、必ずスキップしてください。"),
        ("어떤 파일도 삭제하지 마세요.", "파일이 잠겨 있을 때마다 건너뛰세요."),
    ],
)
def test_what_to_do_in_a_case_leaves_what_is_forbidden_in_any(ban: str, case: str) -> None:
    assert ban.rstrip(".。") in summary_of(ban, case)
