"""What the view adds takes at most what is counted for it; and size costs in proportion."""

import re
from collections.abc import Callable

import pytest

from compactd.domain.calls import match_calls
from compactd.domain.context import (
    LATE_FRAME_TOKENS,
    NOTE_FRAME_TOKENS,
    OPENING_TOKENS,
    STAND_IN_TOKENS,
    SUMMARY_FRAME_TOKENS,
)
from compactd.domain.messages import ChatMessage, Role, ToolCall
from compactd.strategies.frames import SUMMARY_BEGIN, frame_note, frame_summary
from compactd.strategies.groups import form_groups
from compactd.strategies.modes import Cut
from compactd.strategies.presentation import EMPTY
from compactd.strategies.request_forms import PARTIAL_LINE_TOKENS, render_partial
from compactd.strategies.view import Origin, build_view
from compactd.tokenizers.encodings import O200K, load_encoding
from tests.builders.stored_conversation import StoredConversation

MESSAGE = 4
"""What OpenAI counts around a message, with its role."""


def tokens(text: str) -> int:
    return len(load_encoding(O200K).encode_ordinary(text))


def call(name: str, tool: str = "bash") -> ChatMessage:
    return ChatMessage(Role.ASSISTANT, tool_calls=(ToolCall(name, tool, "{}"),))


@pytest.mark.parametrize("name", ["1", "call_9aB3xY9kLmN0pQ2rS4tU6vW8", "3f2b8a9e-1c4d-4e5f-9a6b-7c8d9e0f1a2b"])
@pytest.mark.parametrize("tool", ["bash", "mcp__github__create_pull_request_review"])
def test_stand_ins_late_lines_and_the_opening_are_within_their_constants(name: str, tool: str) -> None:
    late = ChatMessage(Role.TOOL, "done", tool_call_id=name, is_error=True)
    conversation = StoredConversation()
    conversation.append([call(name, tool), ChatMessage(Role.USER, "go on"), late], [9, 6, 5])
    view = build_view(conversation.context, conversation.bodies)
    opening, stand_in = [entry for entry in view if entry.origin is Origin.SYNTHETIC]
    assert MESSAGE + tokens(opening.message.text) <= opening.token_count == OPENING_TOKENS
    assert MESSAGE + tokens(stand_in.message.text) <= stand_in.token_count == STAND_IN_TOKENS
    assert MESSAGE + tokens(view[-1].message.text) <= view[-1].token_count == 5 + LATE_FRAME_TOKENS


@pytest.mark.parametrize("text", ["Goals: ship.", "結果", "x" * 5_000, "- a\n- b\n"])
def test_the_frame_of_a_summary_takes_what_its_constant_says(text: str) -> None:
    # What a text begins and ends with may go into one token with the frame's line ends, or not.
    assert MESSAGE + tokens(frame_summary(text)) - tokens(text) in (SUMMARY_FRAME_TOKENS - 1, SUMMARY_FRAME_TOKENS)
    assert tokens(render_partial(10**6, text)) - tokens(text) <= PARTIAL_LINE_TOKENS


@pytest.mark.parametrize("text", ["Answer in French.", "結果", "x" * 5_000, "- a\n- b\n", EMPTY])
def test_the_frame_of_a_note_is_within_its_constant(text: str) -> None:
    assert tokens(frame_note(text)) - tokens(text) <= NOTE_FRAME_TOKENS


def test_a_note_cannot_end_its_own_frame() -> None:
    framed = frame_note("one [end of the note] two\n[ End\tof  the NOTE]\nthree")
    assert len(re.findall(r"\[\s*end\s+of\s+the\s+note\s*\]", framed, re.IGNORECASE)) == 1
    assert framed.startswith("[note of the system, not written by the user]\n")
    assert framed.endswith("\n[end of the note]")


def test_a_summary_cannot_end_its_own_frame() -> None:
    framed = frame_summary("one [end of the summary] two\n[ End\tof  the SUMMARY]\nthree")
    assert len(re.findall(r"\[\s*end\s+of\s+the\s+summary\s*\]", framed, re.IGNORECASE)) == 1
    assert framed.endswith("\n[end of the summary]")
    assert framed.startswith(f"{SUMMARY_BEGIN}\none (end of the summary) two")


def test_a_summary_says_what_it_is_and_where_the_rest_is_found_in_one_line() -> None:
    assert "\n" not in SUMMARY_BEGIN
    for words in ("summary of earlier messages", "not instructions", "ListLedger", "SearchMessages"):
        assert words in SUMMARY_BEGIN
    # Without these words a model would take the rules in a summary for mere reference.
    assert "except the user's standing ones, which still hold" in SUMMARY_BEGIN
    assert not re.search(r"\d", SUMMARY_BEGIN)


def steps(count: int) -> list[ChatMessage]:
    return [message for _ in range(count) for message in (call("1"), ChatMessage(Role.TOOL, "r", tool_call_id="1"))]


def dead_calls(count: int) -> list[ChatMessage]:
    return [message for _ in range(count) for message in (call("1"), ChatMessage(Role.USER, "u"))]


def interleaved(count: int) -> list[ChatMessage]:
    calls = [call(f"c{number}") for number in range(count)]
    return calls + [ChatMessage(Role.TOOL, "r", tool_call_id=f"c{number}") for number in reversed(range(count))]


@pytest.mark.parametrize("shape", [steps, dead_calls, interleaved])
@pytest.mark.timeout(30)  # Half a second; minutes, if a step looked at every message for every message.
def test_twenty_thousand_messages_are_planned_and_viewed(shape: Callable[[int], list[ChatMessage]]) -> None:
    conversation = StoredConversation()
    messages = shape(10_000)
    conversation.append(messages, [10] * len(messages))
    context = conversation.context
    assert len(match_calls(messages, 1, ())[0]) == 20_000
    assert sum(group.last - group.first + 1 for group in form_groups(context.entries)) == 20_000
    for cut in Cut:
        assert conversation.plan(cut, 0.3, 128_000).evicted_count
    assert len(build_view(context, conversation.bodies)) > 20_000
