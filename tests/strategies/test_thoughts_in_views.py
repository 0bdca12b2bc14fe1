"""Who gets to see what a model thought: its text and its opaque parts."""

from dataclasses import replace

import pytest

from compactd.domain.messages import ChatMessage, OpaquePart, ReasoningField, Role, TextPart, ToolCall, made_by
from compactd.strategies.kept_thoughts import KeepThoughts, drop_opaque, keep_opaque, thoughts_of, without_thoughts
from compactd.strategies.presentation import is_plain, presentable
from compactd.strategies.transcript import heading, spoken
from compactd.strategies.turns import strict_messages

MAKER = ("deepseek", "deepseek-reasoner")
HANDLE = "/".join(MAKER)
DETAILS = OpaquePart(*MAKER, "reasoning_details", b"[{}]")
SIGNED = OpaquePart(*MAKER, "signature", b"x")
THOUGHTFUL = ChatMessage(Role.ASSISTANT, "May.", reasoning="Which month?", model=HANDLE)


@pytest.mark.parametrize("keep", [drop_opaque, keep_opaque, thoughts_of(*MAKER)])
def test_callers_and_the_maker_see_reasoning_text(keep: KeepThoughts) -> None:
    assert presentable(THOUGHTFUL, keep) == ChatMessage(Role.ASSISTANT, "May.", reasoning="Which month?")


@pytest.mark.parametrize("other", [("deepseek", "deepseek-chat"), ("together", "deepseek-reasoner"), ("openai", "gpt")])
def test_no_other_model_sees_reasoning_text(other: tuple[str, str]) -> None:
    assert presentable(THOUGHTFUL, thoughts_of(*other)) == ChatMessage(Role.ASSISTANT, "May.")


def test_a_message_that_was_only_thought_is_shown_as_empty_to_others() -> None:
    only = ChatMessage(Role.ASSISTANT, reasoning="Which month?", model=HANDLE)
    assert presentable(only, without_thoughts) == ChatMessage(Role.ASSISTANT, "[empty]")
    assert presentable(only, thoughts_of(*MAKER)).reasoning == "Which month?"


@pytest.mark.parametrize("keep", [drop_opaque, keep_opaque, thoughts_of(*MAKER)])
def test_a_message_of_opaque_thoughts_alone_has_content_beside_them(keep: KeepThoughts) -> None:
    only = ChatMessage(Role.ASSISTANT, parts=(DETAILS, TextPart(" ")))
    assert presentable(only, keep).parts == (DETAILS, TextPart("[empty]"))
    calling = ChatMessage(Role.ASSISTANT, parts=(DETAILS,), tool_calls=(ToolCall("c1", "date", "{}"),))
    assert presentable(calling, keep) is calling


def test_of_opaque_parts_an_openai_shaped_api_knows_reasoning_details_alone() -> None:
    message = ChatMessage(Role.ASSISTANT, parts=(DETAILS, SIGNED, TextPart("May.")))
    assert drop_opaque(message).parts == (DETAILS, TextPart("May."))
    assert keep_opaque(message) is message
    assert without_thoughts(message).parts == (TextPart("May."),)


def test_thoughts_are_not_plain_and_in_no_transcript() -> None:
    call = ToolCall("c1", "date", "{}")
    message = ChatMessage(Role.ASSISTANT, "May.", tool_calls=(call,), reasoning="Which month?")
    assert not is_plain(message)
    assert "Which" not in heading(message) + spoken(message)


def test_who_wrote_a_message_changes_nothing_that_is_shown() -> None:
    assert is_plain(ChatMessage(Role.ASSISTANT, "May.", model=HANDLE))


def test_neighbours_that_become_one_turn_keep_their_thoughts() -> None:
    other = ChatMessage(Role.ASSISTANT, "1 May.", reasoning="Which day?")
    [_, joined] = strict_messages([ChatMessage(Role.USER, "?"), THOUGHTFUL, other])
    assert joined.reasoning == "Which month?\n\nWhich day?"


def test_thoughts_of_neighbours_stand_in_the_field_of_the_first_that_has_some() -> None:
    silent = ChatMessage(Role.ASSISTANT, "May.")
    thought = ChatMessage(Role.ASSISTANT, "1 May.", reasoning="Which?", reasoning_field=ReasoningField.REASONING)
    blank = replace(THOUGHTFUL, reasoning="")
    for before in ([silent], [blank], [silent, blank]):
        [_, joined] = strict_messages([ChatMessage(Role.USER, "?"), *before, thought, THOUGHTFUL])
        assert joined.reasoning == "Which?\n\nWhich month?"
        assert joined.reasoning_field is ReasoningField.REASONING
    [_, joined] = strict_messages([ChatMessage(Role.USER, "?"), silent, blank])
    assert joined.reasoning == ""


def test_thoughts_without_a_maker_are_of_the_model_that_is_named_first() -> None:
    nameless = OpaquePart("", "", "reasoning_details", b"[]")
    message = ChatMessage(Role.ASSISTANT, parts=(nameless, SIGNED), reasoning="?")
    made = made_by(message, "openrouter/deepseek/deepseek-v4")
    assert made.model == "openrouter/deepseek/deepseek-v4"
    assert made.parts == (OpaquePart("openrouter", "deepseek/deepseek-v4", "reasoning_details", b"[]"), SIGNED)
    told = made_by(ChatMessage(Role.ASSISTANT, parts=(nameless,), model=HANDLE), "openai/gpt")
    assert told.parts == (OpaquePart(*MAKER, "reasoning_details", b"[]"),)
    assert made_by(message, "") is message
    assert made_by(THOUGHTFUL, "openai/gpt") is THOUGHTFUL
