"""ProtoJSON with the adapter's rules: enums, null, and what is printed."""

from typing import Any

import httpx
import pytest

from compaction.v1 import compaction_settings_pb2, conversation_service_pb2
from tests.builders.rest_resources import EXTRACTIVE, entries_of, json_of, new_agent, new_conversation, talk, user
from tests.gateway.stored_agents import rejected_agent, stored
from tests.server import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")

Mode = compaction_settings_pb2.CompactionMode


MODES = {name: number for name, number in Mode.items() if number}


# Enums


@pytest.mark.parametrize("number", MODES.values())
@pytest.mark.parametrize("spelling", ["short", "capitals", "proto", "number"])
async def test_an_enum_may_be_written_short_as_in_the_proto_or_as_a_number(
    rest: httpx.AsyncClient, client: Client, number: int, spelling: str
) -> None:
    name = Mode.Name(number)  # type: ignore[arg-type]
    capitals = name.removeprefix("COMPACTION_MODE_")
    written = {"short": capitals.lower(), "capitals": capitals, "proto": name, "number": number}
    agent = await new_agent(rest, compaction_settings={"mode": written[spelling]})
    assert (await stored(client, agent)).compaction_settings.mode == number
    assert agent["compaction_settings"]["mode"] == written["short"]


@pytest.mark.parametrize("value", ["All", "Sliding_Window", "", "compaction_mode_all", 99, 1.0, True, ["all"], {}])
async def test_an_enum_that_is_none_is_rejected_with_the_names_that_are(rest: httpx.AsyncClient, value: Any) -> None:
    error = await rejected_agent(rest, compaction_settings={"mode": value})
    assert (error.status, error.fields) == (400, ("agent.compaction_settings.mode",))
    assert "all, sliding_window, self_compact_all, self_compact_sliding_window" in error.sentence


async def test_an_enum_that_is_not_given_is_null(rest: httpx.AsyncClient) -> None:
    agent = await new_agent(rest, compaction_settings={"mode": "COMPACTION_MODE_UNSPECIFIED", "clip_chars": 5})
    assert agent["compaction_settings"]["mode"] is None


@pytest.mark.parametrize("order", ["asc", "SORT_ORDER_ASC"])
async def test_an_enum_of_a_query_is_written_alike(rest: httpx.AsyncClient, order: str) -> None:
    conversation = await new_conversation(rest, [user("One."), user("Two.")])
    entries = await entries_of(rest, conversation["id"], order=order)
    assert [entry["content"] for entry in entries[1:]] == ["One.", "Two."]


# Null, and what is printed


@pytest.mark.parametrize(
    "field",
    [
        "description",
        "tags",
        "metadata",
        "model",
        "model_settings",
        "memory_blocks",
        "compaction_settings",
        "tool_schemas",
    ],
)
async def test_a_null_is_absent(rest: httpx.AsyncClient, field: str) -> None:
    plain, with_null = await new_agent(rest, name="same"), await new_agent(rest, **{"name": "same", field: None})
    assert with_null[field] == plain[field]


async def test_a_null_clip_chars_is_no_clipping(rest: httpx.AsyncClient, client: Client) -> None:
    agent = await new_agent(rest, compaction_settings={"clip_chars": None})
    settings = (await stored(client, agent)).compaction_settings
    assert settings.HasField("clip_chars")
    assert settings.clip_chars == agent["compaction_settings"]["clip_chars"] == 0


async def test_a_null_in_either_spelling_is_no_clipping(rest: httpx.AsyncClient) -> None:
    agent = await new_agent(rest, compactionSettings={"clipChars": None})
    assert agent["compaction_settings"]["clip_chars"] == 0


async def test_a_null_clip_chars_in_a_request_goes_before_what_is_stored(rest: httpx.AsyncClient) -> None:
    conversation = await new_conversation(rest, talk(20), compaction_settings=EXTRACTIVE | {"clip_chars": 100})
    answer = await rest.post(
        f"/v1/conversations/{conversation['id']}/compact", json={"compaction_settings": {"clip_chars": None}}
    )
    done = json_of(answer)
    assert done["compaction"]["settings"]["clip_chars"] == 0
    assert len(done["summary"]) > 100


async def test_all_that_is_not_set_is_printed(rest: httpx.AsyncClient) -> None:
    agent = await new_agent(rest, name="Bare")
    assert {name: agent[name] for name in ("description", "system", "model")} == {
        "description": "",
        "system": "{CORE_MEMORY}",
        "model": "",
    }
    assert agent["memory_blocks"] == agent["tool_schemas"] == agent["tags"] == []
    unset = ("model_settings", "context_window_limit", "compaction_settings", "metadata")
    assert [agent[name] for name in unset] == [None] * 4


async def test_zeros_are_printed(rest: httpx.AsyncClient) -> None:
    conversation = await new_conversation(rest, talk(20))
    answer = await rest.post(
        f"/v1/conversations/{conversation['id']}/compact",
        json={"compaction_settings": EXTRACTIVE | {"mode": "all"}},
    )
    record = json_of(answer)["compaction"]
    assert record["usage"] == {
        "input_tokens": 0,
        "output_tokens": 0,
        "cached_tokens": 0,
        "calls": 0,
        "cost_usd": 0.0,
    }
    assert record["evicted_message_ids"] == record["kept_message_ids"] == []
    assert (record["parent_id"], record["restored_compaction_id"]) == ("", "")
    assert (record["kind"], record["ask"], record["method"]) == ("compaction", None, "extractive")
    assert record["degraded_reason"] is None


async def test_every_field_of_the_message_is_printed_and_no_other(rest: httpx.AsyncClient) -> None:
    conversation = await new_conversation(rest)
    kind = conversation_service_pb2.DESCRIPTOR.services_by_name["ConversationService"].methods_by_name[
        "CreateConversation"
    ]
    assert set(conversation) == set(kind.output_type.fields_by_name)
