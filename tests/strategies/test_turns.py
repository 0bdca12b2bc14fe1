"""Strict turns: joined neighbours, and what they hold."""

from dataclasses import replace
from itertools import pairwise

import pytest

from compactd.domain.messages import ChatMessage, ImagePart, Role, TextPart, ToolCall
from compactd.strategies.turns import NO_ANSWER, strict_messages, strict_turns
from compactd.strategies.view import OPENING, Origin, build_view
from tests.builders.conversations import RandomConversation, seeds
from tests.builders.stored_conversation import StoredConversation

SYSTEM = ChatMessage(Role.SYSTEM, "s")
PICTURE = ImagePart(url="https://example.com/a.png")
CALLING = ChatMessage(Role.ASSISTANT, tool_calls=(ToolCall("c", "look", "{}"),))
FOUND = ChatMessage(Role.TOOL, "found", tool_call_id="c")


def user(text: str | None = "u", **rest: object) -> ChatMessage:
    return replace(ChatMessage(Role.USER, text), **rest)  # type: ignore[arg-type]  # fields of a test


def assistant(text: str) -> ChatMessage:
    return ChatMessage(Role.ASSISTANT, text)


@pytest.mark.parametrize(
    ("messages", "joined"),
    [
        ([user("a"), user("b"), user("c")], [user("a\n\nb\n\nc")]),
        ([user("a"), user(None, parts=(PICTURE,))], [user(None, parts=(TextPart("a"), PICTURE))]),
        ([user("a", name="ann"), user("b", name="ann")], [user("a\n\nb", name="ann")]),
        ([user("a", name="ann"), user("b"), user("c", name="bo")], [user("[ann] a\n\nb\n\n[bo] c")]),
        ([assistant("x")], [user(OPENING), assistant("x")]),
        ([user(), assistant("x"), CALLING, FOUND], [user(), replace(CALLING, content="x"), FOUND]),
        ([user(), CALLING, FOUND, CALLING, FOUND], [user(), CALLING, FOUND, CALLING, FOUND]),
        ([user(), CALLING, FOUND, user()], [user(), CALLING, FOUND, assistant(NO_ANSWER), user()]),
    ],
)
def test_neighbours_of_one_role_become_one(messages: list[ChatMessage], joined: list[ChatMessage]) -> None:
    assert strict_messages([SYSTEM, *messages]) == [SYSTEM, *joined]
    assert strict_messages(strict_messages(messages)) == joined


def test_random_views_alternate_and_lose_nothing() -> None:
    joined = added = 0
    for random in seeds(500):
        conversation = StoredConversation()
        conversation.append(messages := RandomConversation(random).batch(20), [5] * 20)
        view = build_view(conversation.context, conversation.bodies)
        strict = strict_turns(view)
        roles = [entry.message.role for entry in strict[1:] if entry.message.role is not Role.TOOL]
        assert roles[0] is Role.USER
        assert Role.SYSTEM not in roles
        for before, after in pairwise(strict[1:]):
            pair = before.message.role, after.message.role
            assert pair not in {(Role.USER,) * 2, (Role.ASSISTANT,) * 2, (Role.TOOL, Role.USER), (Role.USER, Role.TOOL)}
        assert sum(entry.token_count for entry in strict) == sum(entry.token_count for entry in view)
        ids = [message_id for entry in strict for message_id in entry.message_ids]
        assert ids == [message_id for entry in view for message_id in entry.message_ids]
        assert len(ids) == len(messages) + 1
        joined += sum(len(entry.message_ids) > 1 and entry.origin is Origin.REWRITTEN for entry in strict)
        added += sum(entry.message.text == NO_ANSWER and entry.origin is Origin.SYNTHETIC for entry in strict)
    assert joined > 500
    assert added > 100
