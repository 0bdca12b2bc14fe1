"""Values that JSON has no type for, or a wider one than the contract: bytes, times and Structs."""

import base64
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from compaction.v1 import agent_service_pb2
from tests.builders.chat import history_of
from tests.builders.rest_resources import Json, entries_of, json_of, new_agent, new_conversation, user
from tests.gateway.error_bodies import error_of
from tests.server import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")


# Bytes and times


@pytest.mark.parametrize(
    "written",
    [
        base64.b64encode(b"\xfb\xff\xfe\x00").decode(),
        base64.urlsafe_b64encode(b"\xfb\xff\xfe\x00").decode(),
        base64.b64encode(b"\xfb\xff\xfe\x00").decode().rstrip("="),
        base64.urlsafe_b64encode(b"\xfb\xff\xfe\x00").decode().rstrip("="),
    ],
)
async def test_bytes_are_base64_of_either_alphabet(rest: httpx.AsyncClient, client: Client, written: str) -> None:
    opaque = {"provider": "openai", "model": "gpt-5.2", "type": "reasoning", "data": written}
    part = {"type": "opaque", "opaque": opaque}
    conversation = await new_conversation(
        rest, [{"role": "assistant", "content": [{"type": "text", "text": "x"}, part]}]
    )
    [_, message] = await history_of(client, conversation["id"])
    assert message.message.parts[1].opaque.data == b"\xfb\xff\xfe\x00"


@pytest.mark.parametrize("written", ["A", "****", "YQ==YQ==", "YW-*", "é", 7])
async def test_bytes_that_are_no_base64_are_rejected(rest: httpx.AsyncClient, written: Any) -> None:
    opaque = {"provider": "openai", "model": "gpt-5.2", "type": "reasoning", "data": written}
    body = {"messages": [{"role": "assistant", "content": [{"type": "opaque", "opaque": opaque}]}]}
    conversation = await new_conversation(rest)
    error = error_of(await rest.post(f"/v1/conversations/{conversation['id']}/messages:append", json=body))
    assert error.fields == ("messages[0].parts[0].opaque.data",)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-03-01T12:00:00Z", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("2026-03-01T12:00:00+02:00", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-03-01T12:00:00.25-00:30", datetime(2026, 3, 1, 12, 30, 0, 250_000, tzinfo=UTC)),
        ("2026-03-01T12:00:00.123456Z", datetime(2026, 3, 1, 12, 0, 0, 123_456, tzinfo=UTC)),
        ("2026-03-01t12:00:00z", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("2026-03-01T12:00:00.5-23:59", datetime(2026, 3, 2, 11, 59, 0, 500_000, tzinfo=UTC)),
        ("2024-02-29T12:00:00-00:00", datetime(2024, 2, 29, 12, tzinfo=UTC)),
        ("2026-03-01T12:00:00", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("2026-03-01 12:00:00.5", datetime(2026, 3, 1, 12, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-03-01 12:00:00+02:00", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        (1_772_366_400, datetime(2026, 3, 1, 12, tzinfo=UTC)),
        (1_772_366_400.25, datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)),
        (0, datetime(1970, 1, 1, tzinfo=UTC)),
        ("2026-03-01T12:00:00.123456789Z", datetime(2026, 3, 1, 12, 0, 0, 123_456, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
async def test_a_time_is_rfc_3339_or_what_programs_write_for_it(
    rest: httpx.AsyncClient, client: Client, written: Any, meant: datetime
) -> None:
    conversation = await new_conversation(rest, [user("x") | {"created_at": written}])
    [_, message] = await history_of(client, conversation["id"])
    assert message.created_at.ToDatetime(tzinfo=UTC) == meant
    [_, entry] = await entries_of(rest, conversation["id"])
    assert datetime.fromisoformat(entry["date"]) == meant
    assert entry["date"].endswith("Z")


@pytest.mark.parametrize(
    "written",
    [
        "yesterday",
        "2026-03-01",
        "2026-03-01T12:00Z",
        "2026-03-01T12:00:00.Z",
        "2026-03-01T12:00:00,5Z",
        "2026-03-01T12:00:00.1234567890Z",
        "2026-03-01T12:00:00+0200",
        "2026-03-01T12:00:00+02",
        "2026-03-01T12:00:00+24:00",
        "2026-03-01T12:00:00+02:60",
        "2026-03-01T12:00:00Z+02:00",
        "2026-03-01T12:00:60Z",
        "2026-03-01T12:60:00Z",
        "2026-03-01T24:00:00Z",
        "2026-3-1T12:00:00Z",
        "+2026-03-01T12:00:00Z",
        " 2026-03-01T12:00:00Z",
        "2026-03-01T12:00:00Z\n",
        "２０２６-03-01T12:00:00Z",
        "2026-W09-7T12:00:00Z",
        "2025-02-29T12:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "2026-02-30T12:00:00Z",
        "2026-03-01T25:00:00Z",
        "10000-01-01T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "",
        1_790_000_000_000,
        -1,
        True,
        {"seconds": 1},
    ],
)
async def test_a_time_that_is_none_is_rejected(rest: httpx.AsyncClient, written: Any) -> None:
    conversation = await new_conversation(rest)
    body = {"messages": [user("x"), user("y") | {"created_at": written}]}
    error = error_of(await rest.post(f"/v1/conversations/{conversation['id']}/messages:append", json=body))
    assert (error.status, error.fields) == (400, ("messages[1].created_at",))


# Structs


async def test_a_struct_comes_back_as_it_was(rest: httpx.AsyncClient) -> None:
    metadata = {
        "whole": 7,
        "negative": -(2**53),
        "exact": 2**53,
        "half": 0.5,
        "large": 1e300,
        "none": None,
        "true": True,
        "text": "ü",
        "": "empty key",
        "nested": {"list": [1, "x", [], {}, [None, False]]},
    }
    body = json_of(await rest.post("/v1/agents", json={"metadata": metadata}))["metadata"]
    assert body == metadata
    assert type(body["whole"]) is type(body["exact"]) is int


def nested(levels: int) -> Json:
    value: Json = {}
    for _ in range(levels - 1):
        value = {"deeper": value}
    return value


async def test_a_struct_of_thirty_levels_can_be_read_over_grpc(rest: httpx.AsyncClient, client: Client) -> None:
    agent = await new_agent(rest, metadata=nested(30))
    assert agent["metadata"] == nested(30)
    stored = await client.agents.GetAgent(agent_service_pb2.GetAgentRequest(agent_id=agent["id"]))
    assert stored.metadata.fields["deeper"].HasField("struct_value")


@pytest.mark.parametrize("levels", [31, 60, 90])
async def test_a_deeper_struct_is_rejected(rest: httpx.AsyncClient, levels: int) -> None:
    assert error_of(await rest.post("/v1/agents", json={"metadata": nested(levels)})).fields == ("agent.metadata",)
