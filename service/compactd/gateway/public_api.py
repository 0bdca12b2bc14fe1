"""What the public API has and compactd has not: tables, so that its clients get a sentence instead of a riddle."""

_RUNS = (
    "compactd does not run agents: append what was said with POST /v1/conversations/{conversation_id}/messages:append."
)
_FORKS = "create a conversation, and append the messages of the first one to it."
_RESETS = "create a conversation: an empty one is a fresh start."

REFUSED = {
    **{
        ("POST", f"/v1/{holder}/messages{action}"): _RUNS
        for holder in ("agents/{agent_id}", "conversations/{conversation_id}")
        for action in ("", "/stream", "/async", "/cancel")
    },
    ("POST", "/v1/conversations/{conversation_id}/stream"): _RUNS,
    ("POST", "/v1/conversations/{conversation_id}/cancel"): _RUNS,
    ("POST", "/v1/conversations/{conversation_id}/fork"): _FORKS,
    ("PATCH", "/v1/agents/{agent_id}/reset-messages"): _RESETS,
}
"""Requests that are refused, by HTTP method and path, with what to do instead."""

NOT_STORED = {
    "initial_message_sequence": ("POST", "PATCH"),
    "block_ids": ("POST", "PATCH"),
    "isolated_block_labels": ("POST", "PATCH"),
    "message_ids": ("PATCH",),
}
"""Fields that would have changed what is stored, by the HTTP methods that take them: refused where they are not empty.
Any other field that compactd does not know is ignored, as the public API does."""
