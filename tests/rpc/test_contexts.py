"""GetContext and Recompile through the real server."""

import re
import threading
from typing import Any

import pytest

from compactd.application.get_context import ContextView
from compactd.ports.contexts import PutSystem
from compactd.rpc.contexts import context_to_proto
from compactd.strategies.turns import NO_ANSWER
from compactd.strategies.view import OPENING
from compaction.v1 import agent_service_pb2, compaction_service_pb2, conversation_service_pb2, message_pb2
from tests.builders.chat import (
    append,
    assistant,
    call,
    compact,
    context_of,
    history_of,
    make,
    new_agent,
    new_conversation,
    result,
    system,
    talk,
    user,
)
from tests.rpc.failures import failure_of
from tests.server import Client, LocalServer

pytestmark = pytest.mark.asyncio(loop_scope="session")

OPENAI = conversation_service_pb2.CONTEXT_FORMAT_OPENAI
NATIVE = conversation_service_pb2.CONTEXT_FORMAT_NATIVE
STRICT = conversation_service_pb2.CONTEXT_FORMAT_STRICT
VERBATIM, REWRITTEN, SYNTHETIC = 1, 2, 3
TOOL = {"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}


async def recompile(client: Client, conversation_id: str, **fields: Any) -> str:
    request = make(compaction_service_pb2.RecompileRequest, conversation_id=conversation_id, **fields)
    return (await client.compactions.Recompile(request)).system_prompt


async def first_message(client: Client, conversation_id: str) -> str:
    return (await history_of(client, conversation_id, limit=1))[0].message.content


async def test_a_plain_conversation_is_shown_as_it_was_appended(client: Client) -> None:
    messages = [system("Be brief."), *talk(2)]
    messages[1].metadata["source"] = "mail"
    conversation_id = await new_conversation(client, messages)
    context = await context_of(client, conversation_id)
    messages[1].ClearField("metadata")
    assert list(context.messages) == messages
    assert {source.origin for source in context.sources} == {VERBATIM}
    stored = await history_of(client, conversation_id)
    assert [list(source.message_ids) for source in context.sources] == [[message.id] for message in stored]
    assert [source.token_count for source in context.sources] == [message.token_count for message in stored]
    assert context.tokenizer == "o200k_base"


async def test_tool_schemas_count_beside_the_messages(client: Client) -> None:
    bare, armed = [
        await new_conversation(client, [system("s"), user("x")], agent_id=agent.id)
        for agent in (await new_agent(client), await new_agent(client, tool_schemas=[TOOL]))
    ]
    without, with_tools = await context_of(client, bare), await context_of(client, armed)
    assert with_tools.context_tokens > without.context_tokens
    assert sum(source.token_count for source in with_tools.sources) == without.context_tokens


async def test_repairs_say_where_they_come_from(client: Client) -> None:
    calls = assistant(None, call("a"), call("a"), call("dead"))
    messages = [user("go"), calls, result("a", "first"), user("wait"), result("a", "second, late"), user("")]
    conversation_id = await new_conversation(client, messages)
    context = await context_of(client, conversation_id)
    shown = [(message.role, source.origin) for message, source in zip(context.messages, context.sources, strict=True)]
    assert shown == [
        (1, VERBATIM),
        (2, VERBATIM),
        (3, REWRITTEN),
        (4, VERBATIM),
        (4, SYNTHETIC),
        (4, SYNTHETIC),
        (2, VERBATIM),
        (2, REWRITTEN),
        (2, REWRITTEN),
    ]
    assert [list(source.message_ids) == [] for source in context.sources].count(True) == 2
    ids = [made.id for made in context.messages[2].tool_calls]
    assert len(set(ids)) == 3
    assert [message.tool_call_id for message in context.messages[3:6]] == ids
    assert context.context_tokens == sum(source.token_count for source in context.sources)


async def test_a_conversation_that_begins_with_the_assistant_gets_an_opening(client: Client) -> None:
    conversation_id = await new_conversation(client)
    answer = await append(client, conversation_id, [assistant("Hello, I am Rook.")])
    context = await context_of(client, conversation_id)
    assert [source.origin for source in context.sources] == [VERBATIM, SYNTHETIC, VERBATIM]
    assert context.context_tokens == answer.context_tokens


async def test_a_message_without_content_is_stored_as_it_is_and_shown_as_empty(client: Client) -> None:
    conversation_id = await new_conversation(client, [user(""), assistant(None, call("c1")), result("c1", "")])
    shown = (await context_of(client, conversation_id)).messages[1:]
    assert [message.content for message in shown if not message.tool_calls] == ["[empty]", "[empty]"]
    stored = (await history_of(client, conversation_id))[1:]
    assert [item.message.content for item in stored if not item.message.tool_calls] == ["", ""]


async def test_the_summary_is_framed_or_bare(client: Client) -> None:
    conversation_id = await new_conversation(client, talk(10))
    done = await compact(client, conversation_id)
    openai = await context_of(client, conversation_id, format=OPENAI)
    native = await context_of(client, conversation_id, format=NATIVE)
    assert openai.messages[1].role == message_pb2.MESSAGE_ROLE_USER
    assert openai.messages[1].content.startswith("[summary of ")
    assert done.summary in openai.messages[1].content
    assert native.messages[1].role == message_pb2.MESSAGE_ROLE_SUMMARY
    assert native.messages[1].content == done.summary
    assert (openai.sources[1].origin, native.sources[1].origin) == (REWRITTEN, VERBATIM)
    assert openai.sources[1].message_ids == native.sources[1].message_ids
    assert openai.context_tokens == native.context_tokens
    assert openai.messages[2:] == native.messages[2:]
    assert await context_of(client, conversation_id) == openai


async def test_in_the_strict_format_user_and_assistant_alternate(client: Client) -> None:
    calls = assistant("I look.", call("a"))
    messages = [system("s"), assistant("Hello."), user("one"), user("two"), calls, result("a", "found"), user("three")]
    conversation_id = await new_conversation(client, messages)
    strict = await context_of(client, conversation_id, format=STRICT)
    assert [(message.role, message.content) for message in strict.messages] == [
        (1, "s"),
        (2, OPENING),
        (3, "Hello."),
        (2, "one\n\ntwo"),
        (3, "I look."),
        (4, "found"),
        (3, NO_ANSWER),
        (2, "three"),
    ]
    stored = [message.id for message in await history_of(client, conversation_id)]
    expected = [[stored[0]], [], [stored[1]], stored[2:4], [stored[4]], [stored[5]], [], [stored[6]]]
    assert [list(source.message_ids) for source in strict.sources] == expected
    origins = [VERBATIM, SYNTHETIC, VERBATIM, REWRITTEN, VERBATIM, VERBATIM, SYNTHETIC, VERBATIM]
    assert [source.origin for source in strict.sources] == origins
    openai = await context_of(client, conversation_id)
    assert strict.context_tokens == openai.context_tokens == sum(source.token_count for source in strict.sources)
    assert await context_of(client, conversation_id, format=OPENAI) == openai


async def test_opaque_parts_are_shown_in_the_native_format_only(client: Client) -> None:
    thinking = assistant(None)
    thinking.parts.add().text = "I looked."
    thinking.parts.add().opaque.CopyFrom(message_pb2.Opaque(provider="p", model="m", type="t", data=b"\x00"))
    conversation_id = await new_conversation(client, [user("go"), thinking])
    native = await context_of(client, conversation_id, format=NATIVE)
    assert native.messages[2] == thinking
    openai = await context_of(client, conversation_id)
    assert [part.WhichOneof("part") for part in openai.messages[2].parts] == ["text"]
    assert openai.sources[2].origin == REWRITTEN


async def test_a_change_of_model_counts_again_with_its_tokenizer(client: Client) -> None:
    agent = await new_agent(client, model="openai/gpt-4o", tool_schemas=[TOOL])
    conversation_id = await new_conversation(client, [*talk(5), user("請求書は支払い済みです")], agent_id=agent.id)
    before = await context_of(client, conversation_id)
    request = make(
        conversation_service_pb2.UpdateConversationRequest,
        conversation_id=conversation_id,
        conversation={"model": "openai/gpt-4"},
        update_mask={"paths": ["model"]},
    )
    await client.conversations.UpdateConversation(request)
    after = await context_of(client, conversation_id)
    assert (before.tokenizer, after.tokenizer) == ("o200k_base", "cl100k_base")
    assert after.context_tokens > before.context_tokens
    assert after.context_window < before.context_window
    plan = (await compact(client, conversation_id, 1, dry_run=True)).plan
    assert plan.fixed_tokens + plan.evicted_tokens == after.context_tokens
    answer = await append(client, conversation_id, [user("x")])
    assert answer.context_tokens == (await context_of(client, conversation_id)).context_tokens


async def test_recompile_renders_what_the_agent_is_now(client: Client) -> None:
    agent = await new_agent(client, system="A {CORE_MEMORY} Z", memory_blocks=[{"label": "team", "value": "Ines"}])
    conversation_id = await new_conversation(client, talk(1), agent_id=agent.id)
    before = await context_of(client, conversation_id)
    request = make(
        agent_service_pb2.UpdateBlockRequest,
        agent_id=agent.id,
        block_label="team",
        block={"value": "Tunde", "description": "who", "limit": 99},
        update_mask={"paths": ["value", "description", "limit"]},
    )
    await client.agents.UpdateBlock(request)
    assert await context_of(client, conversation_id) == before
    prompt = await recompile(client, conversation_id)
    assert re.fullmatch(r"A <memory_blocks>.*</memory_metadata> Z", prompt, re.DOTALL)
    for part in ("team", "who", "Tunde", "99", agent.id, conversation_id, "outside this context: 0"):
        assert part in prompt
    assert "Ines" not in prompt
    after = await context_of(client, conversation_id)
    assert after.messages[0].content == prompt
    assert after.version != before.version
    assert after.messages[1:] == before.messages[1:]
    assert after.sources[0].message_ids == before.sources[0].message_ids


async def test_without_the_placeholder_memory_is_appended(client: Client) -> None:
    agent = await new_agent(client, system="A {0} {nothing}", memory_blocks=[{"label": "{CORE_MEMORY}", "value": "v"}])
    prompt = await recompile(client, await new_conversation(client, agent_id=agent.id))
    assert prompt.startswith("A {0} {nothing}\n\n<memory_blocks>\n<{CORE_MEMORY}>")


async def test_a_dry_run_of_recompile_stores_nothing(client: Client) -> None:
    agent = await new_agent(client, system="template")
    conversation_id = await new_conversation(client, [system("mine")], agent_id=agent.id)
    before = await context_of(client, conversation_id)
    assert (await recompile(client, conversation_id, dry_run=True)).startswith("template")
    assert await context_of(client, conversation_id) == before


async def test_recompile_replaces_an_appended_system_message(client: Client) -> None:
    agent = await new_agent(client, system="template")
    conversation_id = await new_conversation(client, [system("mine"), user("x")], agent_id=agent.id)
    assert await first_message(client, conversation_id) == "mine"
    prompt = await recompile(client, conversation_id)
    assert await first_message(client, conversation_id) == prompt
    context = await context_of(client, conversation_id)
    [stored, _] = await history_of(client, conversation_id)
    assert context.sources[0].token_count == stored.token_count


async def test_the_number_of_messages_outside_the_context_is_rendered(client: Client) -> None:
    conversation_id = await new_conversation(client, talk(10))
    done = await compact(client, conversation_id, 1)
    assert f"outside this context: {done.compaction.evicted_count}" in await recompile(client, conversation_id)


async def test_recompile_holds_only_at_the_expected_version(client: Client) -> None:
    conversation_id = await new_conversation(client, [user("x")])
    version = (await context_of(client, conversation_id)).version
    await recompile(client, conversation_id, expected_version=version)
    for dry_run in (False, True):
        failed = await failure_of(recompile(client, conversation_id, expected_version=version, dry_run=dry_run))
        assert failed.reason == "CONTEXT_CHANGED"


async def test_recompile_renders_over_a_summary_too(client: Client) -> None:
    conversation_id = await new_conversation(client, talk(10))
    await compact(client, conversation_id)
    before = await context_of(client, conversation_id)
    await recompile(client, conversation_id)
    after = await context_of(client, conversation_id)
    assert after.messages[1:] == before.messages[1:]


async def test_recompile_does_not_store_an_older_prompt_over_a_newer_one(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, store = server.client, server.service.store
    agent = await new_agent(client, system="old")
    conversation_id = await new_conversation(client, agent_id=agent.id)
    put = store.put_system

    async def late(*given: Any) -> PutSystem:
        monkeypatch.setattr(store, "put_system", put)
        request = make(
            agent_service_pb2.UpdateAgentRequest,
            agent_id=agent.id,
            agent={"system": "new"},
            update_mask={"paths": ["system"]},
        )
        await client.agents.UpdateAgent(request)
        assert (await recompile(client, conversation_id)).startswith("new")
        return await put(*given)

    monkeypatch.setattr(store, "put_system", late)
    assert (await recompile(client, conversation_id)).startswith("new")
    assert (await first_message(client, conversation_id)).startswith("new")


async def test_a_large_context_is_written_off_the_event_loop(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: set[str] = set()

    def noted(view: ContextView) -> conversation_service_pb2.GetContextResponse:
        threads.add(threading.current_thread().name)
        return context_to_proto(view)

    monkeypatch.setattr("compactd.rpc.conversation_servicer.context_to_proto", noted)
    conversation_id = await new_conversation(server.client, [user("x")] * 600)
    context = await context_of(server.client, conversation_id)
    assert len(context.messages) == 601
    assert len(threads) == 1
    assert threading.current_thread().name not in threads
