"""What the log says of a failed model call, and what it never says."""

from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from compactd.domain.messages import ChatMessage, Role
from compactd.domain.model_failures import ProviderFailure
from compactd.ports.model import PromptTooLong
from compactd.summarizers.litellm_model import LitellmModel
from tests.loopback.model import LoopbackModel
from tests.summarizers.provider_failures import EVERY_WAY, SECRET, failure_of, request_to


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
