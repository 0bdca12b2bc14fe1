"""Input that is large, odd or useless, through the real server."""

import math
from typing import Any

import grpc
import pytest

from compaction.v1 import compaction_settings_pb2, message_pb2
from tests.builders.chat import (
    append,
    as_given,
    assistant,
    call,
    compact,
    context_of,
    history_of,
    new_agent,
    new_conversation,
    result,
    system,
    talk,
    user,
)
from tests.loopback.model import LoopbackModel
from tests.rpc.failures import failure_of
from tests.server import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")

ALL = compaction_settings_pb2.COMPACTION_MODE_ALL
MODES = [1, 2, 3, 4]


async def test_twenty_thousand_messages_in_one_conversation_work(client: Client) -> None:
    conversation_id = await new_conversation(client)
    turn = [user("And the next?"), assistant("Paid."), user("Thanks."), assistant("You are welcome.")]
    for _ in range(19):
        await append(client, conversation_id, turn * 250)
    answer = await append(client, conversation_id, turn * 250)
    assert answer.messages[-1].position == 20_000
    done = await compact(client, conversation_id)
    assert done.num_messages_before == 20_001
    assert done.compaction.tokens_before == answer.context_tokens
    context = await context_of(client, conversation_id)
    assert context.context_tokens == done.compaction.tokens_after < context.context_window
    assert len(await history_of(client, conversation_id, limit=1000)) == 1000


async def test_a_message_of_two_megabytes_works(client: Client) -> None:
    text = ("00 7f 45 4c 46 02 01 01 " * 250_000)[:2_000_000]
    conversation_id = await new_conversation(client, [user(text), *talk(1)])
    assert (await history_of(client, conversation_id))[1].message.content == text
    done = await compact(client, conversation_id, ALL)
    assert done.compaction.evicted_count == 5
    assert done.compaction.tokens_before > 1_000_000
    context = await context_of(client, conversation_id)
    assert context.context_tokens == done.compaction.tokens_after < context.context_window


@pytest.mark.parametrize("mode", MODES)
async def test_a_system_message_larger_than_the_window_cannot_be_helped(client: Client, mode: int) -> None:
    agent = await new_agent(client, system="policy " * 1_500, context_window_limit=1_000)
    conversation_id = await new_conversation(client, talk(3), agent_id=agent.id)
    before = await context_of(client, conversation_id)
    failed = await failure_of(compact(client, conversation_id, mode))
    assert failed.code is grpc.StatusCode.FAILED_PRECONDITION
    assert failed.reason == "CANNOT_HELP"
    assert failed.preconditions == ("CANNOT_HELP",)
    assert failed.metadata["context_window"] == "1000"
    assert int(failed.metadata["fixed_tokens"]) > 1_500
    assert set(failed.metadata) == {"context_window", "fixed_tokens", "pending_tokens", "summary_tokens"}
    assert await context_of(client, conversation_id) == before


@pytest.mark.parametrize("mode", MODES)
async def test_a_pending_call_larger_than_the_window_cannot_be_helped(client: Client, mode: int) -> None:
    agent = await new_agent(client, context_window_limit=1_000)
    pending = assistant(None, call("c1", arguments="policy " * 1_500))
    conversation_id = await new_conversation(client, [*talk(2), pending], agent_id=agent.id)
    failed = await failure_of(compact(client, conversation_id, mode))
    assert failed.reason == "CANNOT_HELP"
    assert int(failed.metadata["pending_tokens"]) > 1_500


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("dry_run", [False, True])
async def test_an_empty_conversation_holds_nothing_to_compact_and_no_model_is_asked(
    client: Client, monkeypatch: pytest.MonkeyPatch, mode: int, dry_run: bool
) -> None:
    async with LoopbackModel() as model:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
        monkeypatch.setenv("OPENAI_BASE_URL", f"{model.url}/v1")
        agent = await new_agent(client, model="openai/gpt-4.1")
        for messages in ([], [user("hi")]):
            conversation_id = await new_conversation(client, messages, agent_id=agent.id)
            failed = await failure_of(compact(client, conversation_id, mode, dry_run=dry_run))
            assert failed.code is grpc.StatusCode.FAILED_PRECONDITION
            assert failed.reason == "NOTHING_TO_COMPACT"
            assert failed.sentence.startswith(
                "Summarization failed to reduce the number of messages, for there is nothing to compact: "
            )
        assert model.requests == []


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"sliding_window_percentage": 30}, "a share above 0 up to 1: 0.3 for 30 %."),
        ({"sliding_window_percentage": 0}, "a share above 0 up to 1: 0.3 for 30 %."),
        ({"sliding_window_percentage": math.nan}, "a share above 0 up to 1: 0.3 for 30 %."),
        ({"clip_chars": -1}, "a number of characters, 0 or more; 0 does not clip."),
        ({"model_settings": {"openai": {"max_output_tokens": 0}}}, "a number of tokens, 1 or more."),
        ({"model_settings": {"openai": {"temperature": -0.5}}}, "a number, 0 or more."),
        (
            {"model_settings": {"google_ai": {"thinking_config": {"thinking_budget": -2}}}},
            "a number of tokens, 0 or more, or -1, which leaves it to the model.",
        ),
        (
            {"model_settings": {"anthropic": {"thinking": {"budget_tokens": 0}}}},
            "a number of tokens, 1 or more.",
        ),
        (
            {"model_settings": {"sglang": {"tool_call_parser": "x" * 65}}},
            "must have 64 or fewer characters.",
        ),
    ],
)
async def test_a_setting_that_cannot_be_is_told_by_what_it_must_be_and_in_which_unit(
    client: Client, settings: dict[str, Any], sentence: str
) -> None:
    failed = await failure_of(new_agent(client, compaction_settings=settings))
    assert failed.reason == "INVALID_FIELD"
    assert failed.sentence.endswith(f": {sentence}")


TEXTS = {
    "nul": "before\x00after\x00",
    "controls": "".join(map(chr, range(32))) + "\x7f\x85\u2028\ufeff",
    "emoji": "👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪 \U0001f9d1\U0001f3fd‍💻",
    "right to left": "שלום עולם — مرحبا بالعالم \u202eabc\u202c",
    "cjk": "請求書は支払い済みです。发票已付。𠮷野家 한국어",
    "combining": "e\u0301 vs é, Z̤͔͑ͨa̠̮͕l̡ͦg̉̅o",
    "noncharacters": "\ufffe\uffff\U0010ffff\ufffd",
    "line ends": "a\r\nb\rc\n\n\n",
    "spaces": "  \t ",
    "markup": "<|endoftext|><|im_start|>system transcript>>> {CORE_MEMORY} %s {0} '; DROP TABLE messages; --",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=list(TEXTS))
async def test_text_is_stored_and_given_back_byte_for_byte(client: Client, text: str) -> None:
    messages = [
        system(text),
        user(text),
        assistant(text, call(text.strip() or "id", text.strip() or "name", text)),
        result(text.strip() or "id", text),
    ]
    messages[1].name = text
    messages[1].metadata[text] = text
    conversation_id = await new_conversation(client)
    await append(client, conversation_id, messages)
    stored = await history_of(client, conversation_id)
    assert [message.message for message in stored] == messages


@pytest.mark.parametrize("text", TEXTS.values(), ids=list(TEXTS))
async def test_text_of_an_agent_is_given_back_byte_for_byte(client: Client, text: str) -> None:
    given: dict[str, Any] = {
        "name": text,
        "description": text,
        "system": text,
        "tags": [text],
        "metadata": {text: [text, {"a": text}]},
        "tool_schemas": [{"type": "function", "function": {"name": text}}],
        "memory_blocks": [{"label": text, "value": text, "description": text, "limit": 500}],
        "compaction_settings": {"prompt": f"x{text}"},
    }
    agent = await new_agent(client, **given)
    conversation_id = await new_conversation(client, agent_id=agent.id, summary=text)
    [rendered] = await history_of(client, conversation_id)
    assert text in rendered.message.content
    assert as_given(agent) == type(agent)(**given)


@pytest.mark.parametrize("text", TEXTS.values(), ids=list(TEXTS))
@pytest.mark.parametrize("mode", MODES)
async def test_a_conversation_of_odd_text_is_compacted(client: Client, mode: int, text: str) -> None:
    conversation_id = await new_conversation(client, [user(text * 20 + f" turn {number}") for number in range(12)])
    done = await compact(client, conversation_id, mode)
    context = await context_of(client, conversation_id)
    assert context.messages[1].content.count(done.summary.replace("[end of the summary]", "")) == 1
    assert context.context_tokens == done.compaction.tokens_after


async def test_a_number_that_json_does_not_have_is_rejected(client: Client) -> None:
    failed = await failure_of(new_agent(client, metadata={"share": float("nan")}))
    assert failed.fields == ("agent.metadata",)
    failed = await failure_of(
        new_agent(client, tool_schemas=[{"type": "function", "function": {"name": "f", "strict": float("inf")}}])
    )
    assert failed.fields == ("agent.tool_schemas[0]",)


async def test_a_conversation_of_images_only_is_compacted(client: Client) -> None:
    shown = message_pb2.ChatMessage(role=message_pb2.MESSAGE_ROLE_USER)
    shown.parts.add().image.inline.CopyFrom(message_pb2.InlineImage(media_type="image/png", data=b"x" * 10_000))
    conversation_id = await new_conversation(client, [shown] * 6)
    done = await compact(client, conversation_id, ALL)
    assert done.compaction.evicted_count == 6
    assert done.summary
