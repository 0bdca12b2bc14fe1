"""A prompt that does not fit is told apart from every other error, with the window where the provider names it."""

from typing import Any

import pytest

from compactd.domain.model_failures import ProviderRateLimited, ProviderRejected
from compactd.ports.model import PromptTooLong
from compactd.summarizers.litellm_model import LitellmModel
from tests.loopback.model import LoopbackModel
from tests.summarizers.provider_failures import failure_of, request_to

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
