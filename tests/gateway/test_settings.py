"""The settings of every provider, as Letta's clients write them: in, through gRPC, and out again."""

from typing import Any

import httpx
import pytest

from compaction.v1 import compaction_service_pb2, conversation_service_pb2
from tests.builders.chat import make
from tests.builders.documented_settings import DOCUMENTED_SETTINGS, VALUES
from tests.builders.rest_resources import UNKNOWN_CONVERSATION, Json, json_of, new_agent, new_conversation, talk
from tests.gateway.recording_servicers import RecordingServicers
from tests.gateway.settings_members import ModelSettings, arrived, flat, stored, stored_settings
from tests.loopback.model import LoopbackModel
from tests.server import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")

MEMBERS = set(ModelSettings.DESCRIPTOR.fields_by_name)
ALL_VALUES = [
    (provider, path, value)
    for provider, fields in VALUES.items()
    for path, values in fields.items()
    for value in values.split()
]


async def test_the_table_has_every_provider_and_every_field() -> None:
    assert set(DOCUMENTED_SETTINGS) == MEMBERS
    for documented in DOCUMENTED_SETTINGS.values():
        assert {field.name for field, _ in documented.member.ListFields()} == set(
            documented.member.DESCRIPTOR.fields_by_name
        )
        assert set(documented.sent) == set(documented.member.DESCRIPTOR.fields_by_name)


@pytest.mark.parametrize("provider", DOCUMENTED_SETTINGS)
async def test_an_agents_settings_arrive_as_the_providers_member(
    rest: httpx.AsyncClient, client: Client, provider: str
) -> None:
    model = DOCUMENTED_SETTINGS[provider].model
    agent = await new_agent(rest, model=model, model_settings=flat(provider))
    assert (await stored(client, agent["id"])).model_settings == arrived(provider)
    assert agent["model_settings"] == flat(provider)
    assert json_of(await rest.get(f"/v1/agents/{agent['id']}"))["model_settings"] == flat(provider)


@pytest.mark.parametrize("provider", DOCUMENTED_SETTINGS)
async def test_an_agents_compaction_settings_arrive_as_the_providers_member(
    rest: httpx.AsyncClient, client: Client, provider: str
) -> None:
    settings = {"mode": "all", "model": DOCUMENTED_SETTINGS[provider].model, "model_settings": flat(provider)}
    agent = await new_agent(rest, compaction_settings=settings)
    kept = (await stored(client, agent["id"])).compaction_settings
    assert (kept.model, kept.model_settings) == (DOCUMENTED_SETTINGS[provider].model, arrived(provider))
    assert agent["compaction_settings"]["model_settings"] == flat(provider)


@pytest.mark.parametrize("provider", DOCUMENTED_SETTINGS)
async def test_a_conversations_settings_arrive_as_the_providers_member(
    rest: httpx.AsyncClient, client: Client, provider: str
) -> None:
    model = DOCUMENTED_SETTINGS[provider].model
    settings: Json = {"model": model, "model_settings": flat(provider)}
    conversation = await new_conversation(rest, compaction_settings=settings, **settings)
    request = conversation_service_pb2.GetConversationRequest(conversation_id=conversation["id"])
    kept = await client.conversations.GetConversation(request)
    assert kept.model_settings == kept.compaction_settings.model_settings == arrived(provider)
    read = json_of(await rest.get(f"/v1/conversations/{conversation['id']}"))
    assert read["model_settings"] == read["compaction_settings"]["model_settings"] == flat(provider)


@pytest.mark.parametrize("path", ["conversations/{}/compact", "agents/{}/summarize", "conversations/{}/recompile"])
@pytest.mark.parametrize("provider", DOCUMENTED_SETTINGS)
async def test_the_settings_of_a_request_arrive_in_the_servicer_as_the_providers_member(
    door: httpx.AsyncClient, recorded: RecordingServicers, path: str, provider: str
) -> None:
    settings = {
        "clip_chars": 900,
        "mode": "self_compact_sliding_window",
        "model": DOCUMENTED_SETTINGS[provider].model,
        "model_settings": flat(provider),
        "prompt": "As a ledger.",
        "prompt_acknowledgement": False,
        "sliding_window_percentage": 0.25,
    }
    json_of(await door.post(f"/v1/{path.format(UNKNOWN_CONVERSATION)}", json={"compaction_settings": settings}))
    _, asked = recorded.calls[-1]
    settings_heard = asked.compaction_settings
    assert settings_heard.model_settings.WhichOneof("settings") == provider
    assert settings_heard == make(type(settings_heard), **settings | {"mode": 4, "model_settings": arrived(provider)})


@pytest.mark.parametrize(("provider", "path", "value"), ALL_VALUES)
async def test_every_documented_value_arrives_and_comes_back(
    rest: httpx.AsyncClient, client: Client, provider: str, path: str, value: str
) -> None:
    outer, _, inner = path.partition(".")
    given = {"provider_type": provider, outer: {inner: value} if inner else value}
    agent = await new_agent(rest, model_settings=given)
    member = getattr((await stored(client, agent["id"])).model_settings, provider)
    holder, name = (getattr(member, outer), inner) if inner else (member, outer)
    enum = holder.DESCRIPTOR.fields_by_name[name].enum_type
    assert enum.values_by_number[getattr(holder, name)].name.endswith(f"_{value.upper()}")
    back = agent["model_settings"][outer]
    assert (back[inner] if inner else back) == value


async def test_every_documented_value_is_every_value_of_the_contract() -> None:
    for provider, fields in VALUES.items():
        for path, values in fields.items():
            descriptor: Any = ModelSettings.DESCRIPTOR.fields_by_name[provider].message_type
            *outer, name = path.split(".")
            for step in outer:
                descriptor = descriptor.fields_by_name[step].message_type
            enum = descriptor.fields_by_name[name].enum_type
            assert [value.name.lower() for value in enum.values][1:] == [
                f"{enum.values[0].name.lower().removesuffix('unspecified')}{value}" for value in values.split()
            ]


@pytest.mark.parametrize("provider", DOCUMENTED_SETTINGS)
async def test_what_was_not_given_is_null(rest: httpx.AsyncClient, provider: str) -> None:
    agent = await new_agent(rest, model_settings={"provider_type": provider})
    assert agent["model_settings"] == {"provider_type": provider, **dict.fromkeys(DOCUMENTED_SETTINGS[provider].sent)}


@pytest.mark.parametrize("provider", DOCUMENTED_SETTINGS)
async def test_what_came_out_can_be_sent_in(rest: httpx.AsyncClient, client: Client, provider: str) -> None:
    """A client that reads an agent and creates another like it sends the nulls back."""
    first = await new_agent(rest, model=DOCUMENTED_SETTINGS[provider].model, model_settings={"provider_type": provider})
    assert await stored_settings(rest, client, first["model_settings"]) == make(ModelSettings, **{provider: {}})


async def test_settings_of_a_model_reach_the_wire_and_the_record(
    rest: httpx.AsyncClient, client: Client, model: LoopbackModel
) -> None:
    conversation = await new_conversation(rest, talk(20))
    given = {"provider_type": "openai", "max_output_tokens": 700, "reasoning": {"reasoning_effort": "low"}}
    settings = {"mode": "all", "model": "openai/gpt-5-mini", "model_settings": given}
    answer = await rest.post(f"/v1/conversations/{conversation['id']}/compact", json={"compaction_settings": settings})
    record = json_of(answer)["compaction"]
    assert (model.only.body["max_completion_tokens"], model.only.body["reasoning_effort"]) == (700, "low")
    in_force = record["settings"]["model_settings"]
    assert {name: value for name, value in in_force.items() if value is not None} == given
    request = compaction_service_pb2.GetCompactionRequest(
        conversation_id=conversation["id"], compaction_id=record["id"]
    )
    kept = await client.compactions.GetCompaction(request)
    assert kept.settings.model_settings.WhichOneof("settings") == "openai"
