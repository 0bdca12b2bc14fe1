"""Conversations that are many times as large as the window of their summarizer, which counts what it is sent."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from compactd.tokenizers.encodings import O200K, load_encoding
from compaction.v1 import compaction_pb2, message_pb2
from tests.builders.chat import append, assistant, compact, context_of, new_agent, new_conversation, user
from tests.loopback.dialects import openai_chat
from tests.loopback.model import LoopbackModel, Received, Reply
from tests.rpc.faults import TRIES
from tests.rpc.models import received
from tests.server import Client, local_server

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]

WINDOW = 8_000
MODEL = "openai/small"
ALL = 1

MARKER = re.compile(r"<#(\d+)>")
ENCODING = load_encoding(O200K)


class SmallModel:
    """Refuses what has more than WINDOW tokens with the answer to come, in OpenAI's words; notes what it answered."""

    def __init__(self, loopback: LoopbackModel) -> None:
        self.answered: list[Received] = []
        self.input_tokens = 0
        loopback.otherwise = self.reply

    def reply(self, request: Received) -> Reply:
        body = request.body
        text = "\n".join(message["content"] for message in body["messages"])
        asked = len(ENCODING.encode_ordinary(text)) + 4 * len(body["messages"])
        if asked + body["max_completion_tokens"] > WINDOW:
            sentence = f"This model's maximum context length is {WINDOW} tokens. Please reduce the length."
            return Reply({"error": {"message": sentence, "code": "context_length_exceeded"}}, status=400)
        self.answered.append(request)
        answer = openai_chat(f"Summary {len(self.answered)}: paid.")
        answer["usage"]["prompt_tokens"] = asked
        self.input_tokens += asked
        return Reply(answer)

    @property
    def chunks(self) -> list[list[int]]:
        """The markers of each answered request that has any."""
        texts = [request.raw.decode() for request in self.answered]
        found = [[int(number) for number in MARKER.findall(text)] for text in texts]
        return [markers for markers in found if markers]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def client() -> AsyncIterator[Client]:
    async with local_server(model_retry_seconds=0) as running:
        yield running.client


def words(count: int, marker: int) -> str:
    """So many tokens, a hundred to each of which there is one marker."""
    return " ".join(f"<#{marker + at}>" + " paid" * 94 for at in range(count // 100))


def many(tokens: int, each: int) -> list[message_pb2.ChatMessage]:
    messages = []
    for number in range(tokens // each):
        speak = user if number % 2 == 0 else assistant
        messages.append(speak(words(each, number * (each // 100))))
    return messages


async def large(client: Client, messages: list[message_pb2.ChatMessage], window: int = 1_000_000) -> str:
    settings = {"model": MODEL, "mode": ALL}
    agent = await new_agent(client, model=MODEL, context_window_limit=window, compaction_settings=settings)
    conversation_id = await new_conversation(client, agent_id=agent.id)
    for first in range(0, len(messages), 100):
        await append(client, conversation_id, messages[first : first + 100])
    return conversation_id


@pytest.mark.parametrize("kind", ["many messages", "one of them large"])
async def test_each_message_reaches_a_small_model_in_exactly_one_chunk(
    client: Client, model: LoopbackModel, kind: str
) -> None:
    small = SmallModel(model)
    messages = many(500_000, 1_000)
    if kind == "one of them large":
        messages[100:200] = [user(words(100_000, 1_000))]
    conversation_id = await large(client, messages)
    before = await context_of(client, conversation_id)
    assert before.context_tokens > 480_000
    made = (await compact(client, conversation_id)).compaction
    assert made.method == compaction_pb2.COMPACTION_METHOD_MODEL_CHUNKED
    shown = Counter(marker for chunk in small.chunks for marker in chunk)
    assert set(shown.values()) == {1}
    assert len(shown) == 5_000
    assert made.chunks == len(small.chunks)
    raw = [request.raw for request in model.requests]
    assert len(set(raw)) == len(raw) == made.usage.calls
    assert made.evicted_count == len(messages)
    assert made.usage.input_tokens == small.input_tokens


@pytest.mark.parametrize("status", [503, 429])
async def test_a_chunk_that_fails_is_asked_for_once_more_and_no_other_is(
    client: Client, model: LoopbackModel, status: int
) -> None:
    small = SmallModel(model)
    conversation_id = await large(client, many(40_000, 1_000))
    failing: set[bytes] = set()

    def reply(request: Received) -> Reply:
        if len(failing) == 0 and len(small.chunks) == 3 and MARKER.search(request.raw.decode()):
            failing.add(request.raw)
        sent = sum(earlier.raw == request.raw for earlier in model.requests)
        if request.raw in failing and sent <= TRIES:
            return Reply({"error": {"message": "busy"}}, status=status)
        return small.reply(request)

    model.otherwise = reply
    made = (await compact(client, conversation_id)).compaction
    times = Counter(request.raw for request in model.requests)
    [failed] = failing
    assert times[failed] == TRIES + 1
    assert all(count == 1 for raw, count in times.items() if raw != failed)
    assert set(Counter(marker for chunk in small.chunks for marker in chunk).values()) == {1}
    assert made.usage.calls == len(model.requests)


async def test_a_chunk_that_keeps_failing_is_given_up_after_two_rounds(client: Client, model: LoopbackModel) -> None:
    small = SmallModel(model)
    conversation_id = await large(client, many(40_000, 1_000))
    before = await context_of(client, conversation_id)

    def reply(request: Received) -> Reply:
        if "<#105>" in request.raw.decode():
            return Reply({"error": {"message": "busy"}}, status=503)
        return small.reply(request)

    model.otherwise = reply
    done = await compact(client, conversation_id, allow_degraded=True)
    times = Counter(request.raw for request in model.requests)
    assert times.most_common(1)[0][1] == 2 * TRIES
    assert sorted(times.values())[-2] == 1
    assert done.compaction.usage.calls == len(model.requests)
    assert before.context_tokens > done.compaction.tokens_after


async def test_chunks_are_with_the_model_at_the_same_time_up_to_a_limit(client: Client, model: LoopbackModel) -> None:
    small, go = SmallModel(model), asyncio.Event()
    conversation_id = await large(client, many(100_000, 1_000))
    # The first one shows that they fit.
    model.otherwise = lambda request: replace(small.reply(request), waits=go if len(model.requests) > 1 else None)
    running = asyncio.create_task(compact(client, conversation_id))
    await received(model, 1 + 4)
    # Long enough for one more.
    await asyncio.sleep(0.1)
    go.set()
    await running
    assert len(small.chunks) > 10
    assert model.most_at_once == 4
