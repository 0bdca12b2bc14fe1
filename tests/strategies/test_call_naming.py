"""Call ids and names of tools as providers take them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compactd.domain.messages import ChatMessage, Role, ToolCall
from compactd.strategies.call_naming import (
    OPENAI_NAMING,
    CallNaming,
    ShownId,
    ToolName,
    clean_id,
    clean_name,
    letter_first_name,
    named_tools,
    nine_characters,
    short_id,
    stored_id,
)
from compactd.strategies.view import build_view
from tests.builders.stored_conversation import StoredConversation

IDS = st.text("ab|:.-_0é ", min_size=1, max_size=100) | st.sampled_from(["abc123XYZ", "functions.bash:0", "a" * 64])
NAMES = st.text("ab.:-_0é ", min_size=1, max_size=100)
ID_RULES: dict[ShownId, str] = {
    short_id: r"(?s).{1,64}",
    clean_id: r"[a-zA-Z0-9_-]{1,64}",
    nine_characters: r"[a-zA-Z0-9]{9}",
}
NAME_RULES: dict[ToolName, str] = {
    clean_name: r"[a-zA-Z0-9_-]{1,64}",
    letter_first_name: r"[a-zA-Z_][a-zA-Z0-9_-]{0,63}",
}


@pytest.mark.parametrize("rule", ID_RULES)
@given(call_id=IDS, use=st.integers(1, 2_000))
def test_an_id_is_within_its_rule_at_every_use(rule: ShownId, call_id: str, use: int) -> None:
    pattern = ID_RULES[rule]
    assert re.fullmatch(pattern, rule(call_id, use))
    assert rule(call_id, use) != rule(call_id, use + 1)
    if re.fullmatch(pattern, call_id):
        assert rule(call_id, 1) == call_id


@pytest.mark.parametrize("rule", NAME_RULES)
@given(names=st.sets(NAMES, max_size=20))
def test_names_of_tools_are_within_their_rule_and_no_two_become_one(rule: ToolName, names: set[str]) -> None:
    shown = {name: rule(name) for name in names}
    assert len(set(shown.values())) == len(names)
    for name, other in shown.items():
        assert re.fullmatch(NAME_RULES[rule], other)
        assert other == name or not re.fullmatch(NAME_RULES[rule], name)


@given(call_id=IDS, use=st.integers(2, 2_000))
def test_a_suffix_makes_no_short_id_long(call_id: str, use: int) -> None:
    shown = stored_id(call_id, use)
    assert stored_id(call_id, 1) == call_id
    assert shown.endswith(f"-{use}")
    assert len(shown) <= (64 if len(call_id) <= 64 else 256)


def view_of(naming: CallNaming, *messages: ChatMessage) -> list[ChatMessage]:
    conversation = StoredConversation()
    conversation.append([ChatMessage(Role.USER, "go"), *messages], [5] * (len(messages) + 1))
    view = build_view(conversation.context, conversation.bodies, naming=naming)
    return [entry.message for entry in view[2:]]


def calling(*calls: tuple[str, str]) -> ChatMessage:
    return ChatMessage(Role.ASSISTANT, tool_calls=tuple(ToolCall(call_id, name, "{}") for call_id, name in calls))


def result(call_id: str) -> ChatMessage:
    return ChatMessage(Role.TOOL, "done", tool_call_id=call_id)


def test_two_ids_that_are_equal_once_cleaned_stay_two() -> None:
    made, *results = view_of(CallNaming(clean_id), calling(("a|b", "x"), ("a:b", "x")), result("a:b"), result("a|b"))
    ids = [call.id for call in made.tool_calls]
    assert len(set(ids)) == 2
    assert [message.tool_call_id for message in results] == ids


def test_a_call_its_result_and_a_late_one_bear_the_same_id_and_name() -> None:
    long = "call|" + "x" * 90
    steps = calling((long, "fs.read"), ("b", "fs.read")), result("b"), ChatMessage(Role.USER, "wait"), result(long)
    made, stand_in, _, _, late = view_of(OPENAI_NAMING, *steps)
    [first, second] = made.tool_calls
    assert stand_in.tool_call_id == first.id == short_id(long, 1)
    assert first.name == second.name == clean_name("fs.read")
    assert late.text.startswith(f"[late result of the tool {first.name}, call {first.id}]")


def test_a_late_result_names_the_call_as_it_is_shown() -> None:
    steps = [calling(("c", "x")), result("c"), calling(("c", "x")), ChatMessage(Role.USER, "wait"), result("c")]
    *_, late = view_of(CallNaming(stored_id), *steps)
    assert late.text.startswith("[late result of the tool x, call c-2]")


@pytest.mark.parametrize("naming", [CallNaming(stored_id), OPENAI_NAMING, CallNaming(clean_id)])
@pytest.mark.parametrize("order", [("a", "a", "a-2"), ("a-2", "a", "a"), ("a", "a-2", "a", "a-3", "a")])
def test_an_id_that_is_used_once_is_never_taken_by_a_suffix(naming: CallNaming, order: tuple[str, ...]) -> None:
    steps = [step for call_id in order for step in (calling((call_id, "x")), result(call_id))]
    shown = view_of(naming, *steps)
    ids = [message.tool_calls[0].id for message in shown if message.tool_calls]
    assert len(set(ids)) == len(ids)
    assert ids == [message.tool_call_id for message in shown if message.role is Role.TOOL]
    once = [index for index, call_id in enumerate(order) if order.index(call_id) == index]
    assert [ids[index] for index in once] == [order[index] for index in once]


def test_schemas_of_tools_bear_the_names_of_their_calls_and_are_not_changed_themselves() -> None:
    odd = {"type": "function", "function": {"name": "fs.read", "parameters": {"type": "object"}}}
    own = {"type": "web_search"}
    named = named_tools([odd, own], OPENAI_NAMING)
    assert named == [{**odd, "function": {"name": clean_name("fs.read"), "parameters": {"type": "object"}}}, own]
    assert odd["function"]["name"] == "fs.read"  # type: ignore[index]  # an object, as above
