"""The last request that is not done stands last; one that is done stands nowhere as open."""

import pytest

from compactd.domain.messages import ChatMessage, Role, ToolCall
from compactd.extractive import summarize
from tests.quality.requests import open_section

U, A, T = Role.USER, Role.ASSISTANT, Role.TOOL


def said(*spoken: tuple[Role, str]) -> list[ChatMessage]:
    return [ChatMessage(role=role, content=text) for role, text in spoken]


def open_request(messages: list[ChatMessage], limit: int = 700) -> str:
    """The section of the open request, and nothing if that is not the last one."""
    return summarize(messages, limit).partition("## Open request\n")[2]


EXPORT = ((U, "Please export the ledger as CSV."), (A, "Exported 812 rows to /srv/out/ledger.csv."))


def test_a_request_that_nobody_answered_is_open() -> None:
    request = open_request(said(*EXPORT, (U, "Thanks. Now rename the column amt to amount_eur.")))
    assert request == "- Now rename the column amt to amount_eur."


@pytest.mark.parametrize("farewell", ["Thanks, that's all!", "Perfect, thank you so much for your help.", "Ok."])
def test_after_an_answer_and_thanks_nothing_is_open(farewell: str) -> None:
    assert open_request(said(*EXPORT, (U, farewell))) == ""


def test_an_answered_request_is_not_open() -> None:
    assert open_request(said(*EXPORT)) == ""


@pytest.mark.parametrize("reply", ["I'll look at the schema first.", "Which of the two columns do you mean?"])
def test_a_request_is_open_until_the_assistant_came_to_an_end_with_it(reply: str) -> None:
    assert "amount_eur" in open_request(said(*EXPORT, (U, "Rename the column amt to amount_eur."), (A, reply)))


def test_a_request_on_which_tools_still_work_is_open() -> None:
    call = ToolCall("c", "read_file", '{"path": "schema.sql"}')
    working = [
        ChatMessage(role=A, content="I'll read it.", tool_calls=(call,)),
        ChatMessage(role=T, content="x", tool_call_id="c"),
    ]
    assert "amount_eur" in open_request([*said(*EXPORT, (U, "Rename the column amt to amount_eur.")), *working])


def test_what_a_call_of_that_name_did_is_not_open() -> None:
    call = ToolCall("c", "cancel_order", '{"order_id": "ORD-12345"}')
    done = [ChatMessage(role=A, tool_calls=(call,)), ChatMessage(role=T, content='{"status": "ok"}', tool_call_id="c")]
    assert open_request([*said((U, "Please cancel ORD-12345.")), *done]) == ""


def test_consent_is_shown_with_the_request_that_it_is_about() -> None:
    talk = ("Cancel the subscription of C-4711.", "Shall I cancel it now?", "Yes, at the end of May.")
    assert open_request(said(*zip((U, A, U), talk, strict=True))).splitlines() == [f"- {text}" for text in talk]


def test_of_several_open_ones_the_last_is_last() -> None:
    request = open_request(
        said((U, "Check the depot."), (A, "Which one?"), (U, "Check the depot in Ghent. Then mail Jan."))
    )
    assert request.splitlines()[-1] == "- Then mail Jan."


def test_a_request_that_was_taken_back_is_not_open() -> None:
    assert "Ghent" not in open_request(said((U, "Check the depot in Ghent."), (U, "Never mind.")))


@pytest.mark.parametrize(
    "asked",
    ["I'd be really happy if the totals on the second sheet matched.", "The second sheet needs a column for totals."],
)
def test_a_request_clothed_in_thanks_or_in_a_statement_is_open(asked: str) -> None:
    assert "second sheet" in open_request(said(*EXPORT, (U, asked)))


def test_whoever_says_go_on_asks_for_nothing_new() -> None:
    talk = said(*EXPORT, (U, "Rename the column amt to amount_eur."), (A, "I'll check the schema first."))
    assert open_request([*talk, *said((U, "Okay, go on."))]) == "- Rename the column amt to amount_eur."


@pytest.mark.parametrize(
    ("question", "answer"),
    [("Sure — which colour?", "navy"), ("How many?", "40"), ("Of course, in what size?", "the large one")],
)
def test_a_short_answer_is_shown_with_the_request_that_it_is_for(question: str, answer: str) -> None:
    request = open_request(said((U, "Order badges for the offsite."), (A, question), (U, answer)))
    assert request.splitlines() == ["- Order badges for the offsite.", f"- {question}", f"- {answer}"]


def test_an_offer_of_more_work_leaves_nothing_open() -> None:
    assert open_request(said((U, "Order badges."), (A, "Great, it is on its way. Sure, is there anything else?"))) == ""


def test_a_reply_that_says_nothing_ends_no_request_but_may_answer_a_question() -> None:
    assert "replicas" in open_request(said((U, "Please set the replicas to five."), (A, "On it.")))
    assert open_request(said((U, "Are there five replicas?"), (A, "Yes."))) == ""


def test_thanks_before_a_request_do_not_hide_it() -> None:
    assert open_request(said(*EXPORT, (U, "Perfect, and now the same for the accounts of Ghent."))) != ""
    assert open_request(said(*EXPORT, (U, "Perfect, that was quick. Have a nice evening."))) == ""


def test_a_reply_that_is_at_work_ends_no_request() -> None:
    asked = (U, "Please set the replicas of the gateway to five.")
    for reply in ("Working on it now.", "Looking into the manifests.", "I'm checking the replicas first."):
        assert "replicas" in open_request(said(*EXPORT, asked, (A, reply)))
    assert open_request(said(asked, (A, "Here are the manifests: five replicas, all of them ready."))) == ""


def test_what_was_answered_stays_answered_while_the_assistant_goes_on_talking() -> None:
    talk = said(
        *EXPORT, (U, "Sorry, I was on the phone."), (A, "I'll keep an eye on it."), (U, "That surprises me a little.")
    )
    assert open_request(talk) == ""


def test_a_wish_without_a_word_of_asking_is_told_from_what_was() -> None:
    talk = (U, "We talked about it over lunch. The totals on the second sheet, too. My colleague shrugged.")
    assert open_request(said(*EXPORT, talk)) == "- The totals on the second sheet, too."


def test_a_request_that_sounds_like_a_rule_is_open_and_among_the_instructions() -> None:
    summary = summarize(said(*EXPORT, (U, "Reply to customers in formal French.")), 700)
    assert summary.count("formal French") == 2
    assert summary.endswith("## Open request\n- Reply to customers in formal French.")


@pytest.mark.parametrize(
    "asked",
    [
        "can u go over all the May invoices.",
        "All that's left is Ms Kern's signature.",
        "Still waiting for the haulier's quote.",
        "Don't forget to ring grandpa.",
        "A hotel near the station, two nights, would be great.",
        "If it's possible, exchange it for the same one in blue; if not, return it.",
        "Make the parser accept dates without a year, and raise an error for everything else.",
    ],
)
def test_a_wish_is_open_in_whatever_mood_it_is_said(asked: str) -> None:
    talk = f"Sorry, I was on the phone. {asked} My colleague shrugged."
    assert open_request(said(*EXPORT, (U, talk))).splitlines()[-1].endswith(asked)


@pytest.mark.parametrize(
    "farewell",
    [
        "Great, exactly what I needed.",
        "Perfect. I'll take it from here.",
        "Looks good to me.",
        "Okay, got it. Talk to you tomorrow.",
        "Thank you so much for your quick help with the ledger.",
        "Good. We can close this.",
    ],
)
def test_whoever_closes_wants_nothing_more(farewell: str) -> None:
    assert open_request(said(*EXPORT, (U, farewell))) == ""
    assert "amount_eur" not in open_request(
        said((U, "Rename the column amt to amount_eur."), (A, "It is renamed."), (U, farewell))
    )


@pytest.mark.parametrize(
    ("rule", "release"),
    [
        (
            "I'm on crutches, so taxis only for the time being.",
            "The crutches are history! Any way of getting there is okay again.",
        ),
        (
            "Until the merger is through, not a word to the press office.",
            "The merger went through last night, so talking to the press office is fine again.",
        ),
        ("When it's about refunds, put me on the line first.", "Refunds are all yours from today, I needn't be there."),
    ],
)
def test_a_rule_that_holds_no_more_is_not_open(rule: str, release: str) -> None:
    talk = said((U, rule), (A, "I'll look at the timetable first."), (U, release), (A, "I'll go on."))
    assert rule not in open_request(talk)


@pytest.mark.parametrize(
    ("asked", "aside", "reply"),
    [
        ("Please book the van for Friday.", "How was the rain on your side?", "No window here, sorry!"),
        ("Please book the van for Friday.", "love the new logo btw!", "Glad you like it!"),
        ("Buche bitte den Wagen für Freitag.", "Was gibt es heute zu essen?", "Vielleicht Nudeln?"),
        ("Réserve la camionnette pour vendredi.", "il fait beau ce matin ?", "Je n'ai pas de fenêtre, mais merci !"),
        ("查一下那三单为什么重复扣款。", "辛苦啦，中午吃什么好呢", "来碗面怎么样？"),
    ],
)
def test_what_stands_right_before_another_message_was_not_answered_in_between(
    asked: str, aside: str, reply: str
) -> None:
    *_, last = summarize(said((U, asked), (U, aside), (A, reply)), 700).split("## ")
    assert asked in last


def test_what_was_answered_before_two_messages_in_a_row_is_not_open() -> None:
    answered = (U, "Which tables are in the schema?"), (A, "There are nine tables in it.")
    shown = open_request(said(*answered, (U, "Good morning!"), (U, "Please book the van for Friday.")))
    assert "van" in shown
    assert "tables" not in shown


NOTED = [
    ("Ticket 449120 belongs to customer C-30917.", "Got it, noted."),
    ("Put a timeline at the top of a report.", "Acknowledged. Continuing with the plan."),
    ("The mailing list of the club is spammed.", "Okay, I'll keep to that."),
    ("Die Vorgangsnummer ist RE-2026-00417.", "Alles klar, ist notiert."),
    ("Le dossier de vol est LKT9QW-22.", "C'est noté."),
    ("La reserva es MIR-4471-Z.", "De acuerdo, anotado."),
    ("A reserva é MIR-4471-Z.", "Certo, anotado."),
    ("La prenotazione è ZK8-4471-Z.", "Va bene, annotato."),
    ("Номер аварии AV-66310.", "Хорошо, учту."),
    ("التذكرة 449120 والعميل C-30917.", "حسنًا، سجلت ذلك."),
    ("टिकट 449120 और ग्राहक C-30917 है।", "ठीक है, नोट कर लिया।"),
    ("工单 449120，客户 C-30917。", "好的，记下了。"),
    ("障害番号はINC-2291です。", "メモしました。"),
    ("항공권은 PNR-2291입니다.", "네, 적어 두었습니다."),
]


@pytest.mark.parametrize(("told", "reply"), NOTED)
def test_what_the_assistant_only_took_down_is_no_request(told: str, reply: str) -> None:
    alone = last_heading(said((U, "2 + 2 = 4."), (U, told)))  # nobody answered: it may ask for something
    assert last_heading(said((U, told), (A, reply))) != alone


def last_heading(messages: list[ChatMessage]) -> str:
    return [line for line in summarize(messages, 700).splitlines() if line.startswith("## ")][-1]


def test_what_the_assistant_took_down_and_is_about_to_do_is_open() -> None:
    shown = open_request(said((U, "Please book the van for Friday."), (A, "Noted, I'll call the garage tomorrow.")))
    assert "van" in shown


@pytest.mark.parametrize(
    "decided",
    [
        "We decided to take the train.",
        "Wir haben uns für den Zug entschieden.",
        "On a décidé de prendre le train.",
        "Hemos decidido ir en tren.",
        "Decidimos ir de comboio.",
        "Abbiamo deciso di prendere il treno.",
        "Мы решили ехать на поезде.",
        "قررنا السفر بالقطار.",
        "हमने ट्रेन से जाने का फ़ैसला किया।",
        "我们决定坐火车去。",
        "電車で行くことに決めました。",
        "기차를 타기로 결정했어요.",
    ],
)
def test_what_was_only_decided_is_no_request(decided: str) -> None:
    summary = summarize(said((U, decided)), 400)
    assert decided in summary
    assert open_section(f"\n{summary}") == ""


def test_what_is_chosen_of_what_was_asked_about_is_open_with_the_question() -> None:
    shown = open_request(said((A, "Shall I book the bus or the train?"), (U, "We decided to take the train.")))
    assert "bus or the train" in shown


@pytest.mark.parametrize(
    ("asked", "reply"),
    [
        ("Train the same model and tell me if the recall changes.", "Training is running."),
        ("Migriere das Hauptbuch auf das neue Schema.", "Die Migration läuft."),
        ("Перенеси реестр на новую схему.", "Перенос реестра идёт."),
        ("खाते को नए ढाँचे में ले जाओ।", "खाते का काम चल रहा है।"),
        ("把总账迁移到新的结构。", "迁移正在进行。"),
        ("台帳を新しいスキーマに移行してください。", "移行を実行中です。"),
        ("원장을 새 스키마로 옮겨 주세요.", "이전이 진행 중입니다."),
    ],
)
def test_work_that_runs_is_not_done(asked: str, reply: str) -> None:
    assert asked in open_section(summarize(said(*EXPORT, (U, asked), (A, reply)), 700))


def test_what_runs_again_is_done() -> None:
    assert open_section(summarize(said(*EXPORT, (U, "Restart the server."), (A, "The server is running.")), 700)) == ""
