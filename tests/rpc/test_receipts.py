"""The receipt in every compaction's record, through the real server, over both databases and both doors."""

from collections.abc import AsyncIterator, Iterable
from typing import Any

import httpx
import pytest
import pytest_asyncio

from compaction.v1 import compaction_pb2, compaction_service_pb2, ledger_pb2
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
    talk,
    user,
)
from tests.loopback.dialects import openai_chat
from tests.loopback.model import LoopbackModel
from tests.rpc.models import ALL, MODES, SLIDING, with_model
from tests.server import Client, LocalServer, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

FULL = compaction_service_pb2.COMPACTION_VIEW_FULL
TOO_SHORT = "Nothing much was said about it."


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(module_url: str) -> AsyncIterator[LocalServer]:
    async with local_server(module_url, http=True, model_retry_seconds=0) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def client(server: LocalServer) -> Client:
    return server.client


async def record_of(client: Client, made: compaction_pb2.Compaction, view: Any = 0) -> compaction_pb2.Compaction:
    request = make(
        compaction_service_pb2.GetCompactionRequest,
        conversation_id=made.conversation_id,
        compaction_id=made.id,
        view=view,
    )
    return await client.compactions.GetCompaction(request)


async def full_receipt(client: Client, made: compaction_pb2.Compaction) -> ledger_pb2.Receipt:
    return (await record_of(client, made, FULL)).receipt


def values(identifiers: Iterable[ledger_pb2.ReceiptIdentifier]) -> list[str]:
    return [identifier.value for identifier in identifiers]


def assert_adds_up(receipt: ledger_pb2.Receipt) -> None:
    assert receipt.retained + receipt.recoverable == receipt.evicted
    assert [count.kind for count in receipt.by_kind] == sorted({count.kind for count in receipt.by_kind})
    for name in ("evicted", "retained", "recoverable"):
        assert sum(getattr(count, name) for count in receipt.by_kind) == getattr(receipt, name)


async def summarized_by(client: Client, model: LoopbackModel, text: str, mode: int = ALL) -> compaction_pb2.Compaction:
    """The record of a compaction of twenty turns whose summary a model wrote."""
    conversation_id = await with_model(client)
    model.answer(openai_chat(text))
    return (await compact(client, conversation_id, mode)).compaction


@pytest.mark.parametrize("mode", MODES)
async def test_every_record_says_what_became_of_the_evicted_identifiers(client: Client, mode: int) -> None:
    conversation_id = await new_conversation(client, talk(20))
    made = (await compact(client, conversation_id, mode)).compaction
    assert_adds_up(made.receipt)
    assert made.receipt.evicted > 40
    assert made.receipt.unfounded == 0
    assert (await record_of(client, made)).receipt == made.receipt
    full = await full_receipt(client, made)
    assert len(full.retained_identifiers) == full.retained
    assert len(full.recoverable_identifiers) == full.recoverable


@pytest.mark.parametrize("mode", MODES)
async def test_a_models_summary_is_held_to_the_same(client: Client, model: LoopbackModel, mode: int) -> None:
    text = "Invoices INV-0001 and INV-0003 were paid; INV-0003 is of carrier C-21. Then INV-9999 was opened."
    made = await summarized_by(client, model, text, mode)
    assert_adds_up(made.receipt)
    full = await full_receipt(client, made)
    assert {"INV-0001", "INV-0003", "C-21"} <= set(values(full.retained_identifiers))
    assert "INV-0002" in values(full.recoverable_identifiers)
    assert values(full.unfounded_identifiers) == ["INV-9999"]
    assert made.receipt.unfounded == 1


async def test_the_counts_are_by_kind(client: Client, model: LoopbackModel) -> None:
    made = await summarized_by(client, model, "INV-0001 was paid: 112.50 EUR.")
    counts = {count.kind: (count.evicted, count.retained) for count in made.receipt.by_kind}
    assert counts[ledger_pb2.IDENTIFIER_KIND_AMOUNT] == (20, 1)
    assert counts[ledger_pb2.IDENTIFIER_KIND_DATE] == (20, 0)


async def test_a_part_of_an_identifier_is_not_the_identifier(client: Client, model: LoopbackModel) -> None:
    made = await summarized_by(client, model, "See XINV-0001, INV-00022 and INV-0003.")
    full = await full_receipt(client, made)
    assert "INV-0003" in values(full.retained_identifiers)
    assert {"INV-0001", "INV-0002"} <= set(values(full.recoverable_identifiers))


async def test_what_a_kept_message_holds_is_retained(client: Client, model: LoopbackModel) -> None:
    conversation_id = await with_model(client)
    await append(client, conversation_id, [user("Once more INV-0002, please."), assistant("It is paid.")])
    model.answer(openai_chat(TOO_SHORT))
    full = await full_receipt(client, (await compact(client, conversation_id, SLIDING)).compaction)
    assert "INV-0002" in values(full.retained_identifiers)
    assert "INV-0001" in values(full.recoverable_identifiers)


async def test_a_recoverable_identifier_names_the_messages_that_hold_it(client: Client, model: LoopbackModel) -> None:
    made = await summarized_by(client, model, TOO_SHORT)
    history = await history_of(client, made.conversation_id, limit=1000)
    [first] = [one for one in (await full_receipt(client, made)).recoverable_identifiers if one.value == "INV-0001"]
    assert list(first.message_ids) == [message.id for message in history[1:5]]


async def test_lists_are_in_the_order_in_which_they_were_first_written(client: Client, model: LoopbackModel) -> None:
    full = await full_receipt(client, await summarized_by(client, model, TOO_SHORT))
    invoices = [value for value in values(full.recoverable_identifiers) if value.startswith("INV-")]
    assert invoices == [f"INV-{turn:04d}" for turn in range(1, 21)]


@pytest.mark.parametrize("where", ["system", "kept", "argument", "listing", "small letters"])
async def test_what_stands_anywhere_in_the_context_is_not_unfounded(
    client: Client, model: LoopbackModel, where: str
) -> None:
    agent = await new_agent(client, model="openai/gpt-4.1", system="The desk is DSK-4711.")
    said = [*talk(12), assistant(None, call("c9", "sh", '{"code": "wait_for_it(max_tries)"}'))]
    said += [result("c9", "def some_function(x):\n  pass\n"), assistant("See build-77-x.")]
    conversation_id = await new_conversation(client, said, agent_id=agent.id)
    await append(client, conversation_id, [user("Now TCK-8800.")])
    text = {
        "system": "Desk DSK-4711.",
        "kept": "About TCK-8800.",
        "argument": "It ran wait_for_it(max_tries).",
        "listing": "There is some_function now.",
        "small letters": "See BUILD-77-X.",
    }[where]
    model.answer(openai_chat(text))
    made = (await compact(client, conversation_id, SLIDING if where == "kept" else ALL)).compaction
    assert values((await full_receipt(client, made)).unfounded_identifiers) == []
    assert made.receipt.unfounded == 0


async def test_what_an_earlier_part_said_is_not_unfounded_again(client: Client, model: LoopbackModel) -> None:
    made = await summarized_by(client, model, "Then INV-9999 was opened.")
    assert made.receipt.unfounded == 1
    await append(client, made.conversation_id, talk(20, 21))
    model.answer(openai_chat("INV-9999 is still open, INV-0021 was paid."))
    again = (await compact(client, made.conversation_id, ALL)).compaction
    assert again.receipt.unfounded == 0
    assert (await full_receipt(client, again)).unfounded_identifiers == []
    # The identifiers that the first one evicted are not counted a second time.
    assert "INV-0001" not in values((await full_receipt(client, again)).recoverable_identifiers)


async def test_merged_parts_are_held_to_what_they_were_merged_from(client: Client) -> None:
    settings = {"mode": ALL, "model": "local/extractive", "clip_chars": 700}
    conversation_id = await new_conversation(client)
    states = set()
    for first in (1, 21, 41):
        await append(client, conversation_id, talk(20, first))
        made = (await compact(client, conversation_id, compaction_settings=settings)).compaction
        assert_adds_up(made.receipt)
        assert made.receipt.unfounded == 0
        states |= {part.state for part in made.parts}
    assert compaction_pb2.PART_STATE_MERGED in states


async def test_a_degraded_compaction_has_a_receipt_too(client: Client, model: LoopbackModel) -> None:
    conversation_id = await with_model(client)
    model.always(status=400)
    made = (await compact(client, conversation_id, ALL, allow_degraded=True)).compaction
    assert made.degraded_reason
    assert_adds_up(made.receipt)
    assert made.receipt.retained > 0


async def test_a_restore_has_none_and_leaves_that_of_the_compaction(client: Client) -> None:
    conversation_id = await new_conversation(client, talk(20))
    made = (await compact(client, conversation_id, ALL)).compaction
    before = await full_receipt(client, made)
    undone = await restore(client, conversation_id, made.id)
    assert not undone.HasField("receipt")
    assert not (await record_of(client, undone, FULL)).HasField("receipt")
    await append(client, conversation_id, talk(1, 30))
    assert await full_receipt(client, made) == before


async def test_the_lists_end_at_a_mebibyte(client: Client, model: LoopbackModel) -> None:
    conversation_id = await with_model(client)
    numbers = [" ".join(f"{batch}-{'x' * 80}-{number}" for number in range(2_500)) for batch in range(5)]
    await append(client, conversation_id, [user(text) for text in numbers])
    model.answer(openai_chat("INV-9999 was opened."))
    made = (await compact(client, conversation_id, ALL)).compaction
    full = await full_receipt(client, made)
    assert made.receipt.recoverable >= 12_500 > len(full.recoverable_identifiers) > 5_000
    assert values(full.unfounded_identifiers) == ["INV-9999"]
    assert full.ByteSize() < 1024 * 1024 + 64 * 1024


async def test_over_rest_it_reads_as_the_rest_of_the_record(server: LocalServer) -> None:
    conversation_id = await new_conversation(server.client, talk(20))
    made = (await compact(server.client, conversation_id, ALL)).compaction
    async with httpx.AsyncClient(base_url=server.http_url, timeout=30) as http:
        path = f"/v1/conversations/{conversation_id}/compactions/{made.id}"
        receipt = (await http.get(path, params={"view": "full"})).json()["receipt"]
    assert receipt["retained"] == made.receipt.retained == len(receipt["retained_identifiers"])
    [amounts] = [count for count in receipt["by_kind"] if count["kind"] == "amount"]
    assert (amounts["evicted"], amounts["retained"] + amounts["recoverable"]) == (20, 20)
