"""ListLedger through the real server, over both databases and both doors."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from compactd.domain.ledger import identifier_id
from compactd.summarizers.embedded import LONGEST_READ_AT_ONCE
from compaction.v1 import conversation_service_pb2, ledger_pb2, sort_order_pb2
from tests.builders.chat import (
    append,
    assistant,
    call,
    compact,
    history_of,
    make,
    new_agent,
    new_conversation,
    restore,
    result,
    system,
    user,
)
from tests.rpc.failures import failure_of
from tests.rpc.models import ALL
from tests.server import Client, LocalServer, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

PATH, URL, EMAIL, HOST, ID, HASH, AMOUNT, QUANTITY, DATE, VERSION, ERROR, COMMAND, SYMBOL, NUMBER, NAME = range(1, 16)

SAID = [
    user("Please refund order ORD-5521 of ines@example.com, 1,250.00 EUR, by 2026-03-14."),
    assistant(None, call("c1", "refund", '{"order_id": "ORD-5521", "path": "/srv/refunds/a.json"}')),
    result("c1", '{"order_id": "ORD-5521", "status": "queued", "job": "job-88121"}'),
    assistant("Refund of ORD-5521 is queued; see https://example.com/jobs/88121 and commit 9f86d081."),
]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(module_url: str) -> AsyncIterator[LocalServer]:
    async with local_server(module_url, http=True, model_retry_seconds=0) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def client(server: LocalServer) -> Client:
    return server.client


async def ledger_of(client: Client, conversation_id: str, **fields: Any) -> list[ledger_pb2.LedgerEntry]:
    request = make(conversation_service_pb2.ListLedgerRequest, conversation_id=conversation_id, **fields)
    return list((await client.conversations.ListLedger(request)).entries)


def values(entries: list[ledger_pb2.LedgerEntry]) -> list[str]:
    return [entry.value for entry in entries]


async def test_an_identifier_is_listed_once_with_all_the_messages_that_hold_it(client: Client) -> None:
    conversation_id = await new_conversation(client, SAID)
    ids = [message.id for message in await history_of(client, conversation_id)]
    [entry] = await ledger_of(client, conversation_id, text="ord-5521")
    assert entry == ledger_pb2.LedgerEntry(
        id=identifier_id("id", "ORD-5521"),
        kind=ledger_pb2.IDENTIFIER_KIND_ID,
        value="ORD-5521",
        label="order_id",
        count=4,
        message_ids=ids[1:],
        last_position=4,
    )


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (PATH, "/srv/refunds/a.json"),
        (URL, "https://example.com/jobs/88121"),
        (EMAIL, "ines@example.com"),
        (ID, "job-88121"),
        (HASH, "9f86d081"),
        (AMOUNT, "1,250.00 EUR"),
        (DATE, "2026-03-14"),
        (SYMBOL, "queued"),
    ],
)
async def test_what_users_write_and_tools_are_given_and_give_back_is_listed_by_kind(
    client: Client, kind: Any, expected: str
) -> None:
    conversation_id = await new_conversation(client, SAID)
    entries = await ledger_of(client, conversation_id, kinds=[kind])
    assert expected in values(entries)
    assert {entry.kind for entry in entries} == {kind}


async def test_several_kinds_may_be_asked_for(client: Client) -> None:
    conversation_id = await new_conversation(client, SAID)
    assert sorted(values(await ledger_of(client, conversation_id, kinds=[EMAIL, HASH]))) == [
        "9f86d081",
        "ines@example.com",
    ]


async def test_what_the_output_of_a_program_repeats_counts_where_somebody_named_it(client: Client) -> None:
    listing = "def retry_later(job):\n    return job.retry_count < max_attempts\n"
    said = [user("Why does retry_count grow?"), assistant(None, call("c1")), result("c1", listing)]
    conversation_id = await new_conversation(client, said)
    found = {entry.value: entry.count for entry in await ledger_of(client, conversation_id, limit=1000)}
    assert found["retry_count"] == 1
    # What nobody but a listing names is not listed.
    assert "max_attempts" not in found
    again = [assistant(None, call("c2")), result("c2", "retry_count = 3")]
    await append(client, conversation_id, again)
    [entry] = await ledger_of(client, conversation_id, text="retry_count")
    assert (entry.count, entry.last_position) == (2, 5)


async def test_the_system_message_and_summaries_are_not_read(client: Client) -> None:
    agent = await new_agent(client, system="You are REP-1001.")
    said = [system("You serve desk DSK-2002."), *SAID]
    conversation_id = await new_conversation(client, said, agent_id=agent.id)
    before = await ledger_of(client, conversation_id, limit=1000)
    assert not {"REP-1001", "DSK-2002"} & set(values(before))
    await compact(client, conversation_id, ALL)
    after = await ledger_of(client, conversation_id, limit=1000)
    assert [(entry.value, entry.count) for entry in after] == [(entry.value, entry.count) for entry in before]


async def test_credentials_are_not_listed(client: Client) -> None:
    secret = "sk-ant-api03-" + "Q7x9Zr2Lk4" * 4
    conversation_id = await new_conversation(client, [user(f"The key is {secret} for project PRJ-77."), *SAID])
    assert await ledger_of(client, conversation_id, text="sk-ant") == []
    assert values(await ledger_of(client, conversation_id, text="PRJ")) == ["PRJ-77"]


async def test_evicted_are_those_that_no_message_of_the_context_holds_until_it_is_restored(client: Client) -> None:
    conversation_id = await new_conversation(client, SAID)
    assert await ledger_of(client, conversation_id, evicted_only=True) == []
    record = (await compact(client, conversation_id, ALL)).compaction
    await append(client, conversation_id, [user("Is ORD-5521 done? And ORD-6600?")])
    evicted = await ledger_of(client, conversation_id, evicted_only=True, limit=1000)
    assert all(entry.evicted for entry in evicted)
    assert "job-88121" in values(evicted)
    assert not {"ORD-5521", "ORD-6600"} & set(values(evicted))
    assert [entry.evicted for entry in await ledger_of(client, conversation_id, text="ORD-")] == [False, False]
    await restore(client, conversation_id, record.id)
    assert await ledger_of(client, conversation_id, evicted_only=True) == []


async def test_the_ledger_is_paged_both_ways_by_the_last_message_then_the_value(client: Client) -> None:
    conversation_id = await new_conversation(client, [user(f"ticket TCK-{n:03d}, TCK-{n + 500:03d}") for n in range(6)])
    wanted = [f"TCK-{n + more:03d}" for n in range(6) for more in (0, 500)]
    asc = sort_order_pb2.SORT_ORDER_ASC
    entries = await ledger_of(client, conversation_id, order=asc)
    assert values(entries) == wanted
    assert values(await ledger_of(client, conversation_id)) == wanted[::-1]
    ids = [entry.id for entry in entries]
    assert values(await ledger_of(client, conversation_id, order=asc, after=ids[4], limit=3)) == wanted[5:8]
    assert values(await ledger_of(client, conversation_id, order=asc, before=ids[4], limit=3)) == wanted[1:4]
    assert values(await ledger_of(client, conversation_id, after=ids[4], limit=3)) == wanted[3:0:-1]
    assert values(await ledger_of(client, conversation_id, before=ids[4], limit=3)) == wanted[7:4:-1]
    between = await ledger_of(client, conversation_id, order=asc, after=ids[2], before=ids[9], limit=2)
    assert values(between) == wanted[3:5]
    assert await ledger_of(client, conversation_id, order=asc, after=ids[-1]) == []


async def test_of_many_messages_that_hold_it_the_last_hundred_are_named(client: Client) -> None:
    conversation_id = await new_conversation(client, [user("See ORD-5521.") for _ in range(230)])
    ids = [message.id for message in await history_of(client, conversation_id, limit=1000)]
    [entry] = await ledger_of(client, conversation_id, text="ORD-5521")
    assert (entry.count, entry.last_position) == (230, 230)
    assert list(entry.message_ids) == ids[-100:]


async def test_a_page_ends_before_three_mebibytes(client: Client) -> None:
    numbers = " ".join(f"ORD-{number}" for number in range(10_000, 10_900))
    conversation_id = await new_conversation(client, [user(numbers) for _ in range(100)])
    page = await ledger_of(client, conversation_id, limit=1000)
    assert 1 < len(page) < 900
    assert sum(entry.ByteSize() for entry in page) < 3 * 1024 * 1024
    following = await ledger_of(client, conversation_id, limit=1, after=page[-1].id)
    assert following[0].value < page[-1].value


async def test_a_message_too_long_to_be_read_at_append_is_read_when_the_ledger_is_asked_for(client: Client) -> None:
    text = "nothing to see here, " * (LONGEST_READ_AT_ONCE // 21 + 1) + "but ticket TCK-9917"
    conversation_id = await new_conversation(client, [user(text)])
    for _ in range(2):
        assert values(await ledger_of(client, conversation_id, kinds=[ID])) == ["TCK-9917"]


async def test_an_unknown_cursor_and_other_bad_values_are_named(client: Client) -> None:
    conversation_id = await new_conversation(client, SAID)
    for field, bad in (
        ("after", identifier_id("id", "ORD-0000")),
        ("before", f"message-{'0' * 32}"),
        ("limit", 0),
        ("limit", 1001),
        ("kinds", [0]),
        ("kinds", [99]),
        ("text", "x" * 257),
    ):
        failed = await failure_of(ledger_of(client, conversation_id, **{field: bad}))
        assert [name.partition("[")[0] for name in failed.fields] == [field]
    assert await ledger_of(client, conversation_id, text="x" * 256) == []


async def test_a_conversation_that_holds_nothing_has_an_empty_ledger(client: Client) -> None:
    conversation_id = await new_conversation(client)
    assert await ledger_of(client, conversation_id) == []
    failed = await failure_of(ledger_of(client, f"{conversation_id[:-12]}000000000000"))
    assert failed.reason == "CONVERSATION_NOT_FOUND"


async def test_over_rest_it_is_a_bare_array_with_kinds_in_small_letters(server: LocalServer) -> None:
    agent = await new_agent(server.client)
    await append(server.client, agent.default_conversation_id, SAID)
    async with httpx.AsyncClient(base_url=server.http_url, timeout=30) as http:
        for path in (f"/v1/conversations/{agent.default_conversation_id}/ledger", f"/v1/agents/{agent.id}/ledger"):
            answer = await http.get(path, params={"kinds": ["email", "amount"], "order": "asc"})
            assert [(entry["kind"], entry["value"]) for entry in answer.json()] == [
                ("amount", "1,250.00 EUR"),
                ("email", "ines@example.com"),
            ]
        refused = await http.get(path, params={"kinds": "nonsense"})
        assert refused.status_code == 400
