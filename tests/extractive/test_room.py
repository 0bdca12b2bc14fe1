"""How sentences and values share the room of a page."""

import json

import pytest

from compactd.domain.messages import ChatMessage, Role, ToolCall
from compactd.extractive import Kind, summarize
from compactd.extractive.wording import listed_in
from tests.quality.conversations import plant


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("share", [20, 10, 5])
def test_what_a_line_says_is_listed_nowhere(seed: int, share: int) -> None:
    made = plant(seed)
    lines = summarize(made.messages, made.characters // share).splitlines()
    found = [listed_in(line) for line in lines]
    said = [line for line, of_line in zip(lines, found, strict=True) if not of_line]
    listed = [of_line[1] for of_line in found if of_line and of_line[0] in set(Kind)]
    assert sum(map(len, listed)) > 3
    assert not [value for values in listed for value in values if any(value in line for line in said)]


def test_what_is_said_in_words_of_its_own_comes_before_what_is_said_again_and_again() -> None:
    said: list[ChatMessage] = []
    for number in range(40):
        stated = " The ferry to the island runs on diesel." if number == 17 else ""
        said.append(ChatMessage(Role.USER, f"That is more or less what I expected to hear about the report.{stated}"))
        said.append(ChatMessage(Role.ASSISTANT, "The listing shows nothing new, so I am going to look a bit further."))
    assert "The ferry to the island runs on diesel." in summarize(said, 200)


def test_the_name_under_which_a_tool_was_given_a_value_stands_beside_it() -> None:
    """Where nothing else says it: `X7K-4410` alone could be anything."""
    call = ToolCall("c", "look_up", json.dumps({"parcel_code": "X7K-4410"}))
    said = [
        ChatMessage(Role.USER, "Where is X7K-4410, and why has it not been delivered on Tuesday?"),
        ChatMessage(Role.ASSISTANT, tool_calls=(call,)),
        ChatMessage(Role.TOOL, "in transit", tool_call_id="c"),
    ]
    assert "- parcel_code: X7K-4410" in summarize(said, 400)


def test_the_name_of_a_field_stands_alone_where_its_value_is_in_a_sentence_and_room_is_short() -> None:
    call = ToolCall("c", "look_up", json.dumps({"parcel_code": "X7K-4410"}))
    said = [
        ChatMessage(Role.USER, "Where is X7K-4410, and why has it not been delivered on Tuesday?"),
        ChatMessage(Role.ASSISTANT, tool_calls=(call,)),
        ChatMessage(Role.TOOL, "in transit", tool_call_id="c"),
    ]
    short, enough = (summarize(said, limit).splitlines() for limit in (112, 120))
    assert "- parcel_code" in short
    assert "- parcel_code: X7K-4410" in enough
    assert "- parcel_code" not in enough


def test_a_question_that_was_answered_takes_no_room_and_one_that_waits_does() -> None:
    said = [
        ChatMessage(Role.USER, "Please order a cake for the party."),
        ChatMessage(Role.ASSISTANT, "How many guests come along?"),
        ChatMessage(Role.USER, "Thirty grown-ups and their children."),
        ChatMessage(Role.ASSISTANT, "Should it be vegan or gluten free?"),
    ]
    summary = summarize(said, 600)
    assert "Thirty grown-ups" in summary
    assert "Should it be vegan" in summary
    assert "How many guests" not in summary


def test_what_users_said_last_has_room_beside_many_values() -> None:
    rows = [{"order_id": f"SO{100_411 + 37 * number}", "total": 100 + number} for number in range(60)]
    said = [
        ChatMessage(Role.USER, "I want to send something back."),
        ChatMessage(Role.ASSISTANT, tool_calls=(ToolCall("c", "list_orders", "{}"),)),
        ChatMessage(Role.TOOL, json.dumps(rows), tool_call_id="c"),
        ChatMessage(Role.ASSISTANT, "Which of them do you want to return?"),
        ChatMessage(Role.USER, "Yes, go ahead with the oldest one and refund it to the same card."),
        ChatMessage(Role.ASSISTANT, "Done, the refund was issued."),
        ChatMessage(Role.USER, "Thanks!"),
    ]
    assert "go ahead with the oldest one and refund it to the same card" in summarize(said, 600)


def test_room_that_is_left_is_not_filled_with_words_that_say_nothing() -> None:
    talk = (
        (Role.USER, "Please order two rolls of wallpaper."),
        (Role.ASSISTANT, "Which colour?"),
        (Role.USER, "ochre"),
        (Role.ASSISTANT, "Done."),
        (Role.USER, "Splendid!"),
        (Role.ASSISTANT, "Enjoy!"),
    )
    summary = summarize([ChatMessage(role, text) for role, text in talk], 600)
    assert "- ochre" in summary.lower()
    assert not [word for word in ("Done", "Splendid", "Enjoy") if word in summary]


@pytest.mark.parametrize(("shorter", "longer"), [("May 25", "May 25, 2027"), ("src/cut/api", "src/cut/api/reader.py")])
def test_what_stands_within_a_longer_value_is_not_listed_beside_it(shorter: str, longer: str) -> None:
    """Whichever of the two is worth more."""
    padding = "while there were many other things to look at on all of these pages, none of which were of any use"
    for often in (shorter, longer):
        said = [
            ChatMessage(Role.ASSISTANT, f"Let me look at {value}, {padding}.")
            for value in (shorter, longer, often, often)
        ]
        assert summarize(said, 100) == f"## Details\n- {longer}"


@pytest.mark.parametrize(("limit", "beside"), [(800, ""), (300, "Please check every invoice twice before it…")])
def test_of_an_instruction_that_is_open_the_beginning_stands_there_where_values_need_the_room(
    limit: int, beside: str
) -> None:
    rule = "Please check every invoice twice before it goes out, whoever wrote it and whatever it is for."
    messages = [
        ChatMessage(role=Role.USER, content="I send out the invoices INV-3668 and INV-3671 on 2024-05-20."),
        ChatMessage(role=Role.ASSISTANT, content="INV-3668 is over 250.00 EUR and INV-3671 over 119.50 EUR."),
        ChatMessage(role=Role.USER, content=rule),
    ]
    lines = summarize(messages, limit).splitlines()
    assert lines[:2] == ["## Standing instructions", f"- {rule}"]
    assert lines[-2:] == ["## Open request", f"- {beside or rule}"]
