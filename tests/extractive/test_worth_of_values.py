"""Which of the values that nobody spoke of are worth their room."""

import json

from compactd.domain.messages import ChatMessage, Role, ToolCall
from compactd.extractive import summarize

PRICES = {f"seat_{number}": {"price": 411 + 7 * number} for number in range(30)}


def with_prices(expression: str) -> list[ChatMessage]:
    """Thirty prices are looked up, and something is calculated."""
    calculation = ToolCall("c2", "calculate", json.dumps({"expression": expression}))
    return [
        ChatMessage(Role.USER, "What do the two seats cost together?"),
        ChatMessage(Role.ASSISTANT, None, tool_calls=(ToolCall("c1", "list_seats", "{}"),)),
        ChatMessage(Role.TOOL, json.dumps(PRICES), tool_call_id="c1"),
        ChatMessage(Role.ASSISTANT, None, tool_calls=(calculation,)),
        ChatMessage(Role.TOOL, "done", tool_call_id="c2"),
    ]


def test_numbers_that_were_calculated_with_come_before_those_that_were_only_listed() -> None:
    for one, other in ((418, 565), (453, 600)):
        summary = summarize(with_prices(f"({one} + {other}) * 2"), 110)
        assert f"{one}, {other}" in summary or f"{other}, {one}" in summary
    assert "565" not in summarize(with_prices("1 + 2"), 110)
