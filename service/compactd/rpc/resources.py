"""Settings, agents, conversations, compactions and plans from and to their protos."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from google.protobuf.message import Message

from compactd.application.compact import DryRun
from compactd.application.context_window import Window
from compactd.domain.agents import Agent, Block
from compactd.domain.compactions import Compaction
from compactd.domain.conversations import Conversation
from compactd.domain.errors import InvalidField
from compactd.domain.settings import CompactionSettings
from compactd.domain.validation import join_path, validate
from compactd.rpc.wire import UnreadableValue, plain_from_proto, plain_to_proto
from compaction.v1 import agent_pb2, compaction_pb2, conversation_pb2

AGENT_FIELDS = frozenset(agent_pb2.Agent.DESCRIPTOR.fields_by_name)
CONVERSATION_FIELDS = frozenset(conversation_pb2.Conversation.DESCRIPTOR.fields_by_name)
COMPACTION_FIELDS = frozenset(compaction_pb2.Compaction.DESCRIPTOR.fields_by_name) - {"parts", "usage", "ask"}
SETTINGS = frozenset({"model_settings", "compaction_settings"})
OUTPUT_ONLY = (
    "id",
    "agent_id",
    "default_conversation_id",
    "in_context_message_ids",
    "created_at",
    "updated_at",
    "last_message_at",
    "context_window",
    "context_window_estimated",
)


def settings_from_proto(settings: Message, path: str) -> CompactionSettings:
    """Every limit is checked; not whether model and model settings go together."""
    return validate(CompactionSettings, checked_plain_from_proto(settings, path), path)


def checked_plain_from_proto(message: Message, path: str, without: Collection[str] = ()) -> dict[str, Any]:
    """The set fields of a message; InvalidField below `path` for a value that the contract does not know, and for a
    list or a Struct over its limit."""
    try:
        return plain_from_proto(message, without=without)
    except UnreadableValue as unreadable:
        raise InvalidField(join_path(path, unreadable.path), unreadable.sentence) from None


def resource_from_proto(message: Message, path: str) -> dict[str, Any]:
    """A resource that a client wrote, without the fields that only the service writes."""
    plain = checked_plain_from_proto(message, path, without=OUTPUT_ONLY)
    if "memory_blocks" in plain:
        plain["memory_blocks"] = tuple(_without_id(block) for block in plain["memory_blocks"])
    return plain


def _without_id(block: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in block.items() if name != "id"}


def agent_to_proto(agent: Agent, window: Window) -> agent_pb2.Agent:
    computed = {
        # Nothing kept is no metadata, not an empty object.
        "metadata": agent.metadata or None,
        "context_window": window.tokens,
        "context_window_estimated": window.estimate,
    }
    return plain_to_proto(_plain(agent, AGENT_FIELDS) | computed, agent_pb2.Agent)


def block_to_proto(block: Block) -> agent_pb2.Block:
    return plain_to_proto(block.model_dump(), agent_pb2.Block)


def conversation_to_proto(
    conversation: Conversation, in_context_ids: Sequence[str] = ()
) -> conversation_pb2.Conversation:
    plain = _plain(conversation, CONVERSATION_FIELDS)
    return plain_to_proto(plain | {"in_context_message_ids": in_context_ids}, conversation_pb2.Conversation)


def _plain(resource: Agent | Conversation, fields: frozenset[str]) -> dict[str, Any]:
    """Its fields as plain data, settings without those that no one set: their presence means something."""
    plain = resource.model_dump(include=set(fields - SETTINGS))
    return plain | resource.model_dump(include=set(SETTINGS), exclude_unset=True)


def compaction_to_proto(record: Compaction) -> compaction_pb2.Compaction:
    """A record; what is unset in it (of a restore, say) stays unset."""
    proto = compaction_pb2.Compaction(
        parts=[
            plain_to_proto(
                {
                    "first_position": part.first_position,
                    "last_position": part.last_position,
                    "tokens": part.tokens,
                    "text": part.text,
                    "state": part.state,
                    "merged_from": part.merged_from,
                },
                compaction_pb2.SummaryPart,
            )
            for part in record.parts
        ],
        usage=compaction_pb2.Usage(**asdict(record.usage)),
    )
    plain = {name: getattr(record, name) for name in COMPACTION_FIELDS}
    plain["ask"] = record.request_form
    plain["degraded_reason"] = record.degraded_reason.lower() or None
    plain["mode"] = record.mode or None
    plain["settings"] = record.settings or None
    proto.MergeFrom(plain_to_proto(plain, compaction_pb2.Compaction))
    return proto


def plan_to_proto(dry_run: DryRun) -> compaction_pb2.CompactionPlan:
    planned, plan = dry_run.planned, dry_run.planned.plan
    return compaction_pb2.CompactionPlan(
        first_evicted_position=plan.first_evicted,
        last_evicted_position=plan.last_evicted,
        evicted_count=plan.evicted_count,
        evicted_tokens=plan.evicted_tokens,
        kept_count=plan.kept_count,
        kept_tokens=plan.kept_tokens,
        fixed_tokens=plan.fixed_tokens,
        window=planned.window.tokens,
        model=str(planned.summarizer.handle),
        model_window=dry_run.model_window,
        chunks=dry_run.chunks,
        window_estimated=planned.window.estimate,
        tokens_estimated=planned.tokenizer.estimate,
    )
