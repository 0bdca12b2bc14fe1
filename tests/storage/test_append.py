"""Appending: order, calls and results, system messages, counts."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain

import pytest

from compactd.domain.context import NOTE_FRAME_TOKENS
from compactd.domain.error_shape import CompactdError
from compactd.domain.errors import AgentNotFound, ContextChanged, ConversationNotFound, InvalidField
from compactd.domain.messages import ChatMessage, ImagePart, MessageType, OpaquePart, Role, TextPart, ToolCall
from compactd.domain.paging import Page
from compactd.ports.messages import Batch
from compactd.ports.store import Store
from tests.builders.stored_values import (
    agent_key,
    append,
    assistant,
    batch_of,
    begin,
    calls,
    compact,
    default_ref,
    elsewhere,
    message_tokens,
    put_agent,
    ref_to,
    result,
    sums_of,
    system,
    user,
)

ASCENDING = Page(1_000, descending=False)
EVERY_CHARACTER = "".join(chr(code) for code in range(0x800)) + "\u2028\ufeff\uffff𝄞👩‍👩‍👧 مرحبا 日本語"


async def test_messages_take_consecutive_positions_from_one_on(store: Store) -> None:
    ref = await begin(store)
    first = await append(store, ref, user("one"), assistant("two"))
    second = await append(store, ref, user("three"))
    assert (first.positions, second.positions) == ([1, 2], [3])
    assert len({*first.ids, *second.ids}) == 3
    stored = await store.load_messages(ref, 1, 9)
    assert [(found.id, found.message.text) for found in stored] == list(
        zip([*first.ids, *second.ids], ["one", "two", "three"], strict=True)
    )
    assert second.state.last_position == 3


async def test_the_default_conversation_is_reached_by_its_agent(store: Store) -> None:
    agent = await put_agent(store)
    appended = await append(store, default_ref(agent.id), user("one"))
    assert appended.state.conversation_id == agent.default_conversation_id
    assert (await store.state(ref_to(agent.default_conversation_id))).last_position == 1


async def test_appending_to_what_is_not_there(store: Store) -> None:
    ref = await begin(store)
    with pytest.raises(ConversationNotFound, match="conv-none"):
        await append(store, ref_to("conv-none"), user("one"))
    with pytest.raises(AgentNotFound, match="agent-none"):
        await append(store, default_ref("agent-none"), user("one"))
    with pytest.raises(ConversationNotFound):
        await store.append(elsewhere(ref), batch_of(user("one")))
    assert (await store.state(ref)).last_position == 0


async def test_every_field_of_a_message_comes_back_byte_for_byte(store: Store) -> None:
    messages = [
        user(EVERY_CHARACTER),
        ChatMessage(
            Role.USER,
            parts=(
                TextPart(EVERY_CHARACTER),
                ImagePart(url="https://example.org/\0.png"),
                ImagePart(data=bytes(range(256)), media_type="image/png"),
                ImagePart(data=b"", media_type="image/gif"),
                OpaquePart("anthropic", "claude", "thinking", bytes(range(255, -1, -1))),
            ),
            name="Ада\0",
            created_at=datetime(1, 1, 1, microsecond=1, tzinfo=UTC),
            metadata={"source\0": EVERY_CHARACTER, "empty": ""},
        ),
        ChatMessage(
            Role.ASSISTANT,
            content="",
            tool_calls=(
                ToolCall("call\0", "tool 💡", '{"a": "\\u0000\0"', opaque=OpaquePart("p", "m", "t", b"\0\xff")),
                ToolCall("call\0", "tool", ""),
            ),
        ),
        ChatMessage(Role.TOOL, content=EVERY_CHARACTER, tool_call_id="call\0", is_error=True),
        ChatMessage(Role.TOOL, parts=(TextPart(""),), tool_call_id="call\0"),
        ChatMessage(Role.ASSISTANT, content="x", created_at=datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)),
    ]
    ref = await begin(store)
    await append(store, ref, *messages)
    stored = await store.load_messages(ref, 1, 99)
    assert [found.message for found in stored] == messages
    assert stored[1].created_at == datetime(1, 1, 1, microsecond=1, tzinfo=UTC)
    assert stored[1].created_at.tzinfo is UTC


async def test_a_message_of_eight_megabytes_is_kept(store: Store) -> None:
    ref = await begin(store)
    text = "päckchen" * 1_000_000
    await append(store, ref, user(text), user("small"))
    [large] = await store.load_messages(ref, 1, 1)
    assert large.message.content == text


async def test_messages_without_a_moment_of_their_own_share_the_batch_s(store: Store) -> None:
    ref = await begin(store)
    before = datetime.now(UTC)
    old = datetime(2001, 2, 3, 4, 5, 6, 789, tzinfo=UTC)
    imported = ChatMessage(Role.USER, content="old", created_at=old)
    appended = await append(store, ref, user("one"), imported, user("two"))
    moments = [found.created_at for found in await store.load_messages(ref, 1, 3)]
    assert moments[1] == old
    found, _ = await store.get_conversation(ref_to(appended.state.conversation_id))
    assert moments[0] == moments[2] == found.last_message_at
    assert before <= moments[0] <= before + timedelta(minutes=1)


async def test_a_moment_in_another_zone_is_the_same_moment(store: Store) -> None:
    ref = await begin(store)
    moment = datetime.fromisoformat("2024-05-06T07:08:09.000010+05:30")
    await append(store, ref, ChatMessage(Role.USER, content="one", created_at=moment))
    [stored] = await store.load_messages(ref, 1, 1)
    assert stored.created_at == moment
    assert stored.created_at.utcoffset() == timedelta(0)


async def test_results_find_their_calls_across_batches(store: Store) -> None:
    ref = await begin(store)
    await append(store, ref, user("go"), calls("a", "b", "a"))
    await append(store, ref, result("a"), result("b"))
    await append(store, ref, result("a"))
    entries = (await store.snapshot(ref)).context.entries
    assert [(entry.call_count, entry.answers_position, entry.answers_index) for entry in entries] == [
        (0, None, None),
        (3, None, None),
        (0, 2, 0),
        (0, 2, 1),
        (0, 2, 2),
    ]
    assert all(entry.late_tool is None for entry in entries)


async def test_a_result_without_a_call_is_rejected_with_its_whole_batch(store: Store) -> None:
    ref = await begin(store)
    await append(store, ref, calls("a"), result("a"))
    with pytest.raises(InvalidField) as raised:
        await append(store, ref, user("kept out"), calls("b"), result("b"), result("a"))
    assert raised.value.violations[0].field == "messages[3].tool_call_id"
    appended = await append(store, ref, user("next"))
    assert appended.positions == [3]


async def test_the_index_of_a_rejected_result_counts_the_system_message(store: Store) -> None:
    ref = await begin(store)
    with pytest.raises(InvalidField) as raised:
        await append(store, ref, system("new"), user("one"), result("none"))
    assert raised.value.violations[0].field == "messages[2].tool_call_id"


async def test_a_late_result_names_the_tool(store: Store) -> None:
    ref = await begin(store)
    await append(store, ref, calls("a", tool="lookup 💡\0"), user("never mind"))
    await append(store, ref, result("a"))
    entry = (await store.snapshot(ref)).context.entries[-1]
    assert (entry.answers_position, entry.answers_index, entry.late_tool) == (1, 0, "lookup 💡\0")


async def test_the_first_message_of_all_may_replace_the_system_message(store: Store) -> None:
    ref = await begin(store)
    [before] = await store.list_messages(ref, ASCENDING)
    appended = await append(store, ref, system("You are someone else."), user("one"), tokens=21)
    assert (appended.ids[0], appended.positions) == (before.id, [0, 1])
    assert appended.state.version == "0.2"
    [after, _] = await store.list_messages(ref, ASCENDING)
    assert (after.id, after.message.text, after.token_count) == (before.id, "You are someone else.", 21)
    assert message_tokens(appended.sums) == 42


async def test_a_system_message_may_come_alone(store: Store) -> None:
    ref = await begin(store)
    appended = await append(store, ref, system("new"))
    assert (appended.positions, appended.state.last_position, appended.state.version) == ([0], 0, "0.2")
    assert (await append(store, ref, user("one"))).positions == [1]


@pytest.mark.parametrize("first", [user("one"), system("one")])
async def test_a_system_message_of_a_later_batch_is_a_note(store: Store, first: ChatMessage) -> None:
    ref = await begin(store)
    before = await append(store, ref, first)
    appended = await append(store, ref, system("again"), user("two"))
    last = before.state.last_position
    assert appended.positions == [last + 1, last + 2]
    assert appended.state.system_version == before.state.system_version
    assert [(m.position, m.role, m.message.text) for m in await store.load_messages(ref, last + 1, 9)] == [
        (last + 1, Role.SYSTEM, "again"),
        (last + 2, Role.USER, "two"),
    ]


async def test_of_two_system_messages_the_first_is_the_conversations_and_the_second_a_note(store: Store) -> None:
    ref = await begin(store)
    appended = await append(store, ref, system("one"), system("two"), user("three"))
    assert appended.positions == [0, 1, 2]
    stored = await store.list_messages(ref, ASCENDING, {MessageType.SYSTEM})
    assert [(found.position, found.message.text) for found in stored] == [(0, "one"), (1, "two")]


async def test_a_note_is_counted_with_its_frame(store: Store) -> None:
    ref = await begin(store)
    before = await append(store, ref, user("one"))
    after = await append(store, ref, system("two"), tokens=5)
    assert message_tokens(after.sums) - message_tokens(before.sums) == 5 + NOTE_FRAME_TOKENS


async def test_a_note_leaves_what_waits_for_a_result_waiting(store: Store) -> None:
    ref = await begin(store)
    await append(store, ref, calls("a", "b"), result("a"), system("A hook ran."))
    waiting = await append(store, ref, system("Another one."))
    assert (waiting.sums.live_calls, waiting.sums.dead_calls) == (1, 0)
    done = await append(store, ref, result("b"))
    assert (done.sums.live_calls, done.sums.late_results) == (0, 0)
    entries = (await store.snapshot(ref)).context.entries
    assert [(one.answers_position, one.answers_index, one.late_tool) for one in entries if one.role is Role.TOOL] == [
        (1, 0, None),
        (1, 1, None),
    ]


@pytest.mark.parametrize(("first", "opens"), [(user("one"), False), (assistant("one"), True), (system("one"), False)])
async def test_no_stand_in_opens_a_context_that_begins_with_a_note(
    store: Store, first: ChatMessage, opens: bool
) -> None:
    ref = await begin(store)
    appended = await append(store, ref, system("You help."), first, assistant("two"))
    assert appended.sums.opening is opens


async def test_a_batch_of_nothing_changes_nothing(store: Store) -> None:
    ref = await begin(store)
    appended = await append(store, ref)
    assert (appended.ids, appended.positions, appended.state) == ([], [], await store.state(ref))
    # The next one is still the first.
    assert (await append(store, ref, system("one"))).positions == [0]


async def test_results_without_a_call_are_named_all_of_them(store: Store) -> None:
    ref = await begin(store)
    await append(store, ref, calls("a"))
    batch = [result("x"), result("a"), result("a"), user("one"), result("y")]
    with pytest.raises(InvalidField) as raised:
        await append(store, ref, *batch)
    assert [found.field for found in raised.value.violations] == [f"messages[{at}].tool_call_id" for at in (0, 2, 4)]
    assert await store.results_without_call(ref, batch) == [0, 2, 4]
    assert (await store.state(ref)).last_position == 1


async def test_a_repair_keeps_results_without_a_call_as_late_ones(store: Store) -> None:
    ref = await begin(store)
    batch = [user("one"), result("x"), calls("x", "y", tool="find"), result("y"), result("y"), result("z")]
    appended = await store.append(ref, Batch(batch, [10] * len(batch), "o200k_base", repair=True))
    assert appended.without_call == [1, 4, 5]
    entries = await store.load_entries(ref, 1, 9)
    assert [(one.answers_position, one.answers_index, one.late_tool) for one in entries if one.role is Role.TOOL] == [
        (None, None, "find"),
        (3, 1, None),
        (None, None, "find"),
        (None, None, ""),
    ]
    transcript = await store.load_transcript(ref, 1, 9)
    assert [line for line in transcript.splitlines() if line.startswith("[tool")] == [
        "[tool result of find, id x]",
        "[tool result of find, id y]",
        "[tool result of find, id y]",
        "[tool result of a tool, id z]",
    ]
    assert (appended.sums.late_results, appended.sums.live_calls) == (3, 1)


async def test_an_expected_last_position_holds_or_nothing_is_appended(store: Store) -> None:
    ref = await begin(store, 3)
    await compact(store, ref, 3)  # the summary takes position 4, and is nobody's message
    batch = batch_of(user("four"))
    for wrong in (0, 2, 4):
        with pytest.raises(ContextChanged):
            await store.append(ref, type(batch)(batch.messages, [1], "t", wrong))
    appended = await store.append(ref, type(batch)(batch.messages, [1], "t", 3))
    assert (appended.positions, appended.state.last_position) == ([5], 5)


async def test_the_sums_are_those_of_the_context_after_the_batch(store: Store) -> None:
    ref = await begin(store, 3)
    appended = await append(store, ref, user("four"), tokens=5)
    assert message_tokens(appended.sums) == 7 + 30 + 5
    assert appended.sums.tokenizer == "o200k_base"
    assert (await store.state(ref), await sums_of(store, ref)) == (appended.state, appended.sums)


async def test_appends_that_run_at_once_keep_every_batch_together(store: Store) -> None:
    ref = await begin(store)

    async def write(writer: int) -> list[tuple[list[int], list[str]]]:
        done = []
        for number in range(10):
            texts = [f"{writer}.{number}.{index}" for index in range(3)]
            appended = await append(store, ref, *(user(text) for text in texts))
            done.append((list(appended.positions), texts))
        return done

    written = await asyncio.gather(*(write(writer) for writer in range(6)))

    stored = await store.load_messages(ref, 1, 10_000)
    assert [found.position for found in stored] == list(range(1, 181))
    for positions, texts in chain.from_iterable(written):
        assert positions == list(range(positions[0], positions[0] + 3))
        assert [stored[position - 1].message.text for position in positions] == texts


async def test_an_append_and_the_deletion_of_its_conversation_leave_no_orphan(store: Store) -> None:
    agent = await put_agent(store)
    outcomes = await asyncio.gather(
        *(append(store, default_ref(agent.id), user(str(number))) for number in range(10)),
        store.delete_agent(agent_key(agent.id)),
        *(append(store, default_ref(agent.id), user(str(number))) for number in range(10)),
        return_exceptions=True,
    )
    failed = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert all(isinstance(failure, AgentNotFound | ConversationNotFound) for failure in failed), failed
    with pytest.raises(ConversationNotFound):
        await store.load_messages(ref_to(agent.default_conversation_id), 0, 99)


async def test_a_reference_without_a_conversation_is_the_agent_s_default(store: Store) -> None:
    agent = await put_agent(store)
    for ref in (ref_to(agent.default_conversation_id), default_ref(agent.id)):
        assert (await store.state(ref)).conversation_id == agent.default_conversation_id
    with pytest.raises(CompactdError):
        await store.state(default_ref(agent.id, "other"))


async def test_more_living_calls_than_can_wait_are_rejected(store: Store) -> None:
    ref = await begin(store)
    many = calls(*(f"call {index}" for index in range(1_000)))
    await append(store, ref, *(many for _ in range(10)))
    with pytest.raises(InvalidField) as raised:
        await append(store, ref, result("call 7"), calls("a"), calls("b"))
    assert raised.value.violations[0].field == "messages[2].tool_calls"
    assert (await append(store, ref, result("call 7"), calls("a"))).positions == [11, 12]


async def test_the_oldest_dead_calls_are_forgotten_and_still_have_their_stand_ins(store: Store) -> None:
    ref = await begin(store)
    await append(store, ref, calls("oldest", "second"), user("stop"))
    many = calls(*(f"call {index}" for index in range(1_000)))
    for _ in range(10):
        await append(store, ref, many, user("stop"))
    with pytest.raises(InvalidField) as raised:
        await append(store, ref, result("second"))
    assert raised.value.violations[0].field == "messages[0].tool_call_id"
    appended = await append(store, ref, result("call 999"), result("call 0"))
    assert (appended.sums.late_results, appended.sums.dead_calls) == (2, 10_002)
    entries = (await store.snapshot(ref)).context.entries
    assert [(entry.answers_position, entry.answers_index) for entry in entries[-2:]] == [(21, 999), (21, 0)]


async def test_thoughts_are_of_the_model_that_the_conversation_has_when_they_are_appended(store: Store) -> None:
    agent = await put_agent(store, model="deepseek/deepseek-reasoner")
    ref = default_ref(agent.id)
    thought = ChatMessage(Role.ASSISTANT, "May.", reasoning="Which month?")
    told = replace(thought, model="moonshot/kimi-k2-thinking")
    details = ChatMessage(Role.ASSISTANT, parts=(OpaquePart("", "", "reasoning_details", b"[]"), TextPart("May.")))
    plain = assistant("May.")
    await append(store, ref, user("?"), thought, told, details, plain)
    stored = await store.load_messages(ref_to(agent.default_conversation_id), 2, 9)
    by_agent = OpaquePart("deepseek", "deepseek-reasoner", "reasoning_details", b"[]")
    assert [found.message for found in stored] == [
        replace(thought, model="deepseek/deepseek-reasoner"),
        told,
        replace(details, parts=(by_agent, TextPart("May."))),
        plain,
    ]
    [*_, shown] = [body.message for body in (await store.snapshot(ref, bodies=True)).bodies or ()][:-3]
    assert shown.model == "deepseek/deepseek-reasoner"


async def test_without_a_model_nobody_has_thought(store: Store) -> None:
    ref = await begin(store)
    thought = ChatMessage(Role.ASSISTANT, "May.", reasoning="Which month?")
    await append(store, ref, thought)
    assert [found.message for found in await store.load_messages(ref, 1, 9)] == [thought]
