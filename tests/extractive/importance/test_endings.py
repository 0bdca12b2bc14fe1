"""However a conversation ends: what is still to be done stands as open, and where all is done nothing does."""

import pytest

from compactd.domain.messages import ChatMessage, Role, ToolCall
from compactd.extractive import summarize
from tests.quality import endings
from tests.quality.languages import LANGUAGES, bare, marks
from tests.quality.requests import open_section
from tests.quality.scoring import holds_words

U, A, T = Role.USER, Role.ASSISTANT, Role.TOOL


def open_after(*turns: str) -> str:
    """What is open after turns, a user first."""
    roles = (U, A) * len(turns)
    said = [ChatMessage(role=role, content=bare(text)) for role, text in zip(roles, turns, strict=False)]
    return open_section(summarize(said, 600)).strip()


@pytest.mark.parametrize("code", LANGUAGES)
def test_in_each_language_most_of_what_is_half_done_or_only_begun_is_open(code: str) -> None:
    wrong: list[endings.Turns] = []
    for turns in endings.turns_of(code, "developed"):
        body, probes = open_after(*turns), marks(" ".join(turns))
        if not (all(holds_words(body, probe) for probe in probes) if probes else not body):
            wrong.append(turns)
    assert len(wrong) <= 1


@pytest.mark.parametrize(
    ("wish", "remark"),
    [
        ("Ya va tocando cambiar las ruedas del coche.", "Las ruedas del coche las cambié ayer."),
        ("Хорошо бы уже полить цветы на балконе.", "Цветы на балконе я полила утром."),
        ("玄関の電球がまだ切れたままです。", "玄関の電球は昨日替えました。"),
        ("बरामदे की बत्ती अब भी टिमटिमाती है।", "बरामदे की बत्ती कल मैंने बदल दी।"),
    ],
)
def test_what_is_wished_for_in_words_that_no_table_has_is_open(wish: str, remark: str) -> None:
    done = ("Please send the menu.", "The menu is sent.")
    assert open_after(*done, wish, "Okay.") == f"- {wish}"
    assert open_after(*done, remark, "Good evening to you!") == ""


@pytest.mark.parametrize("farewell", ["See you tomorrow.", "Take care!", "Forget it, it works now."])
def test_no_farewell_takes_the_place_of_what_is_open(farewell: str) -> None:
    asked = "Please find out why the printer is offline."
    assert farewell not in open_after(asked, "I am looking into it.", farewell, "Okay.")
    if not farewell.startswith("Forget"):
        assert open_after(asked, "I am looking into it.", farewell, "Okay.") == f"- {asked}"


@pytest.mark.parametrize(
    ("asked", "moot"),
    [
        ("Book the hall for the 9th.", "No need any more, the concert has been called off."),
        ("Miete bitte einen Anhänger.", "Nicht mehr nötig, mein Bruder hat einen."),
        ("Réserve la salle pour le 9.", "Plus la peine, le concert est annulé."),
        ("予約を取ってください。", "もういいよ、母が取ってくれたから。"),
        ("给供应商打个电话。", "不用了，他们已经来了。"),
    ],
)
def test_what_is_needed_no_longer_is_not_open(asked: str, moot: str) -> None:
    assert open_after(asked, "Okay.", moot) == ""


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


@pytest.mark.parametrize(
    ("question", "greeting"),
    [
        ("Who has the spare key?", "Cheers, Ruth!"),
        ("Wer hat den Schlüssel?", "Danke, Frau Weber!"),
        ("Qui a la clé ?", "Merci, Julien !"),
        ("¿Quién tiene la llave?", "¡Gracias, doña Carmen!"),
        ("من عنده المفتاح؟", "شكرا، يا مريم!"),
        ("चाबी किसके पास है?", "धन्यवाद, मीरा जी!"),
        ("钥匙在谁那里？", "谢谢，王先生！"),
        ("鍵は誰が持っていますか？", "ありがとう、森さん！"),
        ("열쇠는 누가 가지고 있나요?", "고마워요, 민수 씨!"),
    ],
)
def test_a_kind_word_to_somebody_by_name_answers_nothing(question: str, greeting: str) -> None:
    assert open_after(question, greeting) == f"- {question}"


def test_a_second_try_stands_with_what_is_tried() -> None:
    tried = ("Charge the deposit.", "The card was declined.", "Use the other one then.")
    assert open_after(*tried) == f"- {tried[0]}\n- {tried[2]}"
    assert open_after(*tried, "That one bounced too.") == f"- {tried[0]}\n- {tried[2]}"
    assert open_after(*tried, "The other one went through, 120 euros are charged.") == ""


@pytest.mark.parametrize(
    ("offer", "consent"),
    [
        ("A moved block avoids it. Do you want me to add one?", "god yes"),
        ("Soll ich ihn auf Donnerstag umbuchen?", "ja bitte"),
        ("Voulez-vous que je vous renvoie une housse neuve ?", "Volontiers."),
        ("検証部分を別関数に切り出しましょうか？", "お願いします！"),
        ("検証部分を別関数に切り出しましょうか。", "お願いします！"),
        ("따로 목록을 만들어 드릴까요.", "네, 그래요"),
    ],
)
def test_what_somebody_agrees_to_is_open_with_the_consent(offer: str, consent: str) -> None:
    question = offer.rpartition(". ")[2]
    assert question in open_after("Hm.", offer, consent)
    assert question not in open_after("Hm.", offer, "No, thanks.")


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("Why does the second call to flush block?", "Good question, let me trace it."),
        ("Warum bleibt der zweite Aufruf hängen?", "Gute Frage, ich verfolge das mal."),
        ("¿Por qué se queda colgada la segunda llamada?", "Buena pregunta, voy a trazarlo."),
    ],
)
def test_a_question_is_open_while_its_answer_is_only_announced(question: str, reply: str) -> None:
    assert open_after(question, reply) == f"- {question}"


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


def test_what_a_tool_was_called_for_without_a_word_is_open() -> None:
    call = ToolCall("c", "book_seat", '{"seat": "12A"}')
    for asked in ("Забронируй место 12A.", "预订12A座位。"):
        talk = [ChatMessage(role=U, content=asked), ChatMessage(role=A, tool_calls=(call,))]
        assert open_section(summarize(talk, 600)).strip() == f"- {asked}"


@pytest.mark.parametrize(
    ("asked", "announced", "done"),
    [
        ("Cerca il verbale di maggio.", "Lo domando in segreteria.", "Il verbale di maggio è nella cartella dei soci."),
        ("Busca el acta de mayo.", "La busco en el archivo ahora.", "El acta de mayo está en tu correo."),
        ("Procura a ata de maio.", "Perguntando na portaria.", "A ata de maio está na pasta."),
        ("Найди протокол за май.", "Пороюсь в архиве.", "Протокол за май лежит в общей папке."),
        ("把五月的会议记录找出来。", "我翻翻档案。", "五月的会议记录找到了，在共享盘里。"),
        ("5月の議事録を探して。", "総務に聞いてみます。", "5月の議事録は共有フォルダにありました。"),
        ("5월 회의록을 찾아 줘.", "총무팀에 물어볼게.", "5월 회의록은 공유 폴더에 있어요."),
    ],
)
def test_a_verb_in_the_first_person_announces_and_does_not_report(asked: str, announced: str, done: str) -> None:
    assert open_after(asked, announced) == f"- {asked}"
    assert open_after(asked, announced, "ok", done) == ""


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


@pytest.mark.parametrize("reply", ["Committing now.", "The commit comes next.", "I'll do that in a minute.", "Sure."])
def test_what_is_announced_is_not_done(reply: str) -> None:
    asked = "Commit it on a branch called login-limit."
    assert open_after(asked, reply, "ok! making tea", "Enjoy!") == f"- {asked}"


def test_an_answer_to_another_question_ends_no_request() -> None:
    asked = "Find me a plumber for the weekend."
    assert open_after(asked, "I'm asking around.", "Who came last time?", "Harlow & Sons did.") == f"- {asked}"


def test_what_is_reported_while_small_talk_goes_on_is_done() -> None:
    talk = "Rotate the key for staging.", "On it.", "coffee, brb", "The key for staging is rotated.", "ta!"
    assert open_after(*talk) == ""


def test_a_noun_that_follows_a_request_asks_for_one_thing_more() -> None:
    wanted = "And a two-line bio of me for the programme."
    assert open_after("Print the menu.", "The menu is printed.", wanted, "Sounds good.", "It rains.").endswith(
        "bio of me for the programme."
    )
    assert open_after("Print the menu.", "The menu is printed.", "And it is raining again.", "Oh dear!") == ""


def test_a_request_for_one_thing_in_some_form_is_open_and_no_standing_instruction() -> None:
    said = ("Book the Seeblick.", "Booked, LEJ-1119.", "Then send me an overview of all costs, as a table.", "Sure.")
    messages = [ChatMessage(role=role, content=text) for role, text in zip((U, A, U, A), said, strict=True)]
    summary = summarize(messages, 600)
    assert summary.count("overview of all costs") == 1
    assert open_section(summary).strip().endswith("overview of all costs, as a table.")


def test_what_ends_a_rule_is_no_request_beside_one() -> None:
    asked = "Call me Doctor Vance from now on.", "Certainly.", "You can drop the title again. Print the menu.", "Sure."
    assert open_after(*asked) == "- Print the menu."


def test_whoever_chooses_decides_and_makes_no_rule() -> None:
    said = "Why does it fail?", "Out of memory, chunks of 5000.", "Let's go with 2000 instead of 5000.", "Will do."
    messages = [ChatMessage(role=role, content=text) for role, text in zip((U, A, U, A), said, strict=True)]
    summary = summarize(messages, 600)
    assert "go with 2000" in summary
    assert "Standing instructions" not in summary


def test_what_the_same_call_did_later_is_no_error_any_more() -> None:
    def run(number: int, output: str) -> list[ChatMessage]:
        call = ToolCall(f"c{number}", "run", '{"command": "pytest tests/test_dump.py"}')
        return [
            ChatMessage(role=A, tool_calls=(call,)),
            ChatMessage(role=T, content=output, tool_call_id=call.id),
        ]

    said = [ChatMessage(role=U, content="Make the tests of the dump pass."), *run(1, "Error: ERR_SUM_17: sums differ")]
    assert "ERR_SUM_17: sums differ" in summarize(said, 600)
    assert "sums differ" not in summarize([*said, *run(2, "5 passed in 0.81s")], 600)
    assert "sums differ" in summarize([*said, *run(2, "5 passed"), *run(3, "Error: ERR_SUM_17: sums differ")], 600)


def test_the_goal_stands_beside_an_open_request_unless_the_user_turned_from_it() -> None:
    goal = "Can you help me plan mum's birthday?"
    talk = (goal, "Gladly!", "Scrap the calendar thing by the way.", "All right.", "Pay the deposit.", "One moment.")
    roles = (U, A) * 3
    summary = summarize([ChatMessage(role=role, content=text) for role, text in zip(roles, talk, strict=True)], 600)
    assert f"## Goals\n- {goal}" in summary


def test_what_has_no_word_of_asking_is_the_goal_where_the_conversation_begins_with_it() -> None:
    talk = ("Add rate limiting to the login endpoint.", "I'll look at it.", "Make it 10 attempts, please.", "On it.")
    summary = summarize([ChatMessage(role=r, content=text) for r, text in zip((U, A) * 2, talk, strict=True)], 600)
    assert "## Goals\n- Add rate limiting to the login endpoint.\n" in summary
    assert open_section(summary).strip() == "- Make it 10 attempts, please."


def test_thanks_and_announcements_fill_no_room() -> None:
    talk = ("Print the menu for the wedding.", "I'll note that.", "thanks, you're a star", "It is printed on card.")
    summary = summarize([ChatMessage(role=r, content=text) for r, text in zip((U, A) * 2, talk, strict=True)], 600)
    assert "printed on card" in summary
    assert "star" not in summary
    assert "note that" not in summary


def test_a_request_behind_a_reason_that_tells_how_things_are_is_open() -> None:
    asked = "Since you're at it, pull the March statements from the bank."
    assert open_after("Print the menu.", "The menu is printed.", asked, "I'll widen the search.") == f"- {asked}"


@pytest.mark.parametrize(
    "reply",
    [
        "Nothing from them yet.",
        "I couldn't reach their office just now.",
        "Safe travels!",
        "Their server answers with a timeout.",
    ],
)
def test_what_is_not_so_yet_a_kind_word_and_a_failure_end_no_request(reply: str) -> None:
    asked = "Please get me a refund for the tickets."
    assert open_after(asked, reply, "typical") == f"- {asked}"


@pytest.mark.parametrize("again", ["Oh, forget it, my aunt has one.", "Never mind, I've found it myself."])
def test_what_is_taken_back_in_one_breath_is_not_open(again: str) -> None:
    assert open_after(f"Can you look for a ladder? {again}", "Alright.") == ""
    assert open_after(f"{again} Can you look for a ladder?", "Alright.").endswith("Can you look for a ladder?")


@pytest.mark.parametrize(
    ("asked", "besides"),
    [
        ("Can you paint the fence?", "No need to hurry."),
        ("Could you sweep the attic?", "Ignore the cobwebs."),
        ("Can you weed the garden?", "Forget the shed behind the garden."),
        ("Kannst du den Zaun streichen?", "Ignoriere die Hühner."),
        ("Можешь покрасить забор?", "Кисти не надо."),
        ("请把围栏刷一遍。", "屋顶算了。"),
    ],
)
def test_what_is_not_wanted_besides_takes_back_nothing_else(asked: str, besides: str) -> None:
    assert open_after("Hello.", "Hi.", f"{asked} {besides}").startswith(f"- {asked}")


@pytest.mark.parametrize(
    ("stays", "goes", "again"),
    [
        ("Paint the fence on Monday.", "Bake a cake for the choir.", "Forget the cake."),
        ("Paint the fence on Monday.", "Bake a cake for the choir.", "Never mind the cake, Ann has baked one."),
        ("Paint the fence on Monday.", "Bake a cake for the choir.", "Scrap that."),
        ("Bake a cake for the choir.", "Paint the fence on Monday.", "Never mind, Ann has done it."),
        ("Streich bitte den Zaun am Montag.", "Back bitte einen Kuchen für den Chor.", "Kuchen ist nicht nötig."),
        ("Streich bitte den Zaun am Montag.", "Back bitte einen Kuchen für den Chor.", "Ach, vergiss es."),
        ("Peins la clôture lundi, s'il te plaît.", "Prépare un gâteau pour la chorale.", "Laisse tomber."),
        ("Pinta la valla el lunes, por favor.", "Prepara una tarta para el coro.", "Olvídalo."),
        ("Покрась забор в понедельник, пожалуйста.", "Испеки, пожалуйста, торт для хора.", "Торт не надо."),
    ],
)
def test_of_several_requests_the_one_that_is_named_is_taken_back_else_the_last(
    stays: str, goes: str, again: str
) -> None:
    assert open_after("Hello.", "Hi.", f"{stays} {goes} {again}") == f"- {stays}"


def test_the_one_that_is_named_is_taken_back_though_another_one_follows() -> None:
    said = "Bake a cake for the choir. Paint the fence on Monday. Forget the cake."
    assert open_after("Hello.", "Hi.", said) == "- Paint the fence on Monday."


def test_what_is_taken_back_in_one_breath_leaves_what_was_asked_before_it() -> None:
    before = ("Please mend the cellar door.", "I'll look into it.")
    assert open_after(*before, "Can you borrow a drill? Oh, forget it, Tim has one.", "Alright.") == f"- {before[0]}"
    done = (before[0], "The cellar door is mended.")
    assert open_after(*done, "Can you borrow a drill? Oh, forget it, Tim has one.", "Alright.") == ""


def test_a_wish_beside_another_one_that_is_done_is_open() -> None:
    asked = "I need a caption for the poster, and Sue should know that we come at six."
    assert open_after(asked, "Sue knows about six.") == f"- {asked}"
    assert open_after(asked, "Sue knows about six, and the caption for the poster is: Come and see.") == ""


@pytest.mark.parametrize(
    "wish", ["A packing list for the cabin would save my life.", "Eine Packliste für die Hütte wäre Gold wert."]
)
def test_what_would_be_welcome_is_asked_for(wish: str) -> None:
    assert open_after(wish, "Okay.") == f"- {wish}"
    assert open_after("That would be such a relief for her.", "Okay.") == ""


def test_what_has_to_be_so_is_open_once_the_assistant_set_to_work_on_it_whatever_is_asked_besides() -> None:
    asked = "The button of the form should be green."
    assert open_after(asked, "I'll take a look.", "When is the fair?", "On 12 June.") == f"- {asked}"
    assert open_after(asked, "The button is green now.", "When is the fair?", "On 12 June.") == ""


def test_what_stands_beside_a_request_is_one_of_its_own_in_whatever_words() -> None:
    asked = "Any chance you could work out what we owe the cleaner and drop her a line that Thursday is fine?"
    assert open_after(asked, "She knows about Thursday now.", "Perfect.") == f"- {asked}"
    assert open_after(asked, "We owe the cleaner 84 euros, and she knows about Thursday.", "Perfect.") == ""


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("Нам понадобится план стенда на выставку.", "Коллега тоже смотрел и только пожал плечами."),
        ("전시 부스 도면이 필요할 거예요.", "동료도 봤는데 어깨만 으쓱했어요."),
    ],
)
def test_what_only_tells_stands_beside_no_request(asked: str, told: str) -> None:
    assert open_after(f"{asked} {told}") == f"- {asked}"


def test_what_is_due_is_asked_for_in_chinese() -> None:
    assert open_after("对了，停车证也该续了。") == "- 停车证也该续了。"


@pytest.mark.parametrize("asked", ["Vê aí se o entregador passou.", "Vedi un po' se il corriere è passato."])
def test_a_question_within_a_sentence_tells_nothing(asked: str) -> None:
    assert open_after(asked) == f"- {asked}"


@pytest.mark.parametrize(
    ("asked", "reply"),
    [
        ("Run the unit tests.", "All unit tests are green right now."),
        ("Look up the unit price.", "The unit price is 4 euros for now."),
        ("Find the server.", "The server is under the stairs for now."),
        ("Look up the price.", "The price is down to 4 euros for now."),
        ("Schick die Rechnung an Frau Kunz.", "Die Rechnung ist noch heute Morgen an Frau Kunz gegangen."),
        ("Ist der Ofen noch warm?", "Ja, er ist noch warm."),
        ("هل الخادم يعمل؟", "الخادم ما زال يعمل."),
        ("Est-ce que le serveur tourne ?", "Le serveur ne tourne pas actuellement."),
        ("¿Funciona el servidor?", "El servidor no funciona ahora mismo."),
    ],
)
def test_what_is_so_now_or_was_done_just_now_ends_a_request(asked: str, reply: str) -> None:
    assert open_after(asked, reply, "ok") == ""


@pytest.mark.parametrize(
    ("asked", "reply"),
    [
        ("Please get me a refund.", "Their office is unreachable at the moment."),
        ("Schick die Rechnung an Frau Kunz.", "Die Rechnung ist noch in Arbeit."),
        ("أرسل الفاتورة إلى ليلى.", "الفاتورة ما زالت قيد المراجعة."),
    ],
)
def test_what_is_still_in_the_works_ends_no_request(asked: str, reply: str) -> None:
    assert open_after(asked, reply, "ok") == f"- {asked}"


@pytest.mark.parametrize(
    ("asked", "reply"),
    [
        ("Who wrote Faust?", "Goethe!"),
        ("What is the capital of Australia?", "It's Canberra!"),
        ("Where is my order SO-1?", "In the warehouse!"),
        ("¿Cuál es la capital de Perú?", "¡Lima!"),
        ("《红楼梦》是谁写的？", "曹雪芹！"),
    ],
)
def test_a_loud_answer_ends_a_question_and_a_loud_word_no_request(asked: str, reply: str) -> None:
    assert open_after(asked, reply) == ""
    assert open_after("Please get me a refund.", reply) == "- Please get me a refund."


@pytest.mark.parametrize(
    "remark",
    [
        "My old boss would love the colour.",
        "Nobody would complain now.",
        "Anyone would be happy with that.",
        "Meine Oma würde sich freuen.",
        "Мама бы обрадовалась такому подарку.",
        "Mi madre diría lo mismo.",
        "A minha irmã adoraria isso.",
        "My sister would be a great help.",
        "Ma tante dirait la même chose.",
        "Mia sorella direbbe lo stesso.",
    ],
)
def test_what_somebody_would_feel_or_say_is_no_wish(remark: str) -> None:
    assert open_after(remark, "Okay.") == ""


@pytest.mark.parametrize(
    "wish",
    [
        "Un plan de la salle serait bien utile.",
        "Me vendría bien un plano de la sala para el sábado.",
        "Uma planta da sala viria a calhar.",
        "Una pianta della sala farebbe comodo.",
        "Не помешал бы план зала.",
    ],
)
def test_what_would_help_is_asked_for_in_each_language(wish: str) -> None:
    assert open_after(wish, "Okay.") == f"- {wish}"


@pytest.mark.parametrize(
    ("question", "wish", "answer"),
    [
        ("Which day is the depot closed?", "Good luck with the move!", "On Sunday!"),
        ("Which day is the depot closed?", "Cheers!", "Sunday!"),
        ("Wer hat den Schuppen gebaut?", "Viel Erfolg!", "Herr Goethe!"),
        ("Quel jour le dépôt est-il fermé ?", "Bonne chance !", "Dimanche !"),
        ("¿Qué día cierra el depósito?", "¡Mucha suerte!", "¡El domingo!"),
        ("Em que dia o depósito fecha?", "Boa sorte!", "No domingo!"),
        ("Che giorno chiude il deposito?", "In bocca al lupo!", "La domenica!"),
        ("В какой день закрыт склад?", "Удачи!", "В воскресенье!"),
        ("في أي يوم يغلق المستودع؟", "حظا سعيدا!", "يوم الأحد!"),
        ("गोदाम किस दिन बंद रहता है?", "शुभकामनाएँ!", "रविवार को!"),
        ("仓库哪天关门？", "祝你好运！", "星期天！"),
        ("倉庫は何曜日が休みですか？", "幸運を祈ります！", "日曜日です！"),
        ("창고는 무슨 요일에 쉬나요?", "행운을 빌어요!", "일요일이요!"),
    ],
)
def test_a_good_wish_answers_no_question(question: str, wish: str, answer: str) -> None:
    assert question in open_after(question, wish)
    assert open_after(question, answer) == ""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("¿Qué ministerio lo paga?", "Salud."),
        ("Qual ministério paga isso?", "Saúde."),
        ("Quel ministère paie ?", "Santé."),
        ("Which bar is it?", "Cheers on Main Street."),
        ("Which card did you send?", "Happy birthday card with a cat."),
        ("¿A qué hora abre?", "Que todo abre a las nueve."),
        ("仓库哪天关门？", "祝融节那天。"),
    ],
)
def test_what_only_begins_like_a_good_wish_answers_a_question(question: str, answer: str) -> None:
    assert open_after(question, answer) == ""


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
        ("Sei so lieb und bestell die Blumen für Hetty.", "Die Blumen für Hetty sind bestellt."),
        ("Sois gentil et commande les fleurs pour Hetty.", "Les fleurs pour Hetty sont commandées."),
        ("Hazme el favor y pide las flores para Hetty.", "Las flores para Hetty están pedidas."),
        ("Seja tão gentil e encomende as flores para a Hetty.", "As flores para a Hetty estão encomendadas."),
        ("Sii così gentile e ordina i fiori per Hetty.", "I fiori per Hetty sono ordinati."),
        ("Будь добр и закажи цветы для Хетти.", "Цветы для Хетти заказаны."),
    ],
)
def test_kindness_is_no_second_request(asked: str, reply: str) -> None:
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


@pytest.mark.parametrize(
    ("asked", "reply"),
    [
        ("Order badges.", "Great, it is on its way. Sure, is there anything else?"),
        ("Bestell die Blumen.", "Die Blumen sind bestellt. Gern geschehen, noch etwas?"),
        ("Commande les fleurs.", "Les fleurs sont commandées. Avec plaisir, autre chose ?"),
        ("Pide las flores.", "Las flores están pedidas. Claro, ¿necesitas algo más?"),
        ("Encomenda as flores.", "As flores estão encomendadas. Claro, mais alguma coisa?"),
        ("Ordina i fiori.", "I fiori sono ordinati. Certo, serve altro?"),
        ("Закажи цветы.", "Цветы заказаны. Конечно, что-нибудь ещё?"),
    ],
)
def test_who_offers_more_is_done(asked: str, reply: str) -> None:
    assert open_after(asked, reply) == ""


@pytest.mark.parametrize(
    ("asked", "reply"),
    [
        ("Write the intro and the summary.", "Both are written."),
        ("Restart the worker.", "It is running again."),
        ("Restart the worker.", "Worker's back up."),
        ("Write a haiku.", "Old pond, frog leaps in."),
    ],
)
def test_a_brief_report_in_other_words_ends_a_request(asked: str, reply: str) -> None:
    assert open_after(asked, reply) == ""
