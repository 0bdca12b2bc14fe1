"""Settings, agents, conversations, compactions and plans from and to their protos."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any, NamedTuple, TypeVar

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from compactd.application.compact import DryRun
from compactd.application.context_window import Window
from compactd.domain.agent_policies import policy_id_of
from compactd.domain.agents import Agent, Block
from compactd.domain.compactions import Compaction
from compactd.domain.conversations import Conversation
from compactd.domain.errors import InvalidField
from compactd.domain.settings import CompactionSettings
from compactd.domain.token_ratios import TokenRatio
from compactd.domain.validation import join_path, validate
from compactd.message_protos import time_to_proto
from compactd.rpc.ledger import receipt_to_proto
from compactd.rpc.wire import UnreadableValue, plain_from_proto, plain_to_proto
from compaction.v1 import agent_pb2, compaction_pb2, conversation_pb2, policy_pb2

R = TypeVar("R", agent_pb2.Agent, conversation_pb2.Conversation)


class _Fields(NamedTuple):
    """Names of a resource's fields by what has to be done for them."""

    scalars: Sequence[str]
    times: Sequence[str]
    others: Sequence[str]


def _fields_of(message_class: type[Message], *computed: str) -> _Fields:
    """All but those that are computed."""
    fields = [field for field in message_class.DESCRIPTOR.fields if field.name not in computed]
    return _Fields(
        [field.name for field in fields if field.message_type is None],
        [field.name for field in fields if field.message_type is Timestamp.DESCRIPTOR],
        [field.name for field in fields if field.message_type not in (None, Timestamp.DESCRIPTOR)],
    )


AGENT_FIELDS = _fields_of(agent_pb2.Agent, "context_window", "context_window_estimated", "auto_compaction")
CONVERSATION_FIELDS = _fields_of(conversation_pb2.Conversation, "in_context_message_ids")

COMPACTION_FIELDS = frozenset(compaction_pb2.Compaction.DESCRIPTOR.fields_by_name) - {
    "parts",
    "usage",
    "ask",
    "receipt",
}
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
        plain["memory_blocks"] = tuple(_without(block, "id") for block in plain["memory_blocks"])
    if "auto_compaction" in plain:
        plain["auto_compaction"] = _without(plain["auto_compaction"], "policy_id")
    return plain


def _without(plain: Mapping[str, Any], output_only: str) -> dict[str, Any]:
    return {name: value for name, value in plain.items() if name != output_only}


def agent_to_proto(agent: Agent, window: Window) -> agent_pb2.Agent:
    computed = {
        "context_window": window.tokens,
        "context_window_estimated": window.estimate,
        "auto_compaction": _auto_compaction_to_proto(agent),
    }
    return _resource_to_proto(agent, agent_pb2.Agent, AGENT_FIELDS, computed)


def _auto_compaction_to_proto(agent: Agent) -> policy_pb2.AutoCompaction | None:
    given = agent.auto_compaction
    if given is None:
        return None
    always = {"policy_id": policy_id_of(agent.id), "priority": given.priority.name.lower()}
    return plain_to_proto(given.model_dump(exclude_unset=True) | always, policy_pb2.AutoCompaction)


def block_to_proto(block: Block) -> agent_pb2.Block:
    return agent_pb2.Block(**block.model_dump())


def conversation_to_proto(
    conversation: Conversation, in_context_ids: Sequence[str] = ()
) -> conversation_pb2.Conversation:
    computed = {"in_context_message_ids": in_context_ids}
    return _resource_to_proto(conversation, conversation_pb2.Conversation, CONVERSATION_FIELDS, computed)


def _resource_to_proto(
    resource: Agent | Conversation, message_class: type[R], fields: _Fields, computed: Mapping[str, Any]
) -> R:
    """The resource with what is `computed` for it. Most have scalars and times only: a keyword for each takes a quarter
    of the time of `plain_to_proto`."""
    plain: dict[str, Any] = {name: getattr(resource, name) for name in fields.scalars}
    plain |= {name: time_to_proto(moment) for name in fields.times if (moment := getattr(resource, name))}
    proto = message_class(**plain, **computed)
    # Nothing kept is no metadata, not an empty object.
    if given := {name for name in fields.others if getattr(resource, name)}:
        plain = resource.model_dump(include=given - SETTINGS)
        # Settings without those that no one set: their presence means something.
        plain |= resource.model_dump(include=given & SETTINGS, exclude_unset=True)
        proto.MergeFrom(plain_to_proto(plain, message_class))
    return proto


def compaction_to_proto(record: Compaction) -> compaction_pb2.Compaction:
    """A record; what is unset in it (of a restore, say) stays unset."""
    plain = {name: getattr(record, name) for name in COMPACTION_FIELDS}
    plain["parts"] = [
        {
            "first_position": part.first_position,
            "last_position": part.last_position,
            "tokens": part.tokens,
            "text": part.text,
            "state": part.state,
            "merged_from": part.merged_from,
        }
        for part in record.parts
    ]
    plain["usage"] = asdict(record.usage)
    plain["ask"] = record.request_form
    plain["degraded_reason"] = record.degraded_reason.lower() or None
    plain["mode"] = record.mode or None
    plain["settings"] = record.settings or None
    proto = plain_to_proto(plain, compaction_pb2.Compaction)
    if record.receipt is not None:
        proto.receipt.CopyFrom(receipt_to_proto(record.receipt, record.receipt_lists))
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
        observed_token_ratio=_ratio(planned.own_ratio),
        model_observed_token_ratio=_ratio(planned.summarizer_ratio),
        counted_window=plan.counted_window,
    )


def _ratio(observed: TokenRatio | None) -> float | None:
    return None if observed is None else observed.ratio
