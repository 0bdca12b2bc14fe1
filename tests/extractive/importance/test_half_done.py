"""Of what was tried, handed on or done by half, what is left is open; steps on the way are nothing more."""

import pytest

from tests.extractive.importance.open_after import open_after


@pytest.mark.parametrize(
    ("asked", "failure"),
    [
        ("Send the invoice to Harlow.", "It bounced a second time, the server gives no reason."),
        ("Lade das Protokoll hoch.", "Das Hochladen ist fehlgeschlagen, wieder ohne Begründung."),
        ("Baja la factura de mayo.", "No pude entrar, el portal sigue cerrado."),
        ("把合同上传到网盘。", "上传又失败了，没有说明原因。"),
        ("明細をダウンロードして。", "サイトに入れませんでした。"),
    ],
)
def test_what_was_tried_and_did_not_work_is_open(asked: str, failure: str) -> None:
    assert open_after(asked, failure) == f"- {asked}"
    assert open_after(asked, failure, "ugh") == f"- {asked}"


def test_a_second_try_stands_with_what_is_tried() -> None:
    tried = ("Charge the deposit.", "The card was declined.", "Use the other one then.")
    assert open_after(*tried) == f"- {tried[0]}\n- {tried[2]}"
    assert open_after(*tried, "That one bounced too.") == f"- {tried[0]}\n- {tried[2]}"
    assert open_after(*tried, "The other one went through, 120 euros are charged.") == ""


@pytest.mark.parametrize(
    ("asked", "handed_on"),
    [
        ("Where is the spare key?", "I asked Moira, who may know."),
        ("Wo ist der Ersatzschlüssel?", "Ich habe beim Hausmeister nachgefragt."),
        ("Où est le double des clés ?", "J'ai appelé la gardienne."),
        ("¿Dónde está la llave de repuesto?", "Le escribí al portero."),
        ("備品の鍵はどこですか？", "総務に問い合わせました。"),
    ],
)
def test_what_somebody_else_was_asked_about_is_open(asked: str, handed_on: str) -> None:
    assert open_after(asked, handed_on) == f"- {asked}"


@pytest.mark.parametrize(("asked", "reply"), [("Ask Moira about the key.", "I asked Moira, the key is with Pete.")])
def test_whoever_was_to_ask_and_did_is_done(asked: str, reply: str) -> None:
    assert open_after(asked, reply) == ""


@pytest.mark.parametrize(
    ("asked", "half"),
    [
        ("Fälle die Birke und räum die Äste weg.", "Die Birke ist gefällt. Jetzt noch die Äste."),
        ("Abats le bouleau et enlève les branches.", "Le bouleau est abattu. Restent les branches."),
        ("Corta el abedul y retira las ramas.", "El abedul ya está cortado. Quedan las ramas."),
        ("Спили берёзу и убери ветки.", "Берёза спилена. Остались ветки."),
        ("احذف الفرع القديم ورتب الوسوم.", "تم حذف الفرع. بقيت الوسوم."),
    ],
)
def test_what_is_said_to_be_left_is_open(asked: str, half: str) -> None:
    assert open_after(asked, half) == f"- {asked}"


def test_half_of_what_was_asked_is_not_all_of_it() -> None:
    asked = "Order the cake and tell Jo about the party."
    assert open_after(asked, "The cake is ordered, 38 euros.") == f"- {asked}"
    assert open_after(asked, "The cake is ordered, 38 euros.", "thanks, lovely weather") == f"- {asked}"
    assert open_after(asked, "The cake is ordered, and Jo knows about the party.") == ""


@pytest.mark.parametrize(
    ("asked", "half", "whole"),
    [
        (
            "Update the readme, and the changelog needs an entry for 2.4.",
            "The readme is updated.",
            "The readme is updated, and the changelog has an entry for 2.4.",
        ),
        (
            "Bitte buche den Transporter und such Hotelzimmer in Lyon.",
            "Der Transporter ist gebucht.",
            "Der Transporter ist gebucht, und die Hotelzimmer in Lyon sind gefunden.",
        ),
        (
            "احجز الشاحنة وابحث عن فندق في ليون من فضلك.",
            "تم حجز الشاحنة.",
            "تم حجز الشاحنة، ووجدت فندقا في ليون.",
        ),
        (
            "バンを予約して、リヨンのホテルを探してください。",
            "バンを予約しました。",
            "バンを予約し、リヨンのホテルも見つけました。",
        ),
        (
            "밴을 예약하고 리옹에서 호텔을 찾아 주세요.",
            "밴을 예약했습니다.",
            "밴을 예약했고 리옹에서 호텔도 찾았습니다.",
        ),
        (
            "Rename the invoice template, tell Ruth about the fees.",
            "I have renamed the invoice template.",
            "I have renamed the invoice template, and Ruth knows about the fees.",
        ),
        (
            "Où est la clé de secours et quand ouvre le dépôt ?",
            "La clé de secours est dans le tiroir.",
            "La clé de secours est dans le tiroir, et le dépôt ouvre à 9 heures.",
        ),
    ],
)
def test_what_is_done_of_two_things_in_one_sentence_closes_one(asked: str, half: str, whole: str) -> None:
    assert asked.rstrip(".。") in open_after(asked, half)
    assert open_after(asked, whole) == ""


@pytest.mark.parametrize(
    ("asked", "reply"),
    [
        ("Be a dear and order flowers for Hetty.", "The flowers for Hetty are ordered."),
        ("Sei so lieb und bestell die Blumen.", "Die Blumen sind bestellt."),
        ("Check the logs, see what went wrong.", "The logs show that the disk was full."),
        ("Look at auth.py, tell me what is wrong.", "auth.py never closes the session."),
        ("Look at the log, find the error, fix it.", "The error was a missing index; I added it."),
        ("Open the config file, find the database password.", "The database password is empty."),
        ("Schreib den Bericht, halte ihn kurz.", "Der Bericht ist fertig."),
        ("Mira los registros, dime qué falló.", "Los registros muestran que el disco estaba lleno."),
        ("看一下日志，告诉我哪里出错了。", "日志显示磁盘满了。"),
        ("اكتب التقرير وارسله", "تم كتابة التقرير وإرساله"),
        ("파일을 열고 줄 수를 세어", "파일은 412줄입니다"),
        ("코드를 고치고 테스트를 돌려 줘", "테스트가 모두 통과했습니다."),
        ("Abre el archivo y cuenta las líneas.", "Son 412 líneas."),
        ("Abra o arquivo e conte as linhas.", "São 412 linhas."),
        ("Apri il file e conta le righe.", "Sono 412 righe."),
    ],
)
def test_a_step_on_the_way_to_something_is_no_second_request(asked: str, reply: str) -> None:
    assert open_after(asked, reply) == ""


@pytest.mark.parametrize(
    ("asked", "reply"),
    [
        ("Check the backup and tell me what is missing.", "The backup is checked, all of it is there."),
        ("Prüf die Sicherung und sag mir, was fehlt.", "Die Sicherung ist geprüft, alles ist da."),
        ("Vérifie la sauvegarde et dis-moi ce qui manque.", "La sauvegarde est vérifiée, tout y est."),
        ("Revisa la copia de seguridad y dime qué falta.", "La copia de seguridad está revisada, todo está."),
        ("Verifica o backup e diz-me o que falta.", "O backup está verificado, está tudo lá."),
        ("Controlla il backup e dimmi cosa manca.", "Il backup è controllato, c'è tutto."),
        ("Проверь резервную копию и скажи, чего не хватает.", "Резервная копия проверена, всё на месте."),
        ("افحص النسخة الاحتياطية ثم أخبرني ماذا ينقص.", "تم فحص النسخة الاحتياطية، كل شيء موجود."),
        ("बैकअप जाँचो और मुझे बताओ क्या गायब है।", "बैकअप जाँच लिया, सब कुछ है।"),
        ("检查备份，然后告诉我缺了什么。", "备份已检查，一切都在。"),
        ("倉庫の在庫表を更新して、誰が最後に変えたか教えてください。", "倉庫の在庫表を更新しました。"),
        ("백업을 확인하고 무엇이 없는지 알려 주세요.", "백업을 확인했습니다. 모두 있습니다."),
    ],
)
def test_who_wants_to_be_told_what_comes_of_it_asks_for_nothing_more(asked: str, reply: str) -> None:
    assert open_after(asked, reply) == ""
