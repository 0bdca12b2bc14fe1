"""Stored data to ask about: prepared over gRPC, read back over gRPC."""

import asyncio
import re
from collections.abc import Awaitable
from typing import Any
from uuid import uuid4

import grpc
from google.protobuf.json_format import MessageToJson
from google.protobuf.message import Message
from google.protobuf.struct_pb2 import Struct

from compaction.v1 import (
    agent_pb2,
    agent_service_pb2,
    compaction_service_pb2,
    compaction_settings_pb2,
    conversation_service_pb2,
    job_service_pb2,
    message_pb2,
    model_settings_pb2,
    policy_pb2,
    policy_service_pb2,
    sweep_pb2,
    sweep_service_pb2,
)
from tests.builders.chat import (
    append,
    assistant,
    call,
    compact,
    history_of,
    new_agent,
    new_conversation,
    result,
    system,
    talk,
    user,
)
from tests.envoy.rest_request import StoredIds
from tests.server import Client

EXTRACTIVE = compaction_settings_pb2.CompactionSettings(model="local/extractive")


def struct(**fields: Any) -> Struct:
    value = Struct()
    value.update(fields)
    return value


def parts() -> list[message_pb2.ChatMessage]:
    """Messages of more than text."""
    inline = message_pb2.InlineImage(media_type="image/png", data=b"\x89PNG\xff\xfe")
    picture = message_pb2.ContentPart(image=message_pb2.Image(inline=inline))
    link = message_pb2.ContentPart(image=message_pb2.Image(url="https://example.com/a.png"))
    thought = message_pb2.Opaque(provider="openai", model="gpt-5-mini", type="reasoning", data=b"\x00\x01")
    said = message_pb2.ContentPart(text="Both show <the same> & nothing else.")
    images = [message_pb2.ContentPart(text="What do these show?"), picture, link]
    failed = result("call_x", "no such file")
    failed.is_error = True
    named = user("Thanks — 謝謝!")
    named.name = "bob"
    named.metadata["source"] = "import"
    named.created_at.FromJsonString("2026-01-02T03:04:05.250Z")
    return [
        message_pb2.ChatMessage(role=message_pb2.MESSAGE_ROLE_USER, parts=images),
        assistant("I look.", call("call_x")),
        failed,
        message_pb2.ChatMessage(
            role=message_pb2.MESSAGE_ROLE_ASSISTANT, parts=[said, message_pb2.ContentPart(opaque=thought)]
        ),
        named,
        assistant(None, call("call_open")),
    ]


def settings() -> model_settings_pb2.ModelSettings:
    schema = model_settings_pb2.JsonSchemaResponseFormat(json_schema=struct(type="object", properties={"n": {}}))
    options = model_settings_pb2.OpenAIModelSettings(
        max_output_tokens=4000,
        temperature=1,
        response_format=model_settings_pb2.ResponseFormat(json_schema=schema),
        reasoning=model_settings_pb2.Reasoning(reasoning_effort=model_settings_pb2.REASONING_EFFORT_LOW),
    )
    return model_settings_pb2.ModelSettings(openai=options)


async def prepare(client: Client) -> StoredIds:
    """An agent with everything set, its default conversation, and one that was compacted once. Both begin with a system
    message of their own, since the rendered one has ids in it, which take more tokens here and fewer there."""
    tool = struct(type="function", function={"name": "look", "parameters": {"type": "object", "properties": {}}})
    agent = await new_agent(
        client,
        name="Invoices",
        description="Checks invoices.",
        system="You check invoices. {CORE_MEMORY}",
        model="openai/gpt-5-mini",
        model_settings=settings(),
        compaction_settings=compaction_settings_pb2.CompactionSettings(
            mode=compaction_settings_pb2.COMPACTION_MODE_ALL, clip_chars=900, sliding_window_percentage=0.25
        ),
        memory_blocks=[
            agent_pb2.Block(label="plan", value="Pay nothing twice.", description="What to do.", limit=500),
            agent_pb2.Block(label="a/b: 100 %?", value="", read_only=True),
        ],
        tool_schemas=[tool],
        tags=["paid", "open"],
        metadata=struct(team="A", size=3, ratio=0.5, none=None, nested={"list": [1, "x", True, []]}),
    )
    await append(client, agent.default_conversation_id, [system("Be brief."), *talk(2)])
    conversation = await new_conversation(
        client,
        [system("Be exact."), *talk(3)],
        agent_id=agent.id,
        summary="Week 12",
        context_window_limit=9000,
        compaction_settings=EXTRACTIVE,
    )
    compacted = await compact(client, conversation, compaction_settings_pb2.COMPACTION_MODE_ALL)
    await append(client, conversation, [*parts()])
    job = await client.jobs.SubmitCompaction(
        job_service_pb2.SubmitCompactionRequest(
            conversation_id=conversation, compaction_settings=EXTRACTIVE, request_id=str(uuid4())
        )
    )
    policy = await client.policies.CreatePolicy(
        policy_service_pb2.CreatePolicyRequest(
            policy=policy_pb2.Policy(trigger=policy_pb2.CompactionTrigger(context_tokens=1_000_000))
        )
    )
    sweep = await paused_sweep(client)
    messages = await history_of(client, conversation)
    return StoredIds(
        {
            "agent": agent.id,
            "default": agent.default_conversation_id,
            "conversation": conversation,
            "compaction": compacted.compaction.id,
            "job": job.id,
            "policy": policy.id,
            "sweep": sweep.id,
            "swept": sweep.selector.agent_ids[0],
            "asked": job.request.request_id,
            "message": next(message.id for message in messages if message.message.parts),
            "block": agent.memory_blocks[0].id,
            "request": str(uuid4()),
        }
    )


async def paused_sweep(client: Client) -> sweep_pb2.Sweep:
    """A sweep that has looked at nothing and does not go on: one that runs does so once a second, so that of two
    started alike one may be further. It is over an agent of its own, whose jobs nobody compares."""
    agent = await new_agent(client)
    selector = policy_pb2.ConversationSelector(agent_ids=[agent.id])
    while True:
        started = await client.sweeps.StartSweep(
            sweep_service_pb2.StartSweepRequest(sweep=sweep_pb2.Sweep(selector=selector))
        )
        paused = await client.sweeps.PauseSweep(sweep_service_pb2.PauseSweepRequest(sweep_id=started.id))
        if not paused.looked_at:
            return paused
        # It went on between the two calls.
        await client.sweeps.CancelSweep(sweep_service_pb2.CancelSweepRequest(sweep_id=started.id))


async def twins(client: Client) -> list[StoredIds]:
    """Two sets of data that differ in nothing but their ids and times."""
    return list(await asyncio.gather(prepare(client), prepare(client)))


async def forget(client: Client, *sets: StoredIds) -> None:
    """Deletes what a namespace has not room for as often as requests are tried."""
    listed = await client.policies.ListPolicies(policy_service_pb2.ListPoliciesRequest(limit=1000))
    kept = {policy.id for policy in listed.policies}
    for policy_id in kept.intersection(stored.ids["policy"] for stored in sets):
        await client.policies.DeletePolicy(policy_service_pb2.DeletePolicyRequest(policy_id=policy_id))


async def stored_state(client: Client, stored: StoredIds, created: str) -> list[str]:
    """All that is stored under these ids, and the agent `created`, if a request made one."""
    agent, conversation, default = (stored.ids[name] for name in ("agent", "conversation", "default"))
    agents, conversations, compactions = client.agents, client.conversations, client.compactions
    reads: list[Awaitable[Message]] = [
        agents.GetAgent(agent_service_pb2.GetAgentRequest(agent_id=agent)),
        conversations.ListConversations(conversation_service_pb2.ListConversationsRequest(agent_id=agent)),
    ]
    for name in (conversation, default):
        reads += [
            conversations.GetConversation(conversation_service_pb2.GetConversationRequest(conversation_id=name)),
            conversations.ListMessages(conversation_service_pb2.ListMessagesRequest(conversation_id=name)),
            compactions.ListCompactions(compaction_service_pb2.ListCompactionsRequest(conversation_id=name)),
            client.jobs.ListJobs(job_service_pb2.ListJobsRequest(conversation_id=name)),
        ]
    if created:
        reads.append(agents.GetAgent(agent_service_pb2.GetAgentRequest(agent_id=created)))
    return list(await asyncio.gather(*map(_read, reads)))


async def _read(call: Awaitable[Message]) -> str:
    try:
        answer = await call
    except grpc.aio.AioRpcError as error:
        return f"{error.code()}: {error.details()}"
    for message in getattr(answer, "messages", ()):
        # A rendered system message has ids in it, whose tokens differ.
        if message.position == 0:
            message.token_count = 0
    for record in getattr(answer, "compactions", ()):
        # A zero is left out here: what took less than half a millisecond would differ from what took longer.
        record.duration_ms = 0
    return MessageToJson(answer, preserving_proto_field_name=True, indent=None)


_ID = re.compile(
    r"\b(agent|block|compaction|conv|job|message|policy|sweep)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)
_GENERATED_NAME = re.compile(r'"agent-[0-9a-f]{8}"')
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00| UTC)")
_DURATION = re.compile(r'("duration_ms": ?)\d+')


def without_ids(text: str, stored: StoredIds) -> str:
    """`text` with names for the ids of what is stored, and with nothing else in it that is new every time: other ids,
    the names that are made of them, times, and how long it took."""
    for name, value in stored.ids.items():
        text = text.replace(value, f"{{{name}}}")
    text = _ID.sub(r"new \1", text)
    text = _GENERATED_NAME.sub('"new name"', text)
    return _DURATION.sub(r"\g<1>0", _TIME.sub("time", text))
