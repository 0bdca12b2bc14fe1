"""Two callers of one server, each with a namespace of their own, and what they have stored."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from compactd.domain.ledger import identifier_id
from compactd.rpc.contract import SERVICE_DESCRIPTORS
from tests.access.credentials import bearer
from tests.builders.chat import make, talk, user
from tests.server import LocalServer

METHODS = {method.name: method for service in SERVICE_DESCRIPTORS for method in service.methods}

KINDS = ("agent", "conversation", "default", "compaction", "block", "message", "job", "policy", "sweep")
"""Of what has an id that nothing else has; an identifier's is that of its value."""

EXTRACTIVE = {"mode": "COMPACTION_MODE_ALL", "model": "local/extractive"}


@dataclass(frozen=True, slots=True)
class Ids:
    """One of each thing that has an id."""

    agent: str
    conversation: str
    default: str
    compaction: str
    block: str
    message: str
    job: str
    policy: str
    sweep: str
    identifier: str

    def hidden(self, answer: bytes) -> bytes:
        """The answer with names in place of the ids, so that answers to different ids can be compared. In gRPC's bytes
        lengths stand beside them: ids of one kind have one length."""
        for name in (*KINDS, "identifier"):
            answer = answer.replace(getattr(self, name).encode(), f"<{name}>".encode())
        return answer


def ids_of_nothing(like: Ids) -> Ids:
    """New ones, of the same forms."""
    fresh = {name: f"{getattr(like, name)[: -len(str(uuid4()))]}{uuid4()}" for name in KINDS}
    return Ids(**fresh, identifier=identifier_id("hash", str(uuid4())))


@dataclass(frozen=True, slots=True)
class Tenant:
    """A caller with a token."""

    server: LocalServer
    token: str

    async def call(self, name: str, **fields: Any) -> Any:
        """The response to a request of those fields."""
        method = METHODS[name]
        stub: Any = self.server.client.channel.unary_unary(path_of(name))
        raw = await stub(
            request_of(name, **fields).SerializeToString(), metadata=tuple(bearer(self.token).items()), timeout=30
        )
        return GetMessageClass(method.output_type).FromString(raw)

    async def stored(self, **fields: Any) -> Ids:
        """An agent with two conversations, each with messages and a compaction."""
        agent = await self.call(
            "CreateAgent", agent={"name": "ops", "memory_blocks": [{"label": "persona", "value": "x"}], **fields}
        )
        conversation = await self.call("CreateConversation", agent_id=agent.id)
        own = uuid4()
        for conversation_id in (agent.default_conversation_id, conversation.id):
            messages = [*talk(4), user(f"It is about trace {own}.")]
            await self.call("AppendMessages", conversation_id=conversation_id, messages=messages)
            await self.call("Compact", conversation_id=conversation_id, compaction_settings=EXTRACTIVE)
        compactions = await self.call("ListCompactions", conversation_id=conversation.id)
        messages = await self.call("ListMessages", conversation_id=conversation.id, limit=1)
        # They wait: nothing runs jobs here.
        _, job = [
            await self.call("SubmitCompaction", conversation_id=conversation_id, compaction_settings=EXTRACTIVE)
            for conversation_id in (agent.default_conversation_id, conversation.id)
        ]
        policy = await self.call("CreatePolicy", policy=policy_for(agent.id) | {"trigger": {"context_tokens": 1}})
        await self.call("AppendMessages", conversation_id=conversation.id, messages=[user("And?")])
        # It has asked for a job; from now on it asks for none.
        await self.call(
            "UpdatePolicy", policy_id=policy.id, policy={"enabled": False}, update_mask={"paths": ["enabled"]}
        )
        sweep = await self.call("StartSweep", sweep={"selector": {"agent_ids": [agent.id]}})
        # It has jobs as well.
        await self.server.service.store.sweeps.advance_sweep(sweep.id)
        return Ids(
            agent.id,
            conversation.id,
            agent.default_conversation_id,
            compactions.compactions[0].id,
            agent.memory_blocks[0].id,
            messages.messages[0].id,
            job.id,
            policy.id,
            sweep.id,
            identifier_id("hash", str(own)),
        )

    async def everything(self, ids: Ids) -> list[bytes]:
        """All that this caller can see."""
        found = [
            await self.call("ListAgents", limit=100),
            await self.call("ListConversations", limit=100),
            await self.call("ListBlocks", agent_id=ids.agent),
            await self.call("ListJobs", limit=100),
            await self.call("ListPolicies", limit=100),
            await self.call("ListSweeps", limit=100),
        ]
        for conversation_id in (ids.conversation, ids.default):
            names = ("GetConversation", "GetContext", "ListMessages", "ListCompactions")
            found += [await self.call(name, conversation_id=conversation_id) for name in names]
        return [answer.SerializeToString() for answer in found]


def policy_for(agent_id: str) -> dict[str, Any]:
    """A policy that is never due."""
    return {"selector": {"agent_ids": [agent_id]}, "trigger": {"context_tokens": 1_000_000}}


def path_of(name: str) -> str:
    return f"/{METHODS[name].containing_service.full_name}/{name}"


def request_of(name: str, **fields: Any) -> Message:
    return make(GetMessageClass(METHODS[name].input_type), **fields)
