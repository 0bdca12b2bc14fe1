"""What leaves the process without any settings, and of a model's own context."""

import pytest

from compactd.domain.handles import ModelHandle
from compactd.domain.model_settings import PROVIDERS
from compactd.summarizers.catalog import LitellmCatalog
from compactd.summarizers.litellm_model import LitellmModel
from tests.builders.model_requests import self_request, settings_of, transcript_request
from tests.loopback.model import LoopbackModel
from tests.loopback.providers import LOOPBACK_PROVIDERS
from tests.summarizers.provider_bodies import BODIES, HANDLES, SCHEMA, model_body


def test_every_provider_is_pointed_at_loopback() -> None:
    assert tuple(LOOPBACK_PROVIDERS) == PROVIDERS


@pytest.mark.parametrize("member", PROVIDERS)
async def test_without_settings_nothing_but_the_messages_is_sent(
    member: str, model: LitellmModel, server: LoopbackModel
) -> None:
    handle = HANDLES[member]
    limit = {"anthropic": 700, "moonshot_coding": 700}.get(member)
    answer = await model.ask(transcript_request(handle, max_output_tokens=limit))
    assert answer.text == "A short summary."
    assert answer.finish == "stop"
    expected = BODIES[member] | ({"max_tokens": limit} if limit else {})
    assert model_body(server) == expected
    assert server.last.path == LOOPBACK_PROVIDERS[member].path
    header, key = LOOPBACK_PROVIDERS[member].key_header
    shown = server.last.headers[header]
    assert shown.startswith(key) if member == "bedrock" else shown == key


@pytest.mark.parametrize("name", ["us.anthropic.claude-of-tomorrow", "meta.llama9-v1%3A0"])
async def test_a_model_of_bedrock_that_no_table_knows_is_asked_over_converse(
    name: str, model: LitellmModel, server: LoopbackModel
) -> None:
    answer = await model.ask(transcript_request(f"bedrock/{name.replace('%3A', ':')}"))
    assert answer.text == "A short summary."
    assert server.last.path == f"/model/{name}/converse"


@pytest.mark.parametrize("member", PROVIDERS)
async def test_with_its_own_context_the_model_sees_its_tools_and_may_use_none(
    member: str, model: LitellmModel, server: LoopbackModel
) -> None:
    handle = HANDLES[member]
    await model.ask(self_request(handle, max_output_tokens=700))
    body = model_body(server)
    if member == "bedrock":
        assert "toolConfig" not in body
        assert "look" in str(body["messages"])
    elif member in ("google_ai", "google_vertex"):
        assert body["toolConfig"] == {"functionCallingConfig": {"mode": "NONE"}}
        assert [tool["name"] for tool in body["tools"][0]["function_declarations"]] == ["look"]
    elif member in ("anthropic", "moonshot_coding"):
        assert body["tool_choice"] == {"type": "none"}
        assert [tool["name"] for tool in body["tools"]] == ["look"]
    else:
        assert body["tool_choice"] == "none"
        assert [tool.get("name") or tool["function"]["name"] for tool in body["tools"]] == ["look"]
    assert "found" in str(body)


@pytest.mark.parametrize("member", sorted(set(HANDLES) - {"baseten", "chatgpt_oauth"}))
async def test_with_its_own_context_the_format_of_the_answer_is_not_sent(
    member: str, model: LitellmModel, server: LoopbackModel, catalog: LitellmCatalog
) -> None:
    field = "response_schema" if member.startswith("google") else "response_format"
    fields = {field: {"json_schema": {"json_schema": SCHEMA}}}
    settings = settings_of(member, fields)
    handle = ModelHandle.parse(HANDLES[member])
    assert catalog.unsupported_settings(handle, settings, self_context=True) == []
    await model.ask(self_request(HANDLES[member], fields, max_output_tokens=700))
    with_settings = model_body(server)
    server.requests.clear()
    await model.ask(self_request(HANDLES[member], max_output_tokens=700))
    assert with_settings == model_body(server)


async def test_claude_is_never_offered_a_dummy_tool(model: LitellmModel, server: LoopbackModel) -> None:
    await model.ask(self_request("anthropic/claude-haiku-4-5", tools=(), max_output_tokens=700))
    assert [tool["name"] for tool in server.only.body["tools"]] == ["look"]
    assert server.only.body["tool_choice"] == {"type": "none"}
