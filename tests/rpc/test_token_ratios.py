"""How many tokens of a model's own a counted one stands for: seen in answers, told by callers, heeded by windows."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from compactd.tokenizers.encodings import O200K, load_encoding
from compaction.v1 import compaction_pb2, conversation_service_pb2, message_pb2
from tests.builders.chat import (
    append,
    assistant,
    call,
    compact,
    context_of,
    make,
    new_agent,
    new_conversation,
    result,
    system,
    talk,
    user,
)
from tests.loopback.dialects import openai_chat
from tests.loopback.model import LoopbackModel, Received, Reply
from tests.rpc.failures import failure_of
from tests.rpc.models import ALL, SELF_ALL
from tests.server import Client, LocalServer, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

ENCODING = load_encoding(O200K)
IN_TIME = 50.0
"""Seconds after which what another process has seen counts as never seen: it takes three."""

INDEX = re.compile(r"ledger (\d+) ")

HINDI = "बैठक कल सुबह दस बजे होगी और सभी सदस्यों को समय पर पहुँचना है। "
DIGITS = "9f3c7710 48a2b6de 00417723 "


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=["sqlite", "postgresql"])
async def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('ratios')}/compactd.db"
    found: str = request.getfixturevalue("module_postgres_url")
    return found


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(url: str) -> AsyncIterator[LocalServer]:
    async with local_server(url, http=True, database_connections=4, model_retry_seconds=0) as running:
        yield running


def new_model(provider: str = "openai") -> str:
    """A model that nobody has a tokenizer of, or has seen anything of."""
    return f"{provider}/small-{uuid4()}"


class CountingModel:
    """Counts what it is sent in its own way, says so, and refuses what its window does not hold, in OpenAI's words."""

    def __init__(self, loopback: LoopbackModel, count: Callable[[str], float], window: int) -> None:
        self.asked: list[Received] = []
        self.refused: list[Received] = []
        self._count, self._window = count, window
        loopback.otherwise = self.reply

    def reply(self, request: Received) -> Reply:
        body = request.body
        text = "\n".join(message["content"] for message in body["messages"])
        tokens = round(self._count(text))
        self.asked.append(request)
        if tokens + (body.get("max_completion_tokens") or body.get("max_tokens")) > self._window:
            self.refused.append(request)
            error = {"message": "Please reduce the length of the messages.", "code": "context_length_exceeded"}
            return Reply({"error": error}, status=400)
        answer = openai_chat("All were paid.")
        answer["usage"]["prompt_tokens"] = tokens
        return Reply(answer)


def counted(text: str) -> int:
    return len(ENCODING.encode_ordinary(text))


async def ratio_within_time(client: Client, conversation_id: str) -> conversation_service_pb2.GetContextResponse:
    """The context, once something has been seen of its model."""
    async with asyncio.timeout(IN_TIME):
        # Nobody is told when one server learns what another has seen.
        while not (context := await context_of(client, conversation_id)).HasField("observed_token_ratio"):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    return context


async def long_conversation(client: Client, model: str, *, text: str = "was paid on time ", **fields: Any) -> str:
    """About 24,000 tokens in a hundred messages, each of which says its number."""
    agent = await new_agent(client, model=model, **fields)
    said = text * (240 // counted(text))
    messages = [(user, assistant)[number % 2](f"ledger {number} {said}") for number in range(100)]
    return await new_conversation(client, messages, agent_id=agent.id)


def shown(requests: list[Received]) -> list[int]:
    return [int(index) for request in requests for index in INDEX.findall(request.raw.decode())]


async def test_what_a_caller_tells_is_answered_and_kept(server: LocalServer) -> None:
    client, model = server.client, new_model()
    agent = await new_agent(client, model=model)
    conversation_id = await new_conversation(client, agent_id=agent.id)
    first = await append(client, conversation_id, talk(20))
    assert not first.HasField("observed_token_ratio")
    assert not (await context_of(client, conversation_id)).HasField("observed_token_ratio")
    told = await append(
        client, conversation_id, [user("And now?")], observed_context_tokens=round(first.context_tokens * 1.5)
    )
    assert told.observed_token_ratio == pytest.approx(1.5, abs=0.01)
    assert told.context_tokens == first.context_tokens + counted("And now?") + 4
    context = await context_of(client, conversation_id)
    assert context.observed_token_ratio == told.observed_token_ratio
    assert context.context_tokens == told.context_tokens
    # It is of the model, whoever's conversation it is.
    other = await new_conversation(client, talk(1), agent_id=(await new_agent(client, model=model)).id)
    assert (await context_of(client, other)).observed_token_ratio == told.observed_token_ratio
    foreign = await new_conversation(client, talk(1), agent_id=(await new_agent(client, model=new_model())).id)
    assert not (await context_of(client, foreign)).HasField("observed_token_ratio")


async def test_it_is_told_over_rest_and_shown_there(server: LocalServer) -> None:
    client = server.client
    conversation_id = await new_conversation(client, talk(20), agent_id=(await new_agent(client, model=new_model())).id)
    before = await context_of(client, conversation_id)
    path = f"/v1/conversations/{conversation_id}"
    async with httpx.AsyncClient(base_url=server.http_url, timeout=60) as rest:
        assert (await rest.get(f"{path}/context")).json()["observed_token_ratio"] is None
        body = {
            "messages": [{"role": "user", "content": "And now?"}],
            "observed_context_tokens": before.context_tokens * 2,
        }
        told = (await rest.post(f"{path}/messages:append", json=body)).json()
        shown = (await rest.get(f"{path}/context")).json()
        body["observed_context_tokens"] = -1
        refused = await rest.post(f"{path}/messages:append", json=body)
    assert told["observed_token_ratio"] == shown["observed_token_ratio"] == 2.0
    assert (refused.status_code, "observed_context_tokens" in refused.json()["detail"]) == (400, True)


async def test_what_cannot_be_a_count_is_refused_or_left_out(server: LocalServer) -> None:
    client = server.client
    conversation_id = await new_conversation(client, talk(20), agent_id=(await new_agent(client, model=new_model())).id)
    failed = await failure_of(append(client, conversation_id, [user("x")], observed_context_tokens=-1))
    assert failed.reason == "INVALID_FIELD"
    nothing = await append(client, conversation_id, [user("x")], observed_context_tokens=0)
    assert not nothing.HasField("observed_token_ratio")
    absurd = await append(client, conversation_id, [user("x")], observed_context_tokens=2**31 - 1)
    assert absurd.observed_token_ratio == 4.0


async def test_nothing_is_learned_of_a_context_that_is_small_or_was_not_there(server: LocalServer) -> None:
    client = server.client
    agent = await new_agent(client, model=new_model(), system="be careful " * 500)
    conversation_id = await new_conversation(client, agent_id=agent.id)
    # The first batch brings a system message of its own: whatever was counted, it was not this context.
    first = await append(client, conversation_id, [system("Be brief."), *talk(1)], observed_context_tokens=3_000)
    assert not first.HasField("observed_token_ratio")
    small = await append(client, conversation_id, [user("x")], observed_context_tokens=300)
    assert not small.HasField("observed_token_ratio")


async def test_a_repeat_counts_once(server: LocalServer) -> None:
    client = server.client
    conversation_id = await new_conversation(client, talk(20), agent_id=(await new_agent(client, model=new_model())).id)
    size = (await context_of(client, conversation_id)).context_tokens
    await append(client, conversation_id, [user("x")], observed_context_tokens=size)
    request_id = str(uuid4())
    again = [
        await append(client, conversation_id, [user("y")], observed_context_tokens=size * 2, request_id=request_id)
        for _ in range(3)
    ]
    assert again[0] == again[1] == again[2]
    assert 1 < again[0].observed_token_ratio < 2.01
    assert (await context_of(client, conversation_id)).observed_token_ratio == again[0].observed_token_ratio


async def test_a_window_holds_so_much_less(server: LocalServer) -> None:
    client, model = server.client, new_model()
    conversation_id = await long_conversation(client, model, context_window_limit=20_000)
    settings = {"sliding_window_percentage": 1.0}

    async def plan() -> compaction_pb2.CompactionPlan:
        return (await compact(client, conversation_id, compaction_settings=settings, dry_run=True)).plan

    before = await plan()
    size = (await context_of(client, conversation_id)).context_tokens
    assert not before.HasField("observed_token_ratio")
    for told in range(3):
        assert (await plan()).kept_tokens > 17_000, f"{told} figures are enough"
        await append(client, conversation_id, [user("x")], observed_context_tokens=size * 2)
    after = await plan()
    assert after.observed_token_ratio == pytest.approx(2.0, abs=0.01)
    assert after.window == before.window == before.counted_window == 20_000
    assert after.counted_window == pytest.approx(10_000, abs=50)
    assert 17_000 < before.kept_tokens <= 19_000
    assert 7_500 < after.kept_tokens <= 9_500


async def tell(client: Client, model: str, *ratios: float) -> float:
    """Tells of a conversation of a new agent that so many tokens were counted, and returns what is observed then."""
    conversation_id = await new_conversation(client, talk(100), agent_id=(await new_agent(client, model=model)).id)
    size = (await context_of(client, conversation_id)).context_tokens
    for ratio in ratios:
        told = round(size * ratio)
        size = (await append(client, conversation_id, [user("x")], observed_context_tokens=told)).context_tokens
    return (await context_of(client, conversation_id)).observed_token_ratio


@pytest.mark.parametrize("others", [0, 1, 6])
async def test_one_wrong_figure_of_a_caller_moves_no_other_agents_window(server: LocalServer, others: int) -> None:
    client, model = server.client, new_model()
    conversation_id = await long_conversation(client, model, context_window_limit=20_000)
    before = (await compact(client, conversation_id, dry_run=True)).plan
    assert await tell(client, model, *[1.0] * others, 4.0) > 1.01
    wrong = (await compact(client, conversation_id, dry_run=True)).plan
    assert wrong.HasField("observed_token_ratio")
    assert wrong.kept_tokens == before.kept_tokens
    assert await tell(client, model, 1.0, 1.0, 1.0) < 1.05
    assert (await compact(client, conversation_id, dry_run=True)).plan.kept_tokens == before.kept_tokens


async def test_a_ratio_alone_refuses_nothing(server: LocalServer) -> None:
    client, model = server.client, new_model()
    # Pending call and system message fit the window that was set, and not a quarter of it.
    agent = await new_agent(client, model=model, context_window_limit=20_000, system="be careful " * 600)
    conversation_id = await new_conversation(client, talk(20), agent_id=agent.id)
    await append(client, conversation_id, [assistant(None, call("1", arguments=json.dumps({"a": "word " * 5_000})))])
    assert await tell(client, model, 4.0, 4.0, 4.0) == 4.0
    after = (await compact(client, conversation_id, dry_run=True)).plan
    assert after.observed_token_ratio == 4.0
    assert (after.window, after.counted_window) == (20_000, 5_000)
    assert (after.kept_count, after.evicted_count) == (1, 80)
    done = await compact(client, conversation_id, compaction_settings={"model": "local/extractive"})
    assert done.compaction.evicted_count == after.evicted_count
    # What does not fit is told of the window as it was set.
    await append(client, conversation_id, [result("1", "done")])
    await append(
        client,
        conversation_id,
        [user("big "), assistant(None, call("2", arguments=json.dumps({"a": "word " * 20_000})))],
    )
    failed = await failure_of(compact(client, conversation_id, dry_run=True))
    assert (failed.reason, failed.metadata["context_window"]) == ("CANNOT_HELP", "20000")


@pytest.mark.parametrize("said", ["users", "notes", "late results", "calls"])
async def test_who_tells_our_own_count_is_told_one(server: LocalServer, said: str) -> None:
    client = server.client
    conversation_id = await new_conversation(client, talk(20), agent_id=(await new_agent(client, model=new_model())).id)
    await append(client, conversation_id, [assistant(None, call("dead")), user("Never mind.")])
    batches = {
        "users": [user("n")] * 50,
        "notes": [system("n")] * 50,
        "late results": [result(f"q{number}", "x") for number in range(30)],
        "calls": [assistant(None, call("a"), call("b")), result("b", "x"), user("Stop."), user("On.")],
    }
    for _ in range(2):
        size = (await context_of(client, conversation_id)).context_tokens
        told = await append(client, conversation_id, batches[said], repair=True, observed_context_tokens=size)
        assert told.observed_token_ratio == 1.0


def said_in_parts(role: int, *parts: dict[str, Any], **fields: Any) -> message_pb2.ChatMessage:
    return make(message_pb2.ChatMessage, role=role, parts=parts, **fields)


def thought(message: message_pb2.ChatMessage) -> message_pb2.ChatMessage:
    message.reasoning = "It was paid."
    return message


USER, ASSISTANT = message_pb2.MESSAGE_ROLE_USER, message_pb2.MESSAGE_ROLE_ASSISTANT
SO = {"text": "So be it."}
MORE_THAN_TEXT = {
    "image": said_in_parts(USER, SO, {"image": {"url": "https://example.com/a.png"}}),
    "file": said_in_parts(USER, SO, {"file": {"name": "a.pdf", "media_type": "application/pdf", "data": b"%PDF-1.4"}}),
    "audio": said_in_parts(USER, SO, {"audio": {"format": "wav", "data": b"RIFF", "transcript": "Hello."}}),
    "reasoning": thought(assistant("Yes.")),
    "reasoning beside calls": thought(assistant(None, call("1"))),
    "opaque part": said_in_parts(ASSISTANT, SO, {"opaque": {"type": "signature", "data": b"x"}}),
    "too much to look at": said_in_parts(USER, {"text": "x " * 10_000}),
}
TEXT = {
    "parts of text": said_in_parts(USER, SO, SO),
    "calls with an empty text": assistant("", call("1")),
    "a blank text": user(" "),
}


@pytest.mark.parametrize("said", [*MORE_THAN_TEXT, *TEXT])
async def test_callers_teach_by_contexts_of_text_alone(server: LocalServer, said: str) -> None:
    client = server.client
    conversation_id = await new_conversation(client, talk(20), agent_id=(await new_agent(client, model=new_model())).id)
    last = await append(client, conversation_id, [(MORE_THAN_TEXT | TEXT)[said]])
    told = await append(client, conversation_id, [user("x")], observed_context_tokens=last.context_tokens * 2)
    assert told.HasField("observed_token_ratio") is (said in TEXT)


@pytest.mark.parametrize("mode", [ALL, SELF_ALL])
async def test_after_a_large_answer_requests_fit_at_once(server: LocalServer, model: LoopbackModel, mode: int) -> None:
    client, name = server.client, new_model()
    small = CountingModel(model, lambda text: 2 * counted(text), window=16_000)
    fields: dict[str, Any] = {"context_window_limit": 16_000, "compaction_settings": {"model": name}}
    first = await long_conversation(client, name, **fields)
    await compact(client, first, mode)
    assert small.refused
    asked = [request.raw for request in small.asked]
    assert len(set(asked)) == len(asked)
    second = await long_conversation(client, name, **fields)
    seen = await ratio_within_time(client, second)
    assert seen.observed_token_ratio == pytest.approx(2.0, abs=0.1)
    small.asked.clear()
    small.refused.clear()
    forecast = (await compact(client, second, mode, dry_run=True)).plan
    done = await compact(client, second, mode)
    assert small.refused == []
    assert sorted(shown(small.asked)) == list(range(100))
    assert done.compaction.chunks == forecast.chunks > 1
    assert forecast.model_observed_token_ratio == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize(
    ("variable", "provider", "text", "count"),
    [
        ("DEEPSEEK", "deepseek", HINDI, lambda text: 1.9 * counted(text)),
        ("TOGETHER_AI", "together", DIGITS, lambda text: counted(text) + len(re.findall(r"\d", text))),
    ],
    ids=["Hindi with DeepSeek", "digits with Qwen"],
)
async def test_scripts_and_digits_that_a_tokenizer_cuts_finer(
    server: LocalServer,
    model: LoopbackModel,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    provider: str,
    text: str,
    count: Callable[[str], float],
) -> None:
    monkeypatch.setenv(f"{variable}_API_KEY", f"sk-{uuid4()}")
    monkeypatch.setenv(f"{variable}_API_BASE", f"{model.url}/v1")
    client, name = server.client, new_model(provider)
    small = CountingModel(model, count, window=16_000)
    fields: dict[str, Any] = {"context_window_limit": 16_000, "compaction_settings": {"model": name}}
    first = await long_conversation(client, name, text=text, **fields)
    await compact(client, first, ALL)
    second = await long_conversation(client, name, text=text, **fields)
    seen = await ratio_within_time(client, second)
    assert 1.3 < seen.observed_token_ratio < 2
    small.refused.clear()
    await compact(client, second, ALL)
    assert small.refused == []


async def test_a_model_that_counts_as_we_do_moves_no_window(server: LocalServer, model: LoopbackModel) -> None:
    client = server.client
    conversation_id = await long_conversation(client, "openai/gpt-4.1", compaction_settings={"model": "openai/gpt-4.1"})
    CountingModel(model, lambda text: 1.03 * counted(text), window=1_000_000)
    before = (await compact(client, conversation_id, ALL, dry_run=True)).plan
    await compact(client, conversation_id, ALL)
    other = await long_conversation(client, "openai/gpt-4.1", compaction_settings={"model": "openai/gpt-4.1"})
    assert (await ratio_within_time(client, other)).observed_token_ratio == pytest.approx(1.0, abs=0.04)
    after = (await compact(client, other, ALL, dry_run=True)).plan
    assert (after.window, after.evicted_count) == (before.window, before.evicted_count)


async def test_replicas_and_later_processes_know_what_one_has_seen(
    url: str, server: LocalServer, model: LoopbackModel
) -> None:
    client, name = server.client, new_model()
    CountingModel(model, lambda text: 2 * counted(text), window=1_000_000)
    settings: dict[str, Any] = {"compaction_settings": {"model": name}}
    async with local_server(url, database_connections=2) as replica:
        there = await long_conversation(replica.client, name, **settings)
        assert not (await context_of(replica.client, there)).HasField("observed_token_ratio")
        await compact(client, await long_conversation(client, name, **settings), ALL)
        seen = await ratio_within_time(replica.client, there)
        assert seen.observed_token_ratio == pytest.approx(2.0, abs=0.05)
    async with local_server(url, database_connections=2) as restarted:
        # It reads before it answers.
        assert (await context_of(restarted.client, there)).observed_token_ratio == seen.observed_token_ratio


async def test_what_was_seen_last_is_kept_when_the_server_stops(url: str) -> None:
    name = new_model()
    async with local_server(url, database_connections=2) as stopping:
        agent = await new_agent(stopping.client, model=name)
        conversation_id = await new_conversation(stopping.client, talk(20), agent_id=agent.id)
        size = (await context_of(stopping.client, conversation_id)).context_tokens
        await append(stopping.client, conversation_id, [user("x")], observed_context_tokens=size * 3)
    async with local_server(url, database_connections=2) as restarted:
        assert (await context_of(restarted.client, conversation_id)).observed_token_ratio == 3.0
