"""What Letta's API has and compactd has not: tables, so that its clients are told what to do instead."""

from collections.abc import Mapping

_RUNS = (
    "compactd does not run agents: append what was said with POST /v1/conversations/{conversation_id}/messages:append."
)
_CANCELS = "compactd runs nothing but the request itself: close its connection."
_FORKS = "create a conversation, and append the messages of the first one to it."
_RESETS = "create a conversation: an empty one is a fresh start."

NOT_OFFERED_ROUTES: Mapping[tuple[str, str], str] = {
    **{
        ("POST", f"/v1/{holder}/messages{action}"): _RUNS
        for holder in ("agents/{agent_id}", "conversations/{conversation_id}")
        for action in ("", "/stream", "/async")
    },
    ("POST", "/v1/agents/{agent_id}/messages/cancel"): _CANCELS,
    ("POST", "/v1/conversations/{conversation_id}/messages/cancel"): _CANCELS,
    ("POST", "/v1/conversations/{conversation_id}/stream"): _RUNS,
    ("POST", "/v1/conversations/{conversation_id}/cancel"): _CANCELS,
    ("POST", "/v1/conversations/{conversation_id}/fork"): _FORKS,
    ("PATCH", "/v1/agents/{agent_id}/reset-messages"): _RESETS,
}
"""Requests by HTTP method and path, with what to do instead."""

_AT_CREATION = ("POST", "PATCH")
_NO_SHARING = "a block belongs to one agent here: write it into memory_blocks."

NOT_OFFERED_FIELDS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "initial_message_sequence": (_AT_CREATION, "append the messages to the agent's default conversation."),
    "block_ids": (_AT_CREATION, _NO_SHARING),
    "isolated_block_labels": (_AT_CREATION, _NO_SHARING),
    "message_ids": (("PATCH",), "compact the conversation, and the messages in its context are others."),
}
"""Fields that would have changed what is stored, with the HTTP methods that take them and what to do instead: an
error where they are not empty. Any other field that compactd does not know is ignored, as Letta's API does."""
