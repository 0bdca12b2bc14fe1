"""Half, wrong, late and endless answers, through a real connection."""

import asyncio
from typing import Any

import pytest

from compactd.domain.model_failures import ProviderUnavailable
from compactd.summarizers.litellm_model import LitellmModel
from tests.loopback.dialects import openai_chat, responses_stream
from tests.loopback.model import LoopbackModel
from tests.summarizers.provider_failures import EVERY_WAY, failure_of, request_to

LONG, PATIENCE = 60, 30
"""Seconds that an answer takes which nobody waits for, and for which is waited that its connection is closed."""

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
    server.answer({}, delay=LONG)
    # On a busy machine a short time may be over before the request is there.
    for seconds in (0.1, 3.0, 20.0):
        assert type(await failure_of(model, way, timeout=seconds)) is ProviderUnavailable
        if len(server.requests) == 2:
            break
    await asyncio.wait_for(server.hung_up.wait(), PATIENCE)


@pytest.mark.parametrize("way", EVERY_WAY)
async def test_cancelling_closes_the_connection_at_once(way: str, model: LitellmModel, server: LoopbackModel) -> None:
    await model.ask(request_to(way))
    server.answer({}, delay=LONG)
    asking = asyncio.create_task(model.ask(request_to(way)))
    async with asyncio.timeout(PATIENCE):
        while len(server.requests) < 2:  # noqa: ASYNC110 - the server has no event for it
            await asyncio.sleep(0.005)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await asyncio.wait_for(server.hung_up.wait(), PATIENCE)
