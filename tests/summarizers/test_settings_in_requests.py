"""What leaves the process for every field of every member of ModelSettings: sent as documented, or not at all."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from compactd.domain.handles import ModelHandle
from compactd.domain.model_settings import ModelSettings
from compactd.summarizers.catalog import LitellmCatalog
from compactd.summarizers.litellm_model import LitellmModel
from tests.builders.model_requests import settings_of, transcript_request
from tests.loopback.model import LoopbackModel
from tests.summarizers.provider_bodies import BODIES, CLAUDE_MESSAGES, HANDLES, SCHEMA, SENT, UNUSED, model_body


def _merged(base: dict[str, Any], extra: dict[str, Any]) -> dict[str, Any]:
    merged = copy.deepcopy(base)
    for key, value in extra.items():
        inner = merged.get(key)
        merged[key] = _merged(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else value
    return merged


@pytest.mark.parametrize(("member", "fields", "sent"), SENT, ids=[f"{m}-{f}" for m, f, _ in SENT])
async def test_a_field_is_sent_as_its_provider_documents_it(
    member: str,
    fields: dict[str, Any],
    sent: dict[str, Any],
    model: LitellmModel,
    server: LoopbackModel,
    catalog: LitellmCatalog,
) -> None:
    handle = ModelHandle.parse(HANDLES[member])
    settings = settings_of(member, fields)
    assert catalog.unsupported_settings(handle, settings, self_context=False) == []
    assert catalog.unused_settings(settings) == []
    request = transcript_request(HANDLES[member], fields)
    if member in ("anthropic", "moonshot_coding") and request.max_output_tokens is None:
        # The API demands a limit, so the strategy core always gives one.
        request = transcript_request(HANDLES[member], fields, max_output_tokens=700)
        sent = {"max_tokens": 700, **sent}
    await model.ask(request)
    assert model_body(server) == _merged(BODIES[member], sent)


@pytest.mark.parametrize(("member", "field", "value"), UNUSED, ids=[f"{m}-{f}" for m, f, _ in UNUSED])
async def test_a_field_without_meaning_for_a_summary_is_listed_and_not_sent(
    member: str, field: str, value: Any, model: LitellmModel, server: LoopbackModel, catalog: LitellmCatalog
) -> None:
    handle = ModelHandle.parse(HANDLES[member])
    settings = settings_of(member, {field: value})
    assert catalog.unsupported_settings(handle, settings, self_context=False) == []
    assert catalog.unused_settings(settings) == [f"{member}.{field}"]
    limit = {"max_output_tokens": 700} if member in ("anthropic", "moonshot_coding") else {}
    await model.ask(transcript_request(HANDLES[member], {field: value}, **{"max_output_tokens": None} | limit))
    assert model_body(server) == BODIES[member] | ({"max_tokens": 700} if limit else {})


def _leaves(kind: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in kind.model_fields.items():
        inner = [part for part in getattr(field.annotation, "__args__", ()) if _is_group(part)]
        for part in inner:
            yield from _leaves(part, f"{prefix}{name}.")
        if not inner:
            yield f"{prefix}{name}"


def _is_group(part: Any) -> bool:
    return isinstance(part, type) and issubclass(part, BaseModel) and not hasattr(part, "type")


def _given(fields: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for name, value in fields.items():
        if isinstance(value, dict) and name not in ("response_format", "response_schema"):
            yield from _given(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


@pytest.mark.parametrize("kind", ModelSettings.__args__, ids=lambda kind: str(kind.provider))
def test_every_field_has_its_row(kind: Any) -> None:
    shown = {path for member, fields, _ in SENT if member == kind.provider for path in _given(fields)}
    shown |= {field for member, field, _ in UNUSED if member == kind.provider}
    # Shown on models that have them, below.
    shown |= {"effort", "max_output_tokens"} if kind.provider == "anthropic" else set()
    assert shown == set(_leaves(kind))


@pytest.mark.parametrize("effort", ["low", "medium", "high", "xhigh", "max"])
async def test_effort_goes_to_claude_as_output_config(
    effort: str, model: LitellmModel, server: LoopbackModel, catalog: LitellmCatalog
) -> None:
    handle = "anthropic/claude-opus-4-7"
    fields = {"effort": effort, "max_output_tokens": 900}
    settings = settings_of("anthropic", fields)
    assert catalog.unsupported_settings(ModelHandle.parse(handle), settings, self_context=False) == []
    await model.ask(transcript_request(handle, fields))
    expected = {"model": "claude-opus-4-7", "max_tokens": 900, "output_config": {"effort": effort}, **CLAUDE_MESSAGES}
    assert server.only.body == expected
    assert "anthropic-beta" not in server.only.headers


async def test_the_first_claude_with_effort_is_told_so_by_header(model: LitellmModel, server: LoopbackModel) -> None:
    await model.ask(transcript_request("anthropic/claude-opus-4-5", {"effort": "low", "max_output_tokens": 900}))
    assert server.only.headers["anthropic-beta"] == "effort-2025-11-24"
    assert server.only.body["output_config"] == {"effort": "low"}


async def test_effort_minimal_goes_to_the_models_that_have_it(
    model: LitellmModel, server: LoopbackModel, catalog: LitellmCatalog
) -> None:
    fields = {"reasoning": {"reasoning_effort": "minimal"}}
    settings = settings_of("openai", fields)
    assert catalog.unsupported_settings(ModelHandle("openai", "gpt-5-mini"), settings, self_context=False) == []
    await model.ask(transcript_request("openai/gpt-5-mini", fields))
    assert server.only.body["reasoning_effort"] == "minimal"


async def test_a_model_of_the_responses_api_gets_its_settings_in_that_shape(
    model: LitellmModel, server: LoopbackModel
) -> None:
    fields = {
        "max_output_tokens": 900,
        "reasoning": {"reasoning_effort": "high"},
        "response_format": {"json_schema": {"json_schema": SCHEMA}},
    }
    answer = await model.ask(transcript_request("openai/gpt-5-pro", fields))
    assert server.only.path == "/v1/responses"
    assert server.only.body == {
        "model": "gpt-5-pro",
        "instructions": "PROMPT",
        "input": [{"type": "message", "role": "user", "content": [{"type": "input_text", "text": "TRANSCRIPT"}]}],
        "max_output_tokens": 900,
        "reasoning": {"effort": "high"},
        "text": {"format": {"type": "json_schema", "name": "summary", "schema": SCHEMA}},
        "store": False,
    }
    assert answer.text == "A short summary."
