"""Which result answers which call, though ids repeat."""

import pytest

from compactd.domain.calls import Answer, OpenCall, UnansweredCallMissing, WaitingCalls, match_calls
from compactd.domain.messages import ChatMessage, Role, ToolCall

USER = ChatMessage(Role.USER, "u")


def calls(*ids: str) -> ChatMessage:
    return ChatMessage(Role.ASSISTANT, tool_calls=tuple(ToolCall(name, f"tool-{name}", "{}") for name in ids))


def result(name: str) -> ChatMessage:
    return ChatMessage(Role.TOOL, "r", tool_call_id=name)


def test_a_result_answers_the_first_unanswered_call_with_its_id_of_the_latest_message_that_has_one() -> None:
    answers, waiting = match_calls([calls("a"), calls("a", "b", "a"), result("a"), result("a"), result("a")], 5, ())
    assert answers[2:] == [Answer(6, 0, "tool-a"), Answer(6, 2, "tool-a"), Answer(5, 0, "tool-a")]
    assert waiting == [OpenCall("b", 6, 1, "tool-b")]


def test_it_does_so_in_whatever_batches_they_come() -> None:
    _, waiting = match_calls([calls("a"), calls("a", "a", "a")], 5, ())
    for expected in (Answer(6, 0, "tool-a"), Answer(6, 1, "tool-a"), Answer(6, 2, "tool-a"), Answer(5, 0, "tool-a")):
        [answer], waiting = match_calls([result("a")], 9, waiting)
        assert answer == expected


def test_what_release_0_1_stored_of_a_message_with_one_id_twice_stays() -> None:
    waiting = WaitingCalls(
        (OpenCall("a", 6, 0, "tool-a"), OpenCall("a", 6, 1, "tool-a"), OpenCall("a", 6, 2, "tool-a"))
    )
    assert waiting.follow(result("a"), 7, (6, 2)) == Answer(6, 2, "tool-a")
    assert waiting.follow(result("a"), 8) == Answer(6, 0, "tool-a")
    assert waiting.youngest(9) == [OpenCall("a", 6, 1, "tool-a")]


def test_results_may_come_out_of_order_and_in_a_later_batch() -> None:
    _, waiting = match_calls([calls("a", "b")], 1, ())
    answers, waiting = match_calls([result("b")], 2, waiting)
    assert answers == [Answer(1, 1, "tool-b")]
    assert waiting == [OpenCall("a", 1, 0, "tool-a")]


@pytest.mark.parametrize("between", [USER, ChatMessage(Role.ASSISTANT, "a")])
def test_a_message_that_is_neither_call_nor_result_makes_what_waits_late(between: ChatMessage) -> None:
    answers, waiting = match_calls([calls("a", "b"), result("b"), between, calls("c"), result("a"), result("c")], 1, ())
    assert answers[1] == Answer(1, 1, "tool-b")
    assert answers[4] == Answer(1, 0, "tool-a", late=True)
    assert answers[5] == Answer(4, 0, "tool-c")
    assert waiting == []


def test_a_note_of_the_system_leaves_what_waits_as_it_is() -> None:
    note = ChatMessage(Role.SYSTEM, "A hook ran.")
    answers, waiting = match_calls([calls("a", "b"), result("a"), note, result("b")], 1, ())
    assert answers == [None, Answer(1, 0, "tool-a"), None, Answer(1, 1, "tool-b")]
    answers, waiting = match_calls([note, calls("c"), note], 5, waiting)
    assert waiting == [OpenCall("c", 6, 0, "tool-c")]
    answers, _ = match_calls([USER, note, result("c")], 8, waiting)
    assert answers[2] == Answer(6, 0, "tool-c", late=True)


@pytest.mark.parametrize("messages", [[result("a")], [calls("a"), result("b")], [calls("a"), result("a"), result("a")]])
def test_a_result_without_a_call_is_rejected_with_its_index(messages: list[ChatMessage]) -> None:
    with pytest.raises(UnansweredCallMissing) as raised:
        match_calls(messages, 1, ())
    assert raised.value.indexes == (len(messages) - 1,)


def test_all_results_without_a_call_are_named() -> None:
    with pytest.raises(UnansweredCallMissing) as raised:
        match_calls([result("a"), calls("b"), result("b"), result("b"), USER, result("c")], 1, ())
    assert raised.value.indexes == (0, 3, 5)


def test_a_repair_keeps_them_as_late_results_of_an_unknown_call() -> None:
    named = ChatMessage(Role.TOOL, "r", tool_call_id="c", name="search")
    batch = [result("a"), calls("a", "b"), result("b"), result("b"), named, result("d")]
    answers, waiting = match_calls(batch, 1, (), repair=True)
    assert answers == [
        Answer(None, None, "tool-a", late=True),
        None,
        Answer(2, 1, "tool-b"),
        Answer(None, None, "tool-b", late=True),
        Answer(None, None, "search", late=True),
        Answer(None, None, "", late=True),
    ]
    assert waiting == [OpenCall("a", 2, 0, "tool-a")]


def test_what_waited_before_is_not_changed_in_place() -> None:
    before = [OpenCall("a", 1, 0, "tool-a")]
    match_calls([USER, result("a")], 2, before)
    assert before == [OpenCall("a", 1, 0, "tool-a")]
