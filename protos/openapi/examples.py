"""Values to start from, where one made of the schema alone would be rejected: of every provider's settings at once,
of messages that nobody could have said."""

from collections.abc import Mapping
from typing import Any

from google.protobuf.descriptor import Descriptor

_BLOCK = {"label": "human", "value": "Ada lives in Vienna, and is in Graz every Tuesday."}

# Without a key for any provider.
_COMPACTION_SETTINGS = {"mode": "sliding_window", "sliding_window_percentage": 0.3, "model": "local/extractive"}

EXAMPLES: Mapping[str, Any] = {
    "compaction.v1.Agent": {
        "name": "Travel desk",
        "system": "You help with journeys by train.\n\n{CORE_MEMORY}",
        "model": "openai/gpt-5-mini",
        "compaction_settings": _COMPACTION_SETTINGS,
        "memory_blocks": [_BLOCK],
        "tags": ["travel"],
    },
    "compaction.v1.Block": _BLOCK,
    "compaction.v1.ChatMessage": {"role": "user", "content": "Which train takes me to Graz on Tuesday morning?"},
    "compaction.v1.CompactionSettings": _COMPACTION_SETTINGS,
    "compaction.v1.Conversation": {"summary": "Tuesdays in Graz"},
    "compaction.v1.ModelSettings": {"provider_type": "openai", "max_output_tokens": 4096},
    "compaction.v1.Policy": {
        "name": "Before the window is full",
        "trigger": {"context_share": 0.8},
        "compaction_settings": _COMPACTION_SETTINGS,
    },
    "compaction.v1.RecompileRequest": {"dry_run": True},
    "compaction.v1.Sweep": {
        "name": "Night",
        "selector": {"min_context_tokens": 1000},
        "compaction_settings": _COMPACTION_SETTINGS,
    },
    "compaction.v1.UpdateAgentRequest": {"compaction_settings": {"sliding_window_percentage": 0.5}},
    "compaction.v1.UpdatePolicyRequest": {"enabled": False},
    "compaction.v1.UpdateBlockRequest": {"value": "Ada has moved to Graz."},
}
"""By the message's full name, as it is sent. A request's goes before that of the message in its body."""


def body_example(request: Descriptor, body: str) -> Any:
    """What to send as `body`, a field of the request or `*` for all of it: as the table has it, else made of what the
    table has for its fields."""
    message = request if body == "*" else request.fields_by_name[body].message_type or request
    for name in (request.full_name, message.full_name):
        if name in EXAMPLES:
            return EXAMPLES[name]
    made = {}
    for item in message.fields:
        if item.message_type is not None and item.message_type.full_name in EXAMPLES:
            example = EXAMPLES[item.message_type.full_name]
            made[item.name] = [example] if item.is_repeated else example
    return made
