"""Requests, each as both doors take it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.message import Message

from compaction.v1 import agent_service_pb2, compaction_service_pb2, conversation_service_pb2, message_pb2
from tests.builders.chat import make
from tests.builders.rest_resources import Json

CONVERSATIONS = "compaction.v1.ConversationService"
COMPACTIONS = "compaction.v1.CompactionService"
AGENTS = "compaction.v1.AgentService"

MODES = ("all", "sliding_window", "self_compact_all", "self_compact_sliding_window")


@dataclass(frozen=True, slots=True)
class Request:
    """One call of the contract: the RPC as /package.Service/Method, its message, and the same over REST."""

    rpc: str
    message: Message
    verb: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Json | None = None
    idempotency_key: str = ""


def append(conversation_id: str, messages: Sequence[message_pb2.ChatMessage], request_id: str) -> Request:
    return Request(
        f"/{CONVERSATIONS}/AppendMessages",
        make(
            conversation_service_pb2.AppendMessagesRequest,
            conversation_id=conversation_id,
            messages=messages,
            request_id=request_id,
        ),
        "POST",
        f"/v1/conversations/{conversation_id}/messages:append",
        body={"messages": [_chat_json(message) for message in messages]},
        idempotency_key=request_id,
    )


def compact(conversation_id: str, mode: str, model: str, request_id: str, *, allow_degraded: bool = False) -> Request:
    settings: Json = {"mode": mode, "model": model}
    return Request(
        f"/{COMPACTIONS}/Compact",
        make(
            compaction_service_pb2.CompactRequest,
            conversation_id=conversation_id,
            compaction_settings=settings | {"mode": f"COMPACTION_MODE_{mode.upper()}"},
            request_id=request_id,
            allow_degraded=allow_degraded,
        ),
        "POST",
        f"/v1/conversations/{conversation_id}/compact",
        body={"compaction_settings": settings, "allow_degraded": allow_degraded} | _named(request_id),
    )


def summarize(agent_id: str, mode: str, model: str, request_id: str) -> Request:
    settings: Json = {"mode": mode, "model": model}
    return Request(
        f"/{COMPACTIONS}/Summarize",
        make(
            compaction_service_pb2.SummarizeRequest,
            agent_id=agent_id,
            compaction_settings=settings | {"mode": f"COMPACTION_MODE_{mode.upper()}"},
            request_id=request_id,
        ),
        "POST",
        f"/v1/agents/{agent_id}/summarize",
        body={"compaction_settings": settings} | _named(request_id),
    )


def recompile(conversation_id: str, request_id: str) -> Request:
    return Request(
        f"/{COMPACTIONS}/Recompile",
        make(compaction_service_pb2.RecompileRequest, conversation_id=conversation_id, request_id=request_id),
        "POST",
        f"/v1/conversations/{conversation_id}/recompile",
        body=_named(request_id),
    )


def restore(conversation_id: str, compaction_id: str, request_id: str) -> Request:
    return Request(
        f"/{COMPACTIONS}/RestoreCompaction",
        make(
            compaction_service_pb2.RestoreCompactionRequest,
            conversation_id=conversation_id,
            compaction_id=compaction_id,
            request_id=request_id,
        ),
        "POST",
        f"/v1/conversations/{conversation_id}/compactions/{compaction_id}/restore",
        body=_named(request_id),
    )


def create_agent(name: str, request_id: str, **fields: Any) -> Request:
    """`fields` are those of Agent that both doors take in the same form."""
    fields = {"name": name, **fields}
    return Request(
        f"/{AGENTS}/CreateAgent",
        make(agent_service_pb2.CreateAgentRequest, agent=fields, request_id=request_id),
        "POST",
        "/v1/agents",
        body=fields,
        idempotency_key=request_id,
    )


def create_conversation(agent_id: str, title: str, request_id: str) -> Request:
    return Request(
        f"/{CONVERSATIONS}/CreateConversation",
        make(
            conversation_service_pb2.CreateConversationRequest,
            agent_id=agent_id,
            conversation={"summary": title},
            request_id=request_id,
        ),
        "POST",
        "/v1/conversations",
        query={"agent_id": agent_id},
        body={"summary": title},
        idempotency_key=request_id,
    )


def update_conversation(conversation_id: str, description: str) -> Request:
    return Request(
        f"/{CONVERSATIONS}/UpdateConversation",
        make(
            conversation_service_pb2.UpdateConversationRequest,
            conversation_id=conversation_id,
            conversation={"description": description},
            update_mask={"paths": ["description"]},
        ),
        "PATCH",
        f"/v1/conversations/{conversation_id}",
        body={"description": description},
    )


def update_agent(agent_id: str, description: str) -> Request:
    return Request(
        f"/{AGENTS}/UpdateAgent",
        make(
            agent_service_pb2.UpdateAgentRequest,
            agent_id=agent_id,
            agent={"description": description},
            update_mask={"paths": ["description"]},
        ),
        "PATCH",
        f"/v1/agents/{agent_id}",
        body={"description": description},
    )


def update_block(agent_id: str, label: str, value: str) -> Request:
    return Request(
        f"/{AGENTS}/UpdateBlock",
        make(
            agent_service_pb2.UpdateBlockRequest,
            agent_id=agent_id,
            block_label=label,
            block={"value": value},
            update_mask={"paths": ["value"]},
        ),
        "PATCH",
        f"/v1/agents/{agent_id}/core-memory/blocks/{label}",
        body={"value": value},
    )


def delete_conversation(conversation_id: str) -> Request:
    return _of_conversation(
        f"/{CONVERSATIONS}/DeleteConversation",
        conversation_service_pb2.DeleteConversationRequest,
        conversation_id,
        verb="DELETE",
    )


def delete_agent(agent_id: str) -> Request:
    return Request(
        f"/{AGENTS}/DeleteAgent",
        make(agent_service_pb2.DeleteAgentRequest, agent_id=agent_id),
        "DELETE",
        f"/v1/agents/{agent_id}",
    )


def get_conversation(conversation_id: str) -> Request:
    return _of_conversation(
        f"/{CONVERSATIONS}/GetConversation", conversation_service_pb2.GetConversationRequest, conversation_id
    )


def get_context(conversation_id: str, *, native: bool) -> Request:
    form = "native" if native else "openai"
    return Request(
        f"/{CONVERSATIONS}/GetContext",
        make(
            conversation_service_pb2.GetContextRequest,
            conversation_id=conversation_id,
            format=f"CONTEXT_FORMAT_{form.upper()}",
        ),
        "GET",
        f"/v1/conversations/{conversation_id}/context",
        query={"format": form},
    )


def list_messages(conversation_id: str, limit: int) -> Request:
    return _of_conversation(
        f"/{CONVERSATIONS}/ListMessages",
        conversation_service_pb2.ListMessagesRequest,
        conversation_id,
        "/messages",
        limit=limit,
    )


def list_compactions(conversation_id: str, limit: int) -> Request:
    return _of_conversation(
        f"/{COMPACTIONS}/ListCompactions",
        compaction_service_pb2.ListCompactionsRequest,
        conversation_id,
        "/compactions",
        limit=limit,
    )


def get_compaction(conversation_id: str, compaction_id: str) -> Request:
    return Request(
        f"/{COMPACTIONS}/GetCompaction",
        make(compaction_service_pb2.GetCompactionRequest, conversation_id=conversation_id, compaction_id=compaction_id),
        "GET",
        f"/v1/conversations/{conversation_id}/compactions/{compaction_id}",
    )


def _of_conversation(
    rpc: str, kind: Any, conversation_id: str, behind: str = "", *, verb: str = "GET", **fields: Any
) -> Request:
    message = make(kind, conversation_id=conversation_id, **fields)
    return Request(rpc, message, verb, f"/v1/conversations/{conversation_id}{behind}", query=fields)


def _chat_json(message: message_pb2.ChatMessage) -> Json:
    """OpenAI's JSON of a message of `tests.builders.chat`."""
    role = message_pb2.MessageRole.Name(message.role).removeprefix("MESSAGE_ROLE_").lower()
    plain: Json = {"role": role, "content": message.content if message.HasField("content") else None}
    if message.tool_calls:
        plain["tool_calls"] = [
            {
                "id": call.id,
                "type": call.type,
                "function": {"name": call.function.name, "arguments": call.function.arguments},
            }
            for call in message.tool_calls
        ]
    if message.tool_call_id:
        plain["tool_call_id"] = message.tool_call_id
    return plain


def _named(request_id: str) -> Json:
    return {"request_id": request_id} if request_id else {}
