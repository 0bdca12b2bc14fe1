"""However a conversation ends: what is still to be done stands as open, and where all is done nothing does."""

import pytest

from compactd.domain.messages import ChatMessage, ToolCall
from compactd.extractive import summarize
from tests.extractive.importance.open_after import A, T, U, open_after
from tests.quality import endings
from tests.quality.languages import LANGUAGES, marks
from tests.quality.requests import open_section
from tests.quality.scoring import holds_words


@pytest.mark.parametrize("code", LANGUAGES)
def test_in_each_language_most_of_what_is_half_done_or_only_begun_is_open(code: str) -> None:
    wrong: list[endings.Turns] = []
    for turns in endings.turns_of(code, "developed"):
        body, probes = open_after(*turns), marks(" ".join(turns))
        if not (all(holds_words(body, probe) for probe in probes) if probes else not body):
            wrong.append(turns)
    assert len(wrong) <= 1


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


@pytest.mark.parametrize("reply", ["Committing now.", "The commit comes next.", "I'll do that in a minute.", "Sure."])
def test_what_is_announced_is_not_done(reply: str) -> None:
    asked = "Commit it on a branch called login-limit."
    assert open_after(asked, reply, "ok! making tea", "Enjoy!") == f"- {asked}"


def test_an_answer_to_another_question_ends_no_request() -> None:
    asked = "Find me a plumber for the weekend."
    assert open_after(asked, "I'm asking around.", "Who came last time?", "Harlow & Sons did.") == f"- {asked}"


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
