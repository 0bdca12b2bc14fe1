"""Where requests are written, what litellm is told for it, and what it may not change."""

import asyncio
import copy
import importlib
import logging
import os
import threading
import time
import traceback
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from compactd.domain.messages import ChatMessage, Role, ToolCall
from compactd.domain.model_failures import ProviderUnauthenticated, ProviderUnavailable
from compactd.summarizers import litellm_model
from compactd.summarizers.litellm_model import MANY_CHARACTERS, MANY_MESSAGES, LitellmModel
from compactd.summarizers.litellm_requests.loading import load_writer
from compactd.summarizers.provider_failures import RequestNotWritten
from compactd.summarizers.provider_requests import provider_request
from tests.builders.model_requests import TOOL, self_request, settings_of, transcript_request
from tests.loopback.model import LoopbackModel
from tests.summarizers.provider_bodies import HANDLES, model_body

LONG = (ChatMessage(Role.USER, "word " * (MANY_CHARACTERS // 5 + 1)),)
MANY = (ChatMessage(Role.USER, "word"),) * (MANY_MESSAGES + 1)


class Writing:
    """Watches, and slows down, the writing of requests."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.threads: set[str] = set()
        self.most_at_once = 0
        self._at_once = 0
        self._write = provider_request
        monkeypatch.setattr(litellm_model, "provider_request", self._slowly)

    def _slowly(self, *args: Any, **kwargs: Any) -> Any:
        self.threads.add(threading.current_thread().name.rpartition("_")[0])
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        time.sleep(0.02)
        self._at_once -= 1
        return self._write(*args, **kwargs)


@pytest.mark.parametrize(
    ("handle", "messages", "thread"),
    [
        ("openai/gpt-4o", LONG, "compactd-litellm"),
        ("openai/gpt-4o", MANY, "compactd-litellm"),
        ("anthropic/claude-haiku-4-5", MANY, "compactd-litellm"),
        ("openai/gpt-5-pro", LONG, "compactd-litellm"),
        ("azure/gpt-4o", LONG[:0], "compactd-login"),
        ("google_vertex/gemini-2.5-flash", MANY[:2], "compactd-login"),
        ("bedrock/amazon.nova-lite-v1:0", MANY[:2], "compactd-login"),
        ("chatgpt_oauth/gpt-5.2", MANY[:2], "compactd-login"),
    ],
)
async def test_large_requests_and_logins_wait_in_a_thread_of_their_own_one_at_a_time(
    handle: str,
    messages: tuple[ChatMessage, ...],
    thread: str,
    model: LitellmModel,
    server: LoopbackModel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    request = self_request(handle, messages=messages or MANY[:2], tools=(), max_output_tokens=500)
    await model.ask(request)
    writing = Writing(monkeypatch)
    answers = await asyncio.gather(*(model.ask(request) for _ in range(5)))
    assert [answer.finish for answer in answers] == ["stop"] * 5
    assert writing.most_at_once == 1
    assert writing.threads == {thread}


async def test_small_requests_are_written_at_once_but_for_the_first(
    model: LitellmModel, server: LoopbackModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing = Writing(monkeypatch)
    await model.ask(transcript_request("groq/openai/gpt-oss-120b"))
    assert writing.threads == {"compactd-litellm"}
    writing.threads.clear()
    await model.ask(transcript_request("groq/openai/gpt-oss-120b"))
    assert writing.threads.isdisjoint({"compactd-litellm", "compactd-login"})


MANY_VALUED = {"type": "object", "properties": {f"field_{at}": {"type": "string"} for at in range(600)}}
WORDY = {**TOOL, "function": {"name": "look", "description": "word " * (MANY_CHARACTERS // 5 + 1)}}


@pytest.mark.parametrize(
    "large",
    [
        {"tools": (TOOL,) * 200},
        {"tools": (TOOL, WORDY)},
        {"settings": settings_of("openai", {"response_format": {"json_schema": {"json_schema": MANY_VALUED}}})},
    ],
    ids=["many tools", "a long description", "a large schema"],
)
async def test_requests_with_large_schemas_are_written_in_the_thread(
    large: dict[str, Any], model: LitellmModel, server: LoopbackModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = self_request("openai/gpt-4o", max_output_tokens=500)
    await model.ask(request)
    writing = Writing(monkeypatch)
    await model.ask(replace(request, **large))
    assert writing.threads == {"compactd-litellm"}


async def test_the_default_executor_stays_pythons(model: LitellmModel, server: LoopbackModel) -> None:
    await model.warm()
    together = threading.Barrier(2, timeout=50)
    # Two threads at least, and none of ours.
    await asyncio.gather(asyncio.to_thread(together.wait), asyncio.to_thread(together.wait))
    assert (await asyncio.to_thread(threading.current_thread)).name.startswith("asyncio")


async def test_a_caller_who_leaves_while_its_request_is_written_holds_nobody_up(
    model: LitellmModel, server: LoopbackModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = self_request("openai/gpt-4o", messages=MANY, tools=())
    await model.ask(request)
    server.requests.clear()
    begun, goes_on = threading.Event(), threading.Event()

    def held(*args: Any, **kwargs: Any) -> Any:
        begun.set()
        goes_on.wait(50)
        return provider_request(*args, **kwargs)

    monkeypatch.setattr(litellm_model, "provider_request", held)
    asked = asyncio.create_task(model.ask(request))
    waiting = asyncio.create_task(model.ask(request))
    await asyncio.to_thread(begun.wait, 50)
    asked.cancel()
    waiting.cancel()
    await asyncio.gather(asked, waiting, return_exceptions=True)
    goes_on.set()
    monkeypatch.setattr(litellm_model, "provider_request", provider_request)
    assert (await model.ask(request)).finish == "stop"
    assert asked.cancelled()
    assert len(server.requests) == 1


def test_what_the_operator_says_about_the_price_list_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITELLM_LOCAL_MODEL_COST_MAP", "False")
    load_writer("chat")
    assert os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] == "False"


@pytest.mark.parametrize("name", ["drop_params", "modify_params"])
def test_litellm_changes_nothing_in_silence(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    load_writer("chat")
    litellm = importlib.import_module("litellm")
    # As LITELLM_DROP_PARAMS or LITELLM_MODIFY_PARAMS have it.
    monkeypatch.setattr(litellm, name, True)
    load_writer("messages")
    assert getattr(litellm, name) is False
    assert logging.getLogger("LiteLLM").disabled


@pytest.mark.parametrize("member", HANDLES)
async def test_the_tools_of_an_agent_stay_as_they_are(member: str, model: LitellmModel, server: LoopbackModel) -> None:
    schema = {
        "type": "object",
        "$defs": {"place": {"type": "string"}},
        "properties": {"at": {"type": ["string", "null"]}, "in": {"$ref": "#/$defs/place"}},
        "additionalProperties": False,
    }
    tools = (TOOL, {"type": "function", "function": {"name": "seek", "strict": True, "parameters": schema}})
    before = copy.deepcopy(tools)
    await model.ask(self_request(HANDLES[member], tools=tools, max_output_tokens=500))
    assert tools == before


@pytest.mark.parametrize("handle", ["anthropic/claude-haiku-4-5", "google_ai/gemini-2.5-flash"])
async def test_integers_of_any_size_in_arguments_go_out_as_they_are(
    handle: str, model: LitellmModel, server: LoopbackModel
) -> None:
    call = ToolCall("call_1", "look", '{"at": 123456789012345678901234567890}')
    messages = (
        ChatMessage(Role.USER, "question 🧵"),
        ChatMessage(Role.ASSISTANT, tool_calls=(call,)),
        ChatMessage(Role.TOOL, "found", tool_call_id="call_1"),
        ChatMessage(Role.USER, "PROMPT"),
    )
    await model.ask(self_request(handle, messages=messages, tools=(), max_output_tokens=500))
    assert b"123456789012345678901234567890" in server.only.raw
    assert "question 🧵" in str(server.only.body)


@pytest.mark.parametrize(
    "handle", [*HANDLES.values(), "openai/gpt-5-pro", "azure/gpt-5-pro", "xai/grok-4.20-multi-agent"]
)
async def test_every_request_says_that_it_is_json(handle: str, model: LitellmModel, server: LoopbackModel) -> None:
    await model.ask(transcript_request(handle, max_output_tokens=500))
    model_body(server)
    assert server.last.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("base", "version", "path", "header"),
    [
        (
            "{url}/",
            "2025-02-01-preview",
            "/openai/deployments/gpt-4o/chat/completions?api-version=2025-02-01-preview",
            "api-key",
        ),
        (
            "{url}/openai/deployments/mine",
            "2024-10-21",
            "/openai/deployments/mine/chat/completions?api-version=2024-10-21",
            "api-key",
        ),
        ("{url}", "v1", "/openai/v1/chat/completions", "authorization"),
        ("{url}", "preview", "/openai/v1/chat/completions", "authorization"),
    ],
)
async def test_azure_is_asked_at_the_address_of_its_version(
    base: str,
    version: str,
    path: str,
    header: str,
    model: LitellmModel,
    server: LoopbackModel,
    environment: pytest.MonkeyPatch,
) -> None:
    environment.setenv("AZURE_API_BASE", base.format(url=server.url))
    environment.setenv("AZURE_API_VERSION", version)
    await model.ask(transcript_request("azure/gpt-4o"))
    assert server.only.path == path
    assert server.only.headers[header] == {"api-key": "azure-key", "authorization": "Bearer azure-key"}[header]


async def test_azure_takes_a_token_in_place_of_a_key(
    model: LitellmModel, server: LoopbackModel, environment: pytest.MonkeyPatch
) -> None:
    environment.delenv("AZURE_API_KEY")
    environment.setenv("AZURE_AD_TOKEN", "a-token")
    await model.ask(transcript_request("azure/gpt-4o"))
    assert server.only.headers["authorization"] == "Bearer a-token"


async def test_a_request_that_cannot_be_written_is_a_bug_and_its_error_says_nothing_of_messages(
    model: LitellmModel, server: LoopbackModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise TypeError("a secret of some message")

    monkeypatch.setattr(litellm_model, "provider_request", broken)
    with capture_logs() as lines, pytest.raises(RequestNotWritten, match=r"TypeError in .*test_litellm") as caught:
        await model.ask(transcript_request("openai/gpt-4o"))
    assert "secret" not in "".join(traceback.format_exception(caught.value))
    assert (lines, server.requests) == ([], [])


async def test_azure_without_a_token_or_an_address_is_not_asked(
    model: LitellmModel, server: LoopbackModel, environment: pytest.MonkeyPatch
) -> None:
    environment.delenv("AZURE_API_BASE")
    with pytest.raises(ProviderUnavailable):
        await model.ask(transcript_request("azure/gpt-4o"))
    environment.setenv("AZURE_API_BASE", server.url)
    environment.delenv("AZURE_API_KEY")
    environment.setenv("AZURE_CLIENT_ID", "somebody")
    with pytest.raises(ProviderUnauthenticated):
        await model.ask(transcript_request("azure/gpt-4o"))
    assert server.requests == []
