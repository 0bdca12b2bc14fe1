"""`include_ledger`: the new part ends with identifiers that it would not hold otherwise, whoever wrote it."""

from typing import Any
from uuid import uuid4

import pytest

from compactd.extractive.fixed_words import FixedWord
from compactd.extractive.ledger_section import SHARE_OF_LEDGER
from compactd.extractive.wording import listed_in
from compaction.v1 import compaction_pb2, compaction_service_pb2
from tests.builders.chat import append, compact, make, new_agent, new_conversation, talk, user
from tests.loopback.dialects import openai_chat
from tests.loopback.model import LoopbackModel
from tests.rpc.failures import failure_of
from tests.rpc.models import ALL, MODEL, MODES, with_model
from tests.server import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")

HEADING = f"\n\n## {FixedWord.IDENTIFIERS}\n"
EMBEDDED = {"mode": ALL, "model": "local/extractive"}


async def last_part(client: Client, conversation_id: str, **fields: Any) -> compaction_pb2.SummaryPart:
    return (await compact(client, conversation_id, include_ledger=True, **fields)).compaction.parts[-1]


@pytest.mark.parametrize("mode", MODES)
async def test_a_models_summary_ends_with_what_it_does_not_hold(
    client: Client, model: LoopbackModel, mode: int
) -> None:
    conversation_id = await with_model(client)
    model.answer(openai_chat("INV-0001 was paid, and all the others too."))
    done = await compact(client, conversation_id, mode, include_ledger=True)
    text, found, section = done.summary.partition(HEADING)
    assert text == "INV-0001 was paid, and all the others too."
    assert found
    assert "INV-0010" in section
    assert "INV-0001" not in section
    assert done.compaction.receipt.retained > 3
    assert done.compaction.receipt.unfounded == 0


@pytest.mark.parametrize("clip", [300, 400, 2_000])
@pytest.mark.parametrize("embedded", [True, False])
async def test_the_part_with_its_section_is_within_the_limit(
    client: Client, model: LoopbackModel, clip: int, *, embedded: bool
) -> None:
    conversation_id = await with_model(client, turns=60)
    # Longer than every limit here.
    model.always(openai_chat("All invoices were looked at, one after the other. " * 60))
    settings = {"mode": ALL, "clip_chars": clip} | ({"model": "local/extractive"} if embedded else {})
    text = (await last_part(client, conversation_id, compaction_settings=settings)).text
    assert len(text) <= clip
    _, found, section = text.partition(HEADING)
    assert found
    assert len(HEADING) + len(section) <= clip // SHARE_OF_LEDGER
    assert "INV-" in section or "C-" in section


@pytest.mark.parametrize("embedded", [True, False])
async def test_a_part_that_the_new_one_is_merged_into_ends_with_it_too(
    client: Client, model: LoopbackModel, *, embedded: bool
) -> None:
    conversation_id = await with_model(client, turns=30)
    model.always(openai_chat("All invoices were looked at, one after the other. " * 60))
    settings = {"mode": ALL, "clip_chars": 900} | ({"model": "local/extractive"} if embedded else {})
    await last_part(client, conversation_id, compaction_settings=settings)
    await append(client, conversation_id, talk(30, 31))
    merged = await last_part(client, conversation_id, compaction_settings=settings)
    assert (merged.state, merged.first_position) == (compaction_pb2.PART_STATE_MERGED, 1)
    assert len(merged.text) <= 900
    _, found, section = merged.text.partition(HEADING)
    assert found
    assert "INV-00" in section or "C-" in section


async def test_without_a_limit_of_the_caller_no_word_of_a_model_is_cut_off(
    client: Client, model: LoopbackModel
) -> None:
    conversation_id = await with_model(client)
    # More than a tenth of what is evicted.
    text = "All invoices were looked at, one after the other. " * 40
    model.answer(openai_chat(text))
    assert (await last_part(client, conversation_id)).text == text.strip()


async def test_what_an_earlier_part_or_the_part_itself_holds_is_not_listed(client: Client) -> None:
    conversation_id = await new_conversation(client, [*talk(20), user("Mind ticket TCK-1234.")])
    first = await last_part(client, conversation_id, compaction_settings=EMBEDDED)
    assert "TCK-1234" in first.text
    await append(client, conversation_id, [*talk(20, 21), user("Again: ticket TCK-1234, and TCK-9876.")])
    second = await last_part(client, conversation_id, compaction_settings=EMBEDDED)
    text, found, section = second.text.partition(HEADING)
    assert found
    listed = {value for line in section.splitlines() if (found_in := listed_in(line)) for value in found_in[1]}
    assert listed
    assert "TCK-1234" not in listed
    assert not [value for value in listed if f" {value}" in text]


async def test_a_value_that_was_corrected_is_not_listed(client: Client, model: LoopbackModel) -> None:
    agent = await new_agent(client, model="openai/gpt-4.1")
    said = [
        user("Ship it on 2026-05-01."),
        *talk(1),
        user("It rains and rains " * 150),
        user("Actually, ship it on 2026-05-09 instead of 2026-05-01."),
        *talk(1, 2),
    ]
    conversation_id = await new_conversation(client, said, agent_id=agent.id)
    model.answer(openai_chat("It is about shipping."))
    section = (await last_part(client, conversation_id, mode=ALL)).text.partition(HEADING)[2]
    assert "2026-05-09" in section
    assert "2026-05-01" not in section


async def test_it_is_another_request_and_by_default_there_is_none(client: Client) -> None:
    conversation_id = await new_conversation(client, talk(20))
    request_id = str(uuid4())
    done = await compact(client, conversation_id, compaction_settings=EMBEDDED, request_id=request_id)
    assert HEADING not in done.summary
    again = compact(client, conversation_id, compaction_settings=EMBEDDED, request_id=request_id, include_ledger=True)
    assert (await failure_of(again)).reason == "REQUEST_ID_REUSED"


async def test_summarize_takes_it_too(client: Client) -> None:
    agent = await new_agent(client)
    await append(client, agent.default_conversation_id, talk(20))
    request = make(
        compaction_service_pb2.SummarizeRequest,
        agent_id=agent.id,
        compaction_settings=EMBEDDED,
        include_ledger=True,
    )
    assert HEADING in (await client.compactions.Summarize(request)).summary


async def test_its_heading_is_in_the_language_of_the_conversation(client: Client, model: LoopbackModel) -> None:
    said = [user(f"Bitte prüfe die Rechnung RE-{number} und den Betrag darin.") for number in range(2_000, 2_060)]
    conversation_id = await new_conversation(client, said, agent_id=(await new_agent(client, model=MODEL)).id)
    model.answer(openai_chat("Die Rechnungen sollen geprüft werden."))
    done = await compact(client, conversation_id, ALL, include_ledger=True)
    text, found, section = done.summary.partition("\n\n## Kennungen\n")
    assert text == "Die Rechnungen sollen geprüft werden."
    assert found
    assert "RE-2059" in section
