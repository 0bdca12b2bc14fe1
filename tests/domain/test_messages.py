"""What type a message is of."""

from itertools import product

import pytest

from compactd.domain.messages import ChatMessage, MessageType, Role, TextPart, ToolCall, only_of_types, types_of

CALLS = (ToolCall("c1", "search", "{}"),)
BOTH = ChatMessage(Role.ASSISTANT, "I look.", tool_calls=CALLS, name="Ada")


@pytest.mark.parametrize(
    ("role", "has_text", "has_calls", "expected"),
    [
        (Role.SYSTEM, True, False, [MessageType.SYSTEM]),
        (Role.USER, False, False, [MessageType.USER]),
        (Role.TOOL, True, False, [MessageType.TOOL_RETURN]),
        (Role.SUMMARY, True, False, [MessageType.SUMMARY]),
        (Role.ASSISTANT, True, False, [MessageType.ASSISTANT]),
        (Role.ASSISTANT, False, True, [MessageType.TOOL_CALL]),
        (Role.ASSISTANT, True, True, [MessageType.ASSISTANT, MessageType.TOOL_CALL]),
        (Role.ASSISTANT, False, False, [MessageType.ASSISTANT]),
    ],
)
def test_the_types_of_a_message(role: Role, has_text: bool, has_calls: bool, expected: list[MessageType]) -> None:
    assert list(types_of(role, has_text=has_text, has_calls=has_calls)) == expected


def test_every_message_has_a_type_and_every_type_a_message() -> None:
    found = [
        types_of(role, has_text=has_text, has_calls=has_calls)
        for role, has_text, has_calls in product(Role, (False, True), (False, True))
    ]
    assert all(found)
    assert {kind for types in found for kind in types} == set(MessageType)


@pytest.mark.parametrize(
    ("message", "types", "expected"),
    [
        (BOTH, {MessageType.ASSISTANT}, ChatMessage(Role.ASSISTANT, "I look.", name="Ada")),
        (BOTH, {MessageType.TOOL_CALL}, ChatMessage(Role.ASSISTANT, tool_calls=CALLS, name="Ada")),
        (BOTH, {MessageType.ASSISTANT, MessageType.TOOL_CALL, MessageType.USER}, BOTH),
        (
            ChatMessage(Role.ASSISTANT, parts=(TextPart("I look."),), tool_calls=CALLS),
            {MessageType.TOOL_CALL, MessageType.USER},
            ChatMessage(Role.ASSISTANT, tool_calls=CALLS),
        ),
        (ChatMessage(Role.USER, "go"), {MessageType.USER}, ChatMessage(Role.USER, "go")),
    ],
)
def test_of_a_message_of_two_types_only_what_is_asked_for_is_left(
    message: ChatMessage, types: set[MessageType], expected: ChatMessage
) -> None:
    assert only_of_types(message, types) == expected
