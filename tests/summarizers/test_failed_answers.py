"""What an answer with an error in it means, whichever way it came."""

import email.utils
import time
from typing import Any

import pytest

from compactd.domain.model_failures import (
    ProviderFailure,
    ProviderRateLimited,
    ProviderRejected,
    ProviderUnauthenticated,
    ProviderUnavailable,
)
from compactd.summarizers.litellm_model import LitellmModel
from tests.loopback.model import LoopbackModel
from tests.summarizers.provider_failures import EVERY_WAY, SECRET, failure_of, request_to


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


async def test_an_error_with_status_200_is_read_from_the_body(model: LitellmModel, server: LoopbackModel) -> None:
    server.answer({"error": {"code": 429, "message": SECRET}})
    assert type(await failure_of(model, "chat")) is ProviderRateLimited
    server.answer({"error": {"code": "server_error", "message": SECRET}})
    assert type(await failure_of(model, "chat")) is ProviderUnavailable


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


async def test_gemini_says_400_for_a_bad_key(model: LitellmModel, server: LoopbackModel) -> None:
    details = [{"reason": "API_KEY_INVALID"}]
    server.answer({"error": {"code": 400, "message": "API key not valid.", "details": details}}, status=400)
    assert type(await failure_of(model, "gemini")) is ProviderUnauthenticated
