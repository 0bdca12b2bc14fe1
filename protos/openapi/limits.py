"""Lengths, ranges and counts, as the domain has them: a client that keeps to the document sends no value that the
service is bound to reject for its size or its form.

What JSON Schema cannot say is left to the comments: bytes of a text other than as a bound of its characters, bytes of a
whole resource, and limits that depend on another field (a block's value, the tokens to think with).
"""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.descriptor_pool import DescriptorPool
from pydantic import BaseModel

from compactd.domain.agents import AgentSpec, BlockSpec
from compactd.domain.calls import MAX_CALLS_PER_MESSAGE
from compactd.domain.conversations import ConversationSpec
from compactd.domain.ids import REQUEST_ID_PATTERN, id_pattern
from compactd.domain.limits import MAX_ITEMS, MAX_NAME
from compactd.domain.message_rules import MAX_BATCH, MAX_MESSAGE_BYTES
from compactd.domain.paging import MAX_LIMIT
from compactd.domain.policies import PolicySpec
from compactd.domain.settings import CompactionSettings
from compactd.domain.sweeps import SweepSpec

Limits = Mapping[str, dict[str, Any]]
"""Keywords of JSON Schema by a field's full name; those of a list's items are in `items`."""

KEYWORDS = frozenset(
    {
        *("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"),
        *("minLength", "maxLength", "pattern"),
        *("minItems", "maxItems", "minProperties", "maxProperties"),
        # These are for what is only a Struct in the proto.
        *("properties", "required"),
    }
)

MODELS: Mapping[str, type[BaseModel]] = {
    "Agent": AgentSpec,
    "Block": BlockSpec,
    "CompactionSettings": CompactionSettings,
    "Conversation": ConversationSpec,
    "Policy": PolicySpec,
    "Sweep": SweepSpec,
}
"""What clients write, by its message; the messages inside are those of the models' fields."""

_A_NAME = {"minLength": 1, "maxLength": MAX_NAME}

OF_MESSAGES: Limits = {
    "AppendMessagesRequest.messages": {"minItems": 1, "maxItems": MAX_BATCH},
    "AppendMessagesRequest.expected_last_position": {"minimum": 0},
    "Audio.format": {"maxLength": MAX_NAME},
    "ChatMessage.content": {"maxLength": MAX_MESSAGE_BYTES},
    "ChatMessage.metadata": {"maxProperties": MAX_ITEMS},
    "ChatMessage.name": {"maxLength": MAX_NAME},
    "ChatMessage.parts": {"maxItems": MAX_ITEMS},
    "ChatMessage.tool_call_id": {"maxLength": MAX_NAME},
    "ChatMessage.tool_calls": {"maxItems": MAX_CALLS_PER_MESSAGE},
    "File.file_id": {"maxLength": MAX_NAME},
    "File.media_type": {"maxLength": MAX_NAME},
    "File.name": {"maxLength": MAX_NAME},
    "FunctionCall.name": _A_NAME,
    "Opaque.model": _A_NAME,
    "Opaque.provider": _A_NAME,
    "Opaque.type": _A_NAME,
    "ToolCall.id": _A_NAME,
}
"""Those of the rules of messages, which are no pydantic models."""

CURSORS = {
    "ListAgentsRequest": "agent",
    "ListBlocksRequest": "block",
    "ListCompactionsRequest": "compaction",
    "ListConversationsRequest": "conv",
    "ListJobsRequest": "job",
    "ListLedgerRequest": "identifier",
    "ListMessagesRequest": "message",
    "ListPoliciesRequest": "policy",
    "ListSweepsRequest": "sweep",
    "PreviewPolicyRequest": "conv",
}
"""The kind of the ids that a list is paged by."""


def limits_of(pool: DescriptorPool, package: str) -> dict[str, dict[str, Any]]:
    """The limits of every field that a client can write, by its full name."""
    found = {f"{package}.{name}": keywords for name, keywords in OF_MESSAGES.items()}
    for name, model in MODELS.items():
        found |= _of_model(pool.FindMessageTypeByName(f"{package}.{name}"), model)
    return found


def request_limits(item: FieldDescriptor, *, required: bool) -> dict[str, Any]:
    """Those that a field of a request has by what it is named. A text that need not be given may be empty."""
    request = item.containing_type
    if request is None or not request.name.endswith("Request"):
        return {}
    if item.name == "limit":
        return {"minimum": 1, "maximum": MAX_LIMIT}
    if item.name == "block_label":
        return _A_NAME
    pattern = _patterns(request).get(item.name)
    if pattern is None:
        return {}
    return {"pattern": f"^(?:{pattern})$" if required else f"^(?:{pattern})?$"}


def _patterns(request: Descriptor) -> dict[str, str]:
    """The pattern of each field of a request that takes ids."""
    conversation = id_pattern("conv")
    if "agent_id" in request.fields_by_name:
        conversation = f"{conversation}|{id_pattern('agent')}|default"
    cursor = {name: id_pattern(CURSORS[request.name]) for name in ("after", "before") if request.name in CURSORS}
    return {
        "agent_id": id_pattern("agent"),
        "compact_request_id": REQUEST_ID_PATTERN,
        "compaction_id": id_pattern("compaction"),
        "conversation_id": conversation,
        "job_id": id_pattern("job"),
        "policy_id": id_pattern("policy"),
        "sweep_id": id_pattern("sweep"),
        "request_id": REQUEST_ID_PATTERN,
        **cursor,
    }


def _of_model(message: Descriptor, model: type[BaseModel]) -> dict[str, dict[str, Any]]:
    """The limits of a message's fields, and of the messages inside of it, by the model that validates it."""
    found: dict[str, dict[str, Any]] = {}
    schema = model.model_json_schema()
    for name, field in model.model_fields.items():
        item = message.fields_by_name[name]
        if keywords := _keywords(schema["properties"][name]):
            is_zero_absent = not (item.has_presence or item.is_repeated or field.is_required())
            found[item.full_name] = _or_empty(keywords) if is_zero_absent else keywords
        for inner, inner_model in _inside(item, field.annotation):
            found |= _of_model(inner, inner_model)
    return found


def _keywords(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The keywords of a value that is there, whether or not it may be null."""
    for choice in schema.get("anyOf", ()):
        if choice.get("type") != "null":
            return _keywords(choice)
    found = {name: value for name, value in schema.items() if name in KEYWORDS}
    if "properties" in found:
        found["additionalProperties"] = schema["additionalProperties"]
    if "items" in schema and (items := _keywords(schema["items"])):
        found["items"] = items
    return found


def _or_empty(keywords: dict[str, Any]) -> dict[str, Any]:
    """The keywords of a text without presence, which is not given when it is empty."""
    others = {name: value for name, value in keywords.items() if name != "minLength"}
    return others | ({"pattern": f"^$|{others['pattern']}"} if "pattern" in others else {})


def _inside(item: FieldDescriptor, annotation: Any) -> Iterator[tuple[Descriptor, type[BaseModel]]]:
    """The models in a field's type, each with its message: that of the field, or of the oneof's member it names."""
    models = list(_models_in(annotation))
    for model in models:
        message = item.message_type
        if message is not None and len(models) > 1:
            member: str = vars(model).get("provider") or vars(model)["type"]
            message = message.fields_by_name[member].message_type
        if message is not None:
            yield message, model


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)
