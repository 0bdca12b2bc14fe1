"""Every way a provider can fail, through litellm and a real connection."""

import asyncio
import email.utils
import sys
import time
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from compactd.domain.errors import (
    ProviderFailure,
    ProviderRateLimited,
    ProviderRejected,
    ProviderUnauthenticated,
    ProviderUnavailable,
)
from compactd.domain.messages import ChatMessage, Role
from compactd.ports.model import ModelRequest, PromptTooLong
from compactd.summarizers.catalog import LitellmCatalog
from compactd.summarizers.litellm_model import LitellmModel
from tests.loopback_dialects import openai_chat, responses_stream
from tests.loopback_model import LoopbackModel
from tests.summarizers.model_requests import transcript_request

SECRET = "what the provider wrote"

# One handle for each way that litellm takes: its HTTP handler, the openai client, and each API's own handler.
EVERY_WAY = {
    "chat": "openai/gpt-4o",
    "azure": "azure/gpt-4o",
    "responses": "openai/gpt-5-pro",
    "messages": "anthropic/claude-haiku-4-5",
    "gemini": "google_ai/gemini-2.5-flash",
    "converse": "bedrock/amazon.nova-lite-v1:0",
    "chatgpt": "chatgpt_oauth/gpt-5.2",
}


def request_to(way: str, **rest: Any) -> ModelRequest:
    return transcript_request(EVERY_WAY[way], **{"max_output_tokens": 500} | rest)


async def failure_of(model: LitellmModel, way: str, **rest: Any) -> ProviderFailure:
    with pytest.raises(ProviderFailure) as raised:
        await model.ask(request_to(way, **rest))
    assert SECRET not in str(raised.value)
    assert SECRET not in str(raised.value.metadata)
    return raised.value


@pytest.mark.parametrize("way", EVERY_WAY)
@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, ProviderRejected),
        (401, ProviderUnauthenticated),
        (402, ProviderRejected),
        (403, ProviderUnauthenticated),
        (404, ProviderRejected),
        (408, ProviderUnavailable),
        (429, ProviderRateLimited),
        (500, ProviderUnavailable),
        (503, ProviderUnavailable),
        (529, ProviderUnavailable),
    ],
)
async def test_a_status_becomes_one_error_after_one_request(
    way: str, status: int, expected: type[ProviderFailure], model: LitellmModel, server: LoopbackModel
) -> None:
    server.answer({"error": {"message": SECRET, "type": "some_error"}}, status=status)
    failure = await failure_of(model, way)
    assert type(failure) is expected
    assert len(server.requests) == 1
    assert failure.metadata["model"] == EVERY_WAY[way]


async def test_a_rejection_names_the_status(model: LitellmModel, server: LoopbackModel) -> None:
    server.answer({"error": {"message": SECRET}}, status=404)
    assert (await failure_of(model, "chat")).metadata["status"] == "404"


@pytest.mark.parametrize("way", EVERY_WAY)
async def test_a_rate_limit_names_what_retry_after_says(way: str, model: LitellmModel, server: LoopbackModel) -> None:
    server.answer({"error": {"message": SECRET}}, status=429, headers={"retry-after": "7"})
    assert (await failure_of(model, way)).retry_after == 7


async def test_a_rate_limit_without_retry_after_says_one_second(model: LitellmModel, server: LoopbackModel) -> None:
    server.answer({"error": {"message": SECRET}}, status=429)
    assert (await failure_of(model, "chat")).retry_after == 1


@pytest.mark.parametrize(
    ("headers", "body", "least", "most"),
    [
        ({"retry-after-ms": "2500", "retry-after": "3"}, {}, 2.5, 2.5),
        ({"retry-after": "999999"}, {}, 3600, 3600),
        ({"retry-after": "soon"}, {}, 1, 1),
        ({}, {"error": {"details": [{"@type": "RetryInfo", "retryDelay": "34.5s"}]}}, 34.5, 34.5),
    ],
)
async def test_retry_after_is_read_in_every_form(
    headers: dict[str, str], body: Any, least: float, most: float, model: LitellmModel, server: LoopbackModel
) -> None:
    server.answer(body, status=429, headers=headers)
    retry_after = (await failure_of(model, "gemini")).retry_after
    assert retry_after is not None
    assert least <= retry_after <= most


@pytest.mark.parametrize(("seconds", "least", "most"), [(300, 60, 300), (-300, 0, 0)])
async def test_retry_after_may_be_a_date(
    seconds: float, least: float, most: float, model: LitellmModel, server: LoopbackModel
) -> None:
    date = email.utils.formatdate(time.time() + seconds, usegmt=True)
    server.answer({}, status=429, headers={"retry-after": date})
    retry_after = (await failure_of(model, "gemini")).retry_after
    assert retry_after is not None
    assert least <= retry_after <= most


async def test_an_overloaded_provider_may_name_a_time_too(model: LitellmModel, server: LoopbackModel) -> None:
    server.answer({"error": {"message": SECRET}}, status=503, headers={"retry-after": "9"})
    assert (await failure_of(model, "chat")).retry_after == 9


TOO_LONG = [
    (
        "chat",
        400,
        {
            "error": {
                "message": "This model's maximum context length is 128000 tokens. However, your messages resulted in "
                "130000 tokens.",
                "code": "context_length_exceeded",
            }
        },
        128_000,
    ),
    ("chat", 400, {"error": {"message": "Input tokens exceed the configured limit of 272000 tokens."}}, 272_000),
    (
        "chat",
        400,
        {"error": {"message": "This model's maximum prompt length is 131072 but the request has 5"}},
        131_072,
    ),
    ("chat", 400, {"error": {"message": "Your request exceeded model token limit: 8192"}}, 8192),
    ("chat", 413, {"error": {"message": "Request too large for model"}}, None),
    ("chat", 422, {"error": {"message": "`inputs` tokens + `max_new_tokens` must be <= 8193"}}, 8193),
    (
        "chat",
        400,
        {"message": "The input (40000 tokens) is longer than the model's context length (32768 tokens)."},
        32_768,
    ),
    ("azure", 400, {"error": {"code": "context_length_exceeded", "message": "too many"}}, None),
    ("responses", 400, {"error": {"code": "context_length_exceeded", "message": "too many"}}, None),
    (
        "messages",
        400,
        {
            "type": "error",
            "error": {"type": "invalid_request_error", "message": "prompt is too long: 210000 tokens > 200000 maximum"},
        },
        200_000,
    ),
    (
        "messages",
        400,
        {
            "error": {
                "message": "input length and `max_tokens` exceed context limit: 198000 + 8000 > 200000, decrease input"
            }
        },
        200_000,
    ),
    (
        "gemini",
        400,
        {
            "error": {
                "message": "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."
            }
        },
        1_048_576,
    ),
    ("converse", 400, {"message": "Input is too long for requested model."}, None),
]


@pytest.mark.parametrize(("way", "status", "body", "window"), TOO_LONG)
async def test_a_prompt_that_is_too_long_is_told_apart_with_the_window_if_named(
    way: str, status: int, body: Any, window: int | None, model: LitellmModel, server: LoopbackModel
) -> None:
    server.answer(body, status=status)
    with pytest.raises(PromptTooLong) as raised:
        await model.ask(request_to(way))
    assert raised.value.window == window


async def test_a_wish_for_too_long_an_answer_is_no_prompt_that_is_too_long(
    model: LitellmModel, server: LoopbackModel
) -> None:
    message = "max_tokens is too large: 99999. This model supports at most 16384 completion tokens"
    server.answer({"error": {"message": message}}, status=400)
    assert type(await failure_of(model, "chat")) is ProviderRejected


async def test_a_number_without_digits_breaks_nothing(model: LitellmModel, server: LoopbackModel) -> None:
    server.answer({"error": {"message": "maximum context length is , tokens; context length of ,,, then"}}, status=400)
    with pytest.raises(PromptTooLong) as raised:
        await model.ask(request_to("chat"))
    assert raised.value.window is None


async def test_a_prompt_above_the_tokens_of_a_minute_is_a_rate_limit(
    model: LitellmModel, server: LoopbackModel
) -> None:
    message = "Request too large for model `x` on tokens per minute (TPM): Limit 6000, Requested 9000"
    server.answer({"error": {"message": message, "code": "rate_limit_exceeded"}}, status=413)
    assert type(await failure_of(model, "chat")) is ProviderRateLimited


@pytest.mark.parametrize(
    ("way", "error"),
    [
        ("azure", {"code": "content_filter", "message": "triggering content management policy"}),
        ("chat", {"code": "content_policy_violation", "message": SECRET}),
        ("azure", {"code": "400", "innererror": {"code": "ResponsibleAIPolicyViolation"}}),
    ],
)
async def test_a_prompt_filtered_for_its_contents_counts_as_the_models_refusal(
    way: str, error: dict[str, Any], model: LitellmModel, server: LoopbackModel
) -> None:
    server.answer({"error": error}, status=400)
    answer = await model.ask(request_to(way))
    assert (answer.text, answer.finish, answer.usage.calls) == (None, "refusal", 1)


@pytest.mark.parametrize("finish", ["insufficient_system_resource", "network_error", "error"])
async def test_an_answer_that_the_provider_itself_broke_off_means_unavailable(
    finish: str, model: LitellmModel, server: LoopbackModel
) -> None:
    server.answer(openai_chat(finish=finish))
    assert type(await failure_of(model, "chat")) is ProviderUnavailable


async def test_an_answer_without_end_is_given_up(
    model: LitellmModel, server: LoopbackModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("compactd.summarizers.provider_http.MAX_ANSWER_BYTES", 100_000)
    server.answer(openai_chat("word " * 10_000))
    assert (await model.ask(request_to("chat"))).finish == "stop"
    server.answer(openai_chat("word " * 20_000))
    assert type(await failure_of(model, "chat")) is ProviderUnavailable


async def test_gemini_says_400_for_a_bad_key(model: LitellmModel, server: LoopbackModel) -> None:
    details = [{"reason": "API_KEY_INVALID"}]
    server.answer({"error": {"code": 400, "message": "API key not valid.", "details": details}}, status=400)
    assert type(await failure_of(model, "gemini")) is ProviderUnauthenticated


BROKEN: dict[str, dict[str, Any]] = {
    "reset": {"fault": "reset"},
    "half a body": {"fault": "half_body"},
    "wrong JSON": {"body": b'{"choices": [', "status": 200},
    "not an object": {"body": [1, 2]},
    "another object": {"body": {"hello": "world"}},
    "wrong content type": {"body": b"<html>busy</html>", "content_type": "text/html"},
    "empty body": {"body": b""},
    "redirect": {"status": 302, "headers": {"location": "/elsewhere"}},
}


@pytest.mark.parametrize("way", EVERY_WAY)
@pytest.mark.parametrize("fault", BROKEN)
async def test_a_broken_answer_means_unavailable_after_one_request(
    way: str, fault: str, model: LitellmModel, server: LoopbackModel
) -> None:
    server.answer(**{"body": {"ok": True}} | BROKEN[fault])
    assert type(await failure_of(model, way)) is ProviderUnavailable
    assert len(server.requests) == 1


async def test_an_error_with_status_200_is_read_from_the_body(model: LitellmModel, server: LoopbackModel) -> None:
    server.answer({"error": {"code": 429, "message": SECRET}})
    assert type(await failure_of(model, "chat")) is ProviderRateLimited
    server.answer({"error": {"code": "server_error", "message": SECRET}})
    assert type(await failure_of(model, "chat")) is ProviderUnavailable


async def test_a_stream_that_ends_in_a_failure_means_unavailable(model: LitellmModel, server: LoopbackModel) -> None:
    event = (
        b'data: {"type": "response.failed", "response": {"status": "failed", "error": {"code": "server_error"}}}\n\n'
    )
    server.answer(event, content_type="text/event-stream")
    assert type(await failure_of(model, "chatgpt")) is ProviderUnavailable


async def test_a_stream_that_is_cut_off_means_unavailable(model: LitellmModel, server: LoopbackModel) -> None:
    whole = responses_stream()
    server.answer(whole[: whole.index(b"event: response.completed")], content_type="text/event-stream")
    assert type(await failure_of(model, "chatgpt")) is ProviderUnavailable


async def test_nobody_there_means_unavailable(
    model: LitellmModel, environment: pytest.MonkeyPatch, unused_tcp_port: int
) -> None:
    environment.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{unused_tcp_port}/v1")
    assert type(await failure_of(model, "chat")) is ProviderUnavailable


@pytest.mark.parametrize("way", EVERY_WAY)
async def test_the_callers_time_is_kept_and_the_connection_closed(
    way: str, model: LitellmModel, server: LoopbackModel
) -> None:
    await model.ask(request_to(way))
    server.answer({}, delay=20)
    assert type(await failure_of(model, way, timeout=0.1)) is ProviderUnavailable
    # Long before the answer would have come.
    await asyncio.wait_for(server.hung_up.wait(), 1)


@pytest.mark.parametrize("way", EVERY_WAY)
async def test_cancelling_closes_the_connection_at_once(way: str, model: LitellmModel, server: LoopbackModel) -> None:
    await model.ask(request_to(way))
    server.answer({}, delay=20)
    asking = asyncio.create_task(model.ask(request_to(way)))
    async with asyncio.timeout(5):
        while len(server.requests) < 2:  # noqa: ASYNC110 - the server has no event for it
            await asyncio.sleep(0.005)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await asyncio.wait_for(server.hung_up.wait(), 1)


@pytest.mark.parametrize(
    ("handle", "variable"),
    [
        ("openai/gpt-4o", "OPENAI_API_KEY"),
        ("anthropic/claude-haiku-4-5", "ANTHROPIC_API_KEY"),
        ("google_ai/gemini-2.5-flash", "GEMINI_API_KEY"),
        ("azure/gpt-4o", "AZURE_API_KEY"),
        ("xai/grok-5", "XAI_API_KEY"),
        ("moonshot/kimi-k2.5", "MOONSHOT_API_KEY"),
        ("zai/glm-4.6", "ZAI_API_KEY"),
        ("groq/openai/gpt-oss-120b", "GROQ_API_KEY"),
        ("deepseek/deepseek-chat", "DEEPSEEK_API_KEY"),
        ("together/some/model", "TOGETHERAI_API_KEY"),
        ("baseten/some/model", "BASETEN_API_KEY"),
        ("openrouter/some/model", "OPENROUTER_API_KEY"),
        ("google_vertex/gemini-2.5-flash", "GOOGLE_APPLICATION_CREDENTIALS"),
        ("chatgpt_oauth/gpt-5.2", "CHATGPT_TOKEN_DIR"),
    ],
)
async def test_without_a_key_nothing_is_sent(
    handle: str,
    variable: str,
    model: LitellmModel,
    server: LoopbackModel,
    environment: pytest.MonkeyPatch,
    tmp_path: Any,
) -> None:
    if variable.endswith("_KEY"):
        environment.delenv(variable)
    else:
        environment.setenv(variable, str(tmp_path / "nothing"))
    environment.setenv("GCE_METADATA_HOST", "127.0.0.1:9")
    if loaded := sys.modules.get("litellm.main"):
        # litellm keeps a login to Vertex AI for the whole process: that of an earlier test would do here.
        environment.setattr(loaded.vertex_chat_completion, "_credentials_project_mapping", {})
    with pytest.raises(ProviderUnauthenticated):
        await model.ask(transcript_request(handle, max_output_tokens=500))
    assert server.requests == []


async def test_the_providers_of_our_own_variables_need_them(
    catalog: LitellmCatalog, server: LoopbackModel, environment: pytest.MonkeyPatch
) -> None:
    unset = LitellmModel(catalog, {})
    with pytest.raises(ProviderUnauthenticated):
        await unset.ask(transcript_request("moonshot_coding/kimi-for-coding"))
    with pytest.raises(ProviderUnavailable):
        await unset.ask(transcript_request("sglang/qwen"))
    assert server.requests == []


@pytest.mark.parametrize(
    ("way", "answer", "failure", "status"),
    [
        ("chat", {"body": {"error": {"message": SECRET}}, "status": 503}, "ProviderUnavailable", 503),
        ("messages", {"body": {"error": {"message": SECRET}}, "status": 404}, "ProviderRejected", 404),
        ("azure", {"body": {"error": {"code": 429, "message": SECRET}}}, "ProviderRateLimited", 200),
        ("gemini", {"body": {SECRET: SECRET}}, "ProviderUnavailable", 200),
        ("responses", {"body": {"hello": SECRET}, "fault": "half_body"}, "ProviderUnavailable", None),
    ],
)
async def test_a_failure_is_logged_with_its_status_and_names_of_errors_and_nothing_that_was_said(
    way: str,
    answer: dict[str, Any],
    failure: str,
    status: int | None,
    model: LitellmModel,
    server: LoopbackModel,
    environment: pytest.MonkeyPatch,
) -> None:
    keys = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "AZURE_API_KEY")
    for variable in keys:
        environment.setenv(variable, SECRET)
    server.answer(**answer)
    said = (ChatMessage(Role.SYSTEM, SECRET), ChatMessage(Role.USER, SECRET))
    with capture_logs() as lines, pytest.raises(ProviderFailure):
        await model.ask(replace(request_to(way), messages=said))
    [line] = lines
    assert (line["log_level"], line["model"], line["http_status"]) == ("warning", EVERY_WAY[way], status)
    assert line["errors"][0] == failure
    assert all(name.isidentifier() for name in line["errors"])
    assert SECRET not in str(line)
    assert server.url not in str(line)


async def test_the_log_names_what_broke_a_connection(
    model: LitellmModel, environment: pytest.MonkeyPatch, unused_tcp_port: int
) -> None:
    environment.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{unused_tcp_port}/v1")
    with capture_logs() as lines:
        await failure_of(model, "chat")
    [line] = lines
    assert {"ConnectionBroken", "ConnectionRefusedError"} <= set(line["errors"])


async def test_an_answer_and_a_prompt_that_is_too_long_are_no_failures_in_the_log(
    model: LitellmModel, server: LoopbackModel
) -> None:
    with capture_logs() as lines:
        await model.ask(request_to("chat"))
        server.answer({"error": {"message": "prompt is too long"}}, status=400)
        with pytest.raises(PromptTooLong):
            await model.ask(request_to("chat"))
    assert lines == []
