"""History: keyset paging both ways, types of messages, and pages that end early."""

import pytest

from compactd.domain.errors import AgentNotFound, ConversationNotFound, InvalidField
from compactd.domain.messages import ChatMessage, ImagePart, MessageType, Role, StoredMessage, TextPart
from compactd.domain.paging import PAGE_BYTES, Page
from compactd.ports.store import Store
from tests.builders.stored_values import (
    append,
    assistant,
    begin,
    calls,
    compact,
    default_ref,
    put_agent,
    ref_to,
    result,
    user,
)


def positions(found: list[StoredMessage]) -> list[int]:
    return [message.position for message in found]


async def test_history_is_everything_that_was_ever_said(store: Store) -> None:
    ref = await begin(store, 3)
    await compact(store, ref, 3)
    await append(store, ref, user("five"))
    await compact(store, ref, 5)
    found = await store.list_messages(ref, Page(10, descending=False))
    assert [(message.position, message.message.role.value) for message in found] == [
        (0, "system"),
        (1, "user"),
        (2, "user"),
        (3, "user"),
        (4, "summary"),
        (5, "user"),
        (6, "summary"),
    ]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (Page(3), [9, 8, 7]),
        (Page(3, descending=False), [0, 1, 2]),
        (Page(3, after="4"), [3, 2, 1]),
        (Page(3, descending=False, after="4"), [5, 6, 7]),
        (Page(3, before="4"), [7, 6, 5]),
        (Page(3, descending=False, before="4"), [1, 2, 3]),
        (Page(9, before="7"), [9, 8]),
        (Page(9, descending=False, before="2"), [0, 1]),
        (Page(9, after="8", before="4"), [7, 6, 5]),
        (Page(2, after="8", before="4"), [7, 6]),
        (Page(9, descending=False, after="4", before="8"), [5, 6, 7]),
        (Page(2, descending=False, after="4", before="8"), [5, 6]),
        (Page(9, descending=False, after="8", before="4"), []),
        (Page(9, after="0"), []),
        (Page(9, before="9"), []),
        (Page(1_000), [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]),
    ],
)
async def test_pages_are_cut_at_messages(store: Store, page: Page, expected: list[int]) -> None:
    ref = await begin(store, 9)
    ids = {str(found.position): found.id for found in await store.list_messages(ref, Page(99))}
    page = Page(page.limit, page.descending, page.after and ids[page.after], page.before and ids[page.before])
    assert positions(await store.list_messages(ref, page)) == expected


@pytest.mark.parametrize("descending", [True, False])
async def test_pages_together_are_the_whole_history_while_it_grows(store: Store, descending: bool) -> None:
    ref = await begin(store, 20)
    seen: list[StoredMessage] = []
    while page := await store.list_messages(ref, Page(7, descending=descending, after=seen[-1].id if seen else None)):
        seen += page
        if len(seen) < 21:
            await append(store, ref, user("meanwhile"))
    numbers = sorted(positions(seen))
    assert numbers == list(range(len(numbers)))
    assert len(numbers) == (21 if descending else 23)


@pytest.mark.parametrize("cursor", ["after", "before"])
async def test_an_unknown_cursor_is_rejected(store: Store, cursor: str) -> None:
    ref, other = await begin(store, 1), await begin(store, 1)
    [foreign, _] = await store.list_messages(other, Page(9))
    for unknown in ("message-none", foreign.id):
        with pytest.raises(InvalidField) as raised:
            await store.list_messages(ref, Page(9, **{cursor: unknown}))  # type: ignore[arg-type]
        assert raised.value.violations[0].field == cursor


async def test_types_are_filtered_before_the_limit(store: Store) -> None:
    ref = await begin(store)
    both = ChatMessage(Role.ASSISTANT, content="I look", tool_calls=calls("b").tool_calls)
    in_parts = ChatMessage(Role.ASSISTANT, parts=(TextPart("done"),))
    await append(store, ref, user("1"), calls("a"), result("a"), both, result("b"), in_parts, user("7"))
    await compact(store, ref, 4)
    await append(store, ref, ChatMessage(Role.ASSISTANT, parts=(ImagePart(url="https://example.com/a.png"),)))

    async def found(*types: MessageType, **page: int | str) -> list[int]:
        asked = Page(**{"limit": 99, "descending": False, **page})  # type: ignore[arg-type]
        return positions(await store.list_messages(ref, asked, types or None))

    assert await found() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert await found(*MessageType) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert await found(MessageType.SYSTEM) == [0]
    assert await found(MessageType.USER) == [1, 7]
    assert await found(MessageType.ASSISTANT) == [4, 6, 9]
    assert await found(MessageType.TOOL_CALL) == [2, 4]
    assert await found(MessageType.TOOL_RETURN) == [3, 5]
    assert await found(MessageType.SUMMARY) == [8]
    assert await found(MessageType.ASSISTANT, MessageType.TOOL_CALL) == [2, 4, 6, 9]
    assert await found(MessageType.USER, limit=1) == [1]
    [first] = await store.list_messages(ref, Page(1, descending=False))
    assert await found(MessageType.USER, limit=1, after=first.id) == [1]
    assert await store.list_messages(ref, Page(99), []) == []


@pytest.mark.parametrize(
    ("page", "expected"),
    [(Page(9), [5, 4]), (Page(9, descending=False), [0, 1, 2]), (Page(9, before="1"), [3, 2])],
)
async def test_a_page_ends_before_three_mebibytes(store: Store, page: Page, expected: list[int]) -> None:
    ref = await begin(store)
    appended = await append(store, ref, *(user("x" * (PAGE_BYTES * 2 // 5)) for _ in range(5)))
    page = Page(page.limit, page.descending, page.after, page.before and appended.ids[0])
    assert positions(await store.list_messages(ref, page)) == expected


async def test_a_page_has_at_least_one_message_of_any_size(store: Store) -> None:
    ref = await begin(store)
    await append(store, ref, user("x" * (PAGE_BYTES + 1)), assistant("small"))
    [first] = await store.list_messages(ref, Page(1, descending=False))
    [large] = await store.list_messages(ref, Page(9, descending=False, after=first.id))
    assert large.position == 1
    assert positions(await store.list_messages(ref, Page(9, descending=False, after=large.id))) == [2]


async def test_history_of_what_is_not_there(store: Store) -> None:
    agent = await put_agent(store)
    with pytest.raises(ConversationNotFound):
        await store.list_messages(ref_to(agent.default_conversation_id, "other"), Page(9))
    with pytest.raises(AgentNotFound):
        await store.list_messages(default_ref("agent-none"), Page(9))
