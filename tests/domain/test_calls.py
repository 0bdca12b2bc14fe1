"""Which result answers which call, though ids repeat."""

import pytest

from compactd.domain.calls import Answer, OpenCall, UnansweredCallMissing, match_calls
from compactd.domain.messages import ChatMessage, Role, ToolCall

USER = ChatMessage(Role.USER, "u")


def calls(*ids: str) -> ChatMessage:
    return ChatMessage(Role.ASSISTANT, tool_calls=tuple(ToolCall(name, f"tool-{name}", "{}") for name in ids))


def result(name: str) -> ChatMessage:
    return ChatMessage(Role.TOOL, "r", tool_call_id=name)


def test_a_result_answers_the_latest_unanswered_call_with_its_id() -> None:
    answers, waiting = match_calls([calls("a"), calls("a", "a"), result("a"), result("a"), result("a")], 5, ())
    assert answers[2:] == [Answer(6, 1, "tool-a"), Answer(6, 0, "tool-a"), Answer(5, 0, "tool-a")]
    assert waiting == []


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


@pytest.mark.parametrize("messages", [[result("a")], [calls("a"), result("b")], [calls("a"), result("a"), result("a")]])
def test_a_result_without_a_call_is_rejected_with_its_index(messages: list[ChatMessage]) -> None:
    with pytest.raises(UnansweredCallMissing) as raised:
        match_calls(messages, 1, ())
    assert raised.value.index == len(messages) - 1


def test_what_waited_before_is_not_changed_in_place() -> None:
    before = [OpenCall("a", 1, 0, "tool-a")]
    match_calls([USER, result("a")], 2, before)
    assert before == [OpenCall("a", 1, 0, "tool-a")]
