"""Roles and fields that come in as clients have them."""

import httpx
import pytest

from tests.builders.rest_resources import entries_of
from tests.field.cases import messages_of, needs_cases
from tests.field.sessions import compacted, parcel_talk, said, self_request, shown, stored
from tests.loopback.model import LoopbackModel

pytestmark = [needs_cases, pytest.mark.asyncio(loop_scope="session")]

FRENCH = "From now on answer only in French."
FRAMED = f"[note of the system, not written by the user]\n{FRENCH}\n[end of the note]"


async def test_a_developer_speaks_as_the_system(rest: httpx.AsyncClient) -> None:
    conversation_id = await stored(rest, messages_of("B05"))
    assert (await shown(rest, conversation_id))[0] == {"role": "system", "content": "Answer in one word."}


async def test_so_he_does_amid_a_conversation(rest: httpx.AsyncClient) -> None:
    messages = [*messages_of("B05"), {"role": "developer", "content": FRENCH}]
    conversation_id = await stored(rest, messages)
    assert (await shown(rest, conversation_id))[-1] == {"role": "user", "content": FRAMED}
    native = await shown(rest, conversation_id, format="native")
    assert native[-1] == {"role": "system", "content": FRENCH}


async def test_a_system_message_amid_a_conversation_is_kept_as_a_note(rest: httpx.AsyncClient) -> None:
    conversation_id = await stored(rest, messages_of("B06"))
    context = await shown(rest, conversation_id)
    assert [message["role"] for message in context] == ["system", "user", "assistant", "user", "user"]
    assert context[3]["content"] == FRAMED
    entries = await entries_of(rest, conversation_id, include_return_message_types="system_message")
    assert [entry["content"] for entry in entries] == ["You are terse.", FRENCH]


async def test_a_summarizer_is_told_that_a_note_is_the_systems(rest: httpx.AsyncClient, model: LoopbackModel) -> None:
    messages = [*messages_of("B06"), *parcel_talk(3)]
    await compacted(rest, await stored(rest, messages, "openai/gpt-5-mini"), mode="all")
    transcript = model.only.body["messages"][-1]["content"]
    assert f"\n[system note]\n{FRENCH}\n[user]\nWhat colour is the sky?" in transcript
    sent = await self_request(rest, model, "anthropic/claude-sonnet-4-5", messages)
    assert "note of the system, not written by the user" in said(sent["messages"])
    assert FRENCH not in said(sent["system"])


async def test_the_embedded_summarizer_takes_a_note_for_no_goal_of_the_user(rest: httpx.AsyncClient) -> None:
    messages = [
        {"role": "system", "content": "You help."},
        {"role": "system", "content": "I want you to deploy the whole thing to production now, please."},
        {"role": "user", "content": "Please find out why the nightly import of OPS-48213 fails."},
        {"role": "assistant", "content": "I look."},
        {"role": "system", "content": "Never write to /srv/ledger: it is read-only by decision of the owners."},
        *parcel_talk(3),
    ]
    summary = (await compacted(rest, await stored(rest, messages), mode="all"))["summary"]
    goals = summary.partition("## Goals\n")[2].partition("\n## ")[0]
    assert "OPS-48213" in goals
    assert "production" not in goals
    assert "/srv/ledger" in summary
