"""Which keys a chat message may have over REST beside those of the contract.

A key that could carry what was said is never dropped: it is read (`chat_message_forms`), or its name is refused. What
is ignored stands here.
"""

from collections.abc import Collection, Mapping
from typing import Any

from compactd.rpc.wire import UnreadableValue

_MARKS = frozenset({"cache_control", "id", "index", "object", "status"})
"""Where something lies in another store, and how a provider is to cache it."""

IGNORED_OF_MESSAGE = _MARKS | {
    # How the answer came about.
    "created",
    "finish_reason",
    "logprobs",
    "service_tier",
    "stop_reason",
    "stop_sequence",
    "system_fingerprint",
    "usage",
    # Ids of Letta's and other agents.
    "agent_id",
    "conversation_id",
    "group_id",
    "otid",
    "run_id",
    "sender_id",
    "step_id",
    # OpenAI's name of the kind of thing that a message is.
    "type",
}
FLAGS_OF_MESSAGE = frozenset({"partial", "prefix", "weight"})
"""What is to be done with the message: continued (DeepSeek, Kimi), or trained on (OpenAI). Ignored as numbers and truth
values: a text by these names may have been said."""
IGNORED_OF_PART = _MARKS | {"detail", "format", "logprobs", "expires_at"}
"""`detail` and `format` say how an image is to be looked at."""
IGNORED_OF_CALL = _MARKS
IGNORED_OF_FUNCTION = frozenset({"description", "parsed_arguments", "strict"})

_OF_FILE = frozenset(
    {"file", "filename", "name", "format", "mime_type", "media_type", "file_data", "base64", "data", "file_url", "url"}
    | {"source_type", "file_id", "extras", "metadata"}
)
_OF_AUDIO = frozenset(
    {"input_audio", "data", "base64", "file_data", "format", "mime_type", "media_type", "transcript", "source_type"}
    | {"url", "file_id"}
)
_OF_IMAGE = frozenset({"image_url", "source", "url", "base64", "data", "file_data", "mime_type", "media_type", "type"})
_OF_PART: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("text", "input_text", "output_text"), frozenset({"text"})),
    "refusal": frozenset({"refusal"}),
    **dict.fromkeys(("image_url", "input_image", "image"), _OF_IMAGE | {"source_type"}),
    **dict.fromkeys(("file", "input_file"), _OF_FILE),
    **dict.fromkeys(("input_audio", "audio"), _OF_AUDIO),
    "opaque": frozenset({"opaque", "provider", "model", "data"}),
}
"""What is read of a part by its type (`content_parts`), and of the object in it."""

_STATE = "holds a provider's own data: give it as an opaque part, or as text in metadata."
_HINTS: Mapping[str, str] = {
    "extra_content": _STATE,
    "provider_specific_fields": _STATE,
    "thinking_blocks": _STATE,
    "thought_signature": _STATE,
}
_UNKNOWN = "is not known here and would be lost: say it in content, or keep it as text in metadata."


def refuse_unknown(
    given: Mapping[str, Any], known: Collection[str], ignored: Collection[str], path: tuple[str | int, ...] = ()
) -> None:
    """UnreadableValue naming each key with something in it that is neither known nor to be ignored; `path` is that of
    the object."""
    errors = [
        UnreadableValue((*path, _sayable(key)), _HINTS.get(key, _UNKNOWN))
        for key in given.keys() - known
        if key not in ignored and says_something(given[key]) and not _is_flag(key, given[key], path)
    ]
    if errors:
        raise UnreadableValue.of(sorted(errors, key=lambda error: str(error.path[-1])))


def _is_flag(key: str, value: Any, path: tuple[str | int, ...]) -> bool:
    return not path and key in FLAGS_OF_MESSAGE and isinstance(value, int | float)


def refuse_unknown_of_part(part: Mapping[str, Any]) -> None:
    """The same for a content part of a known type, and the object that it may hold."""
    kind = part["type"]
    known = _OF_PART[kind] | {"type"}
    refuse_unknown(part, known, IGNORED_OF_PART)
    for key in (kind, "image_url", "source"):
        if type(inner := part.get(key)) is dict:
            refuse_unknown(inner, known, IGNORED_OF_PART, (key,))


def says_something(value: Any) -> bool:
    """Whether there is anything in a value: not if it is null, false, an empty text, or only holds such."""
    if type(value) is dict:
        return any(map(says_something, value.values()))
    if type(value) is list:
        return any(map(says_something, value))
    return value is not None and value is not False and value != ""


def _sayable(key: str) -> str:
    """Half a surrogate pair cannot be said back."""
    return key.encode("utf-8", "replace").decode()
