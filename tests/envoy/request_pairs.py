"""Requests in pairs that mean the same: in ProtoJSON, for Envoy, and as Letta's clients say it, for the adapter.

`differences.py` has why the two cannot be asked in the same words. What is stored, and what is answered, has to be the
same all the same.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from compaction.v1 import model_settings_pb2
from tests.envoy.requests import APPEND, BLOCKS, COMPACT, MESSAGES
from tests.envoy.rest_request import RestRequest

AGENT = "/v1/agents/{agent}"
CONVERSATION = "/v1/conversations/{conversation}"


class RequestPair(NamedTuple):
    """What to ask of each."""

    envoy: RestRequest
    adapter: RestRequest

    def __str__(self) -> str:
        return str(self.adapter)


def post(path: str, envoy: Any, adapter: Any) -> RequestPair:
    return RequestPair(RestRequest("POST", path, envoy), RestRequest("POST", path, adapter))


def patch(path: str, mask: str, envoy: Any, adapter: Any = None) -> RequestPair:
    """With the mask that the body of the adapter's request means without one."""
    said = envoy if adapter is None else adapter
    return RequestPair(RestRequest("PATCH", f"{path}?update_mask={mask}", envoy), RestRequest("PATCH", path, said))


PATCHES = [
    patch(AGENT, "name", {"name": "New"}),
    patch(AGENT, "name", {"name": "New"}, {"name": "New", "description": None, "nonsense": 1}),
    patch(AGENT, "name,description", {"name": "New", "description": ""}),
    patch(AGENT, "memory_blocks,tags", {"memory_blocks": [{"label": "only"}], "tags": []}),
    patch(AGENT, "metadata", {"metadata": {"replaced": True}}),
    patch(AGENT, "context_window_limit", {"contextWindowLimit": 5000}),
    patch(AGENT, "compaction_settings.clip_chars", {"compaction_settings": {"clip_chars": 7}}),
    patch(
        AGENT,
        "compaction_settings.clip_chars",
        {"compaction_settings": {"clip_chars": 0}},
        {"compactionSettings": {"clipChars": None}},
    ),
    patch(
        AGENT,
        "compaction_settings.mode,compaction_settings.prompt_acknowledgement",
        {"compaction_settings": {"mode": "COMPACTION_MODE_SLIDING_WINDOW", "prompt_acknowledgement": True}},
        {"compaction_settings": {"mode": "sliding_window", "prompt_acknowledgement": True, "prompt": None}},
    ),
    patch(
        AGENT,
        "model,model_settings",
        {"model": "anthropic/claude-haiku-4-5", "model_settings": {"anthropic": {"effort": "ANTHROPIC_EFFORT_LOW"}}},
        {"model": "anthropic/claude-haiku-4-5", "model_settings": {"effort": "low"}},
    ),
    patch(AGENT, "model", {"model": "groq/llama"}),
    patch(AGENT, "name", {"name": "New"}, {"id": "agent-1", "created_at": "2026-01-01T00:00:00Z", "name": "New"}),
    patch(CONVERSATION, "summary", {"summary": "Week 13"}),
    patch(
        CONVERSATION,
        "context_window_limit,compaction_settings.sliding_window_percentage",
        {"context_window_limit": 8000, "compaction_settings": {"sliding_window_percentage": 0.5}},
    ),
    patch(f"{BLOCKS}/plan", "value", {"value": "Pay at once."}),
    patch(f"{BLOCKS}/plan", "label,limit,read_only", {"label": "new", "limit": 600, "read_only": True}),
    patch(f"{BLOCKS}/a%2Fb%3A%20100%20%25%3F", "description", {"description": "Odd."}),
]

MESSAGES_APPENDED = [
    post(
        APPEND,
        {
            "messages": [
                {"role": "MESSAGE_ROLE_USER", "content": "x"},
                {"role": "MESSAGE_ROLE_ASSISTANT", "content": "y"},
            ]
        },
        {"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": "y", "tool_calls": None}]},
    ),
    post(
        APPEND,
        {
            "messages": [
                {
                    "role": "MESSAGE_ROLE_USER",
                    "parts": [
                        {"text": "x"},
                        {"image": {"url": "https://example.com/a.png"}},
                        {"image": {"inline": {"media_type": "image/png", "data": "iVBO//7="}}},
                    ],
                }
            ]
        },
        {
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": "x"},
                        {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}},
                        {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBO//7="}},
                    ],
                }
            ]
        },
    ),
    post(
        APPEND,
        {
            "messages": [
                {
                    "role": "MESSAGE_ROLE_ASSISTANT",
                    "parts": [{"opaque": {"provider": "openai", "model": "m", "type": "t", "data": "AAE="}}],
                    "tool_calls": [{"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
                },
                {"role": "MESSAGE_ROLE_TOOL", "tool_call_id": "a", "content": "no", "is_error": True},
            ]
        },
        {
            "messages": [
                {
                    "role": "assistant",
                    "content": [
                        {"type": "opaque", "opaque": {"provider": "openai", "model": "m", "type": "t", "data": "AAE="}}
                    ],
                    "tool_calls": [{"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
                },
                {"role": "tool", "tool_call_id": "a", "content": "no", "is_error": True},
            ]
        },
    ),
]

OTHERS = [
    post(
        "/v1/agents",
        {"compaction_settings": {"mode": "COMPACTION_MODE_SELF_COMPACT_ALL", "clip_chars": 0}},
        {"compaction_settings": {"mode": "self_compact_all", "clip_chars": None}},
    ),
    post(
        COMPACT,
        {"compaction_settings": {"mode": "COMPACTION_MODE_ALL", "clip_chars": 100}},
        {"compaction_settings": {"mode": "all", "clip_chars": 100}},
    ),
    RequestPair(RestRequest("GET", "/v1/agents?order=SORT_ORDER_ASC"), RestRequest("GET", "/v1/agents?order=asc")),
    RequestPair(
        RestRequest("GET", f"{MESSAGES}?include_return_message_types=MESSAGE_TYPE_TOOL_CALL_MESSAGE"),
        RestRequest("GET", f"{MESSAGES}?include_return_message_types=tool_call_message"),
    ),
]


def every_provider() -> Iterator[RequestPair]:
    """Each member of ModelSettings with each of its fields."""
    for member in model_settings_pb2.ModelSettings.DESCRIPTOR.fields:
        assert member.message_type is not None
        envoy, adapter = _proto_json(member.message_type), _letta_json(member.message_type)
        yield post(
            "/v1/agents",
            {"model": f"{member.name}/a", "model_settings": {member.name: envoy}},
            {"model": f"{member.name}/a", "model_settings": {"provider_type": member.name, **adapter}},
        )


def _proto_json(descriptor: Descriptor) -> dict[str, Any]:
    """Every field with a value: an enum's last name, of a oneof its last member."""
    return {
        field.name: _proto_json(field.message_type)
        if field.message_type is not None
        else field.enum_type.values[-1].name
        if field.enum_type is not None
        else _scalar(field)
        for field in descriptor.fields
        if field.containing_oneof is None or field.containing_oneof.fields[-1] is field
    }


def _letta_json(descriptor: Descriptor) -> dict[str, Any]:
    """The same as Letta's API has it."""
    if descriptor.name == "ResponseFormat":
        return {"type": descriptor.fields[-1].name}
    said: dict[str, Any] = {}
    for field in descriptor.fields:
        if field.message_type is not None:
            said[field.name] = _letta_json(field.message_type)
        elif field.enum_type is not None:
            prefix = field.enum_type.values[0].name.removesuffix("UNSPECIFIED")
            said[field.name] = field.enum_type.values[-1].name.removeprefix(prefix).lower()
        else:
            said[field.name] = _scalar(field)
    return said


def _scalar(field: FieldDescriptor) -> Any:
    """Within the limits of the contract: thinking takes less than the whole output."""
    match field.type:
        case FieldDescriptor.TYPE_BOOL:
            return True
        case FieldDescriptor.TYPE_INT32:
            return 5000 if field.name == "max_output_tokens" else 2000
        case FieldDescriptor.TYPE_DOUBLE:
            return 1
        case _:
            return "qwen"


REQUEST_PAIRS = [*PATCHES, *MESSAGES_APPENDED, *OTHERS, *every_provider()]
