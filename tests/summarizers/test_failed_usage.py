"""What requests took that failed, and what a provider itself says of the price."""

from typing import Any

import pytest

from compactd.domain.compactions import Usage
from compactd.domain.model_failures import ProviderFailure
from compactd.summarizers.litellm_model import LitellmModel
from tests.builders.model_requests import transcript_request
from tests.loopback.dialects import openai_chat
from tests.loopback.model import LoopbackModel

CHAT = "openai/gpt-4o"


@pytest.mark.parametrize(
    ("cost", "expected"), [(0.0125, 0.0125), (0, 0.0), (-1, None), ("0.1", None), (True, None), (None, None)]
)
async def test_openrouter_says_itself_what_an_answer_cost(
    cost: Any, expected: float | None, model: LitellmModel, server: LoopbackModel
) -> None:
    answer = openai_chat()
    server.answer(answer | {"usage": answer["usage"] | {"cost": cost}})
    usage = (await model.ask(transcript_request("openrouter/acme/unknown", max_output_tokens=500))).usage
    assert usage.cost_usd == expected
    assert usage.input_tokens == 60


async def test_a_failed_answer_counts_with_the_tokens_that_it_names(model: LitellmModel, server: LoopbackModel) -> None:
    server.answer({"error": {"message": "busy"}, "usage": {"prompt_tokens": 700}}, status=503)
    with pytest.raises(ProviderFailure) as raised:
        await model.ask(transcript_request(CHAT, max_output_tokens=500))
    usage = raised.value.usage
    assert (usage.calls, usage.input_tokens, usage.output_tokens) == (1, 700, 0)
    assert usage.cost_usd is not None
    assert usage.cost_usd > 0


@pytest.mark.parametrize(
    ("reply", "calls"), [({"fault": "reset"}, 1), ({"body": {"hello": "world"}}, 1), ({"body": b"", "status": 404}, 1)]
)
async def test_a_request_without_a_count_is_a_call_alone(
    reply: dict[str, Any], calls: int, model: LitellmModel, server: LoopbackModel
) -> None:
    server.answer(**reply)
    with pytest.raises(ProviderFailure) as raised:
        await model.ask(transcript_request(CHAT, max_output_tokens=500))
    assert raised.value.usage == Usage(calls=calls)


async def test_what_was_never_sent_is_no_call(model: LitellmModel, environment: pytest.MonkeyPatch) -> None:
    environment.delenv("OPENAI_API_KEY")
    with pytest.raises(ProviderFailure) as raised:
        await model.ask(transcript_request(CHAT, max_output_tokens=500))
    assert raised.value.usage.calls == 0
