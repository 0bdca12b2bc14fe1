"""What Letta's API has and compactd has not: tables, so that its clients are told what to do instead."""

from collections.abc import Mapping
from dataclasses import dataclass

_RUNS = (
    "compactd does not run agents: append what was said with POST /v1/conversations/{conversation_id}/messages:append."
)
_CANCELS = "compactd has nothing to cancel but the call itself: close its connection."
_FORKS = "create a conversation, and append the messages of this one to it."
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
    "message_ids": (("PATCH",), "compact the conversation to change which messages are in its context."),
}
"""Fields that would have changed what is stored, with the HTTP methods that take them and what to do instead: an
error where they are not empty. Any other field that compactd does not know is ignored, as Letta's API does."""


@dataclass(frozen=True, slots=True)
class ListOption:
    """A query parameter of a list in Letta's API that would make another list of it, and that compactd does not do.

    `instead` says what to do. `harmless` values ask for what is answered anyway, and are ignored. If `values` are
    given, only they are not offered: compactd knows the parameter.
    """

    instead: str
    harmless: tuple[str, ...] = ()
    values: tuple[str, ...] = ()

    def changes(self, text: str) -> bool:
        """Whether the value would make another list."""
        value = text.lower()
        return value in self.values if self.values else bool(value) and value not in self.harmless


_TAGS = "give the agents tags, and list them by tags."
_IN_PLACE = ListOption("this list has one order: write order=asc or order=desc.", harmless=("created_at",))

NOT_OFFERED_OPTIONS: Mapping[str, Mapping[str, ListOption]] = {
    "ListAgents": {
        "ascending": ListOption("write order=asc.", harmless=("false", "0")),
        "sort_by": ListOption("write order_by=created_at or order_by=updated_at.", harmless=("created_at",)),
        "order_by": ListOption(
            "compactd runs no agents: write order_by=created_at or order_by=updated_at.",
            values=("last_run_completion",),
        ),
        "last_stop_reason": ListOption(f"compactd runs no agents: {_TAGS}"),
        "identity_id": ListOption(f"there are no identities: {_TAGS}"),
        "identifier_keys": ListOption(f"there are no identities: {_TAGS}"),
        "created_by_id": ListOption(f"agents have no creator here: {_TAGS}"),
        "project_id": ListOption(f"there are no projects: {_TAGS}"),
        "template_id": ListOption(f"agents are not made from templates: {_TAGS}"),
        "base_template_id": ListOption(f"agents are not made from templates: {_TAGS}"),
    },
    "ListBlocks": {"order_by": _IN_PLACE},
    "ListConversations": {
        "archive_status": ListOption(
            "conversations are not archived: delete those that are done.", harmless=("all", "unarchived")
        ),
    },
    "ListMessages": {
        "group_id": ListOption("messages have no groups: list those of a conversation."),
        "order_by": _IN_PLACE,
    },
}
"""What would narrow a list or order it, by RPC and name: an error, since a list that is not what was asked for looks as
if it was."""

_NO_RELATIONS = "an answer always has all fields of an agent"
_NO_ERRORS = "no message in a list is an error"
_NO_SEND_MESSAGE = "an assistant's text is its content here, not a call of a tool"

IGNORED_OPTIONS: Mapping[str, Mapping[str, str]] = {
    "ListAgents": {"include": _NO_RELATIONS, "include_relationships": _NO_RELATIONS},
    "ListMessages": {
        "include_err": _NO_ERRORS,
        "use_assistant_message": _NO_SEND_MESSAGE,
        "assistant_message_tool_name": _NO_SEND_MESSAGE,
        "assistant_message_tool_kwarg": _NO_SEND_MESSAGE,
    },
}
"""What Letta's lists take beside that and what changes nothing here, with the reason. It is ignored, as all parameters
are that nobody knows."""
