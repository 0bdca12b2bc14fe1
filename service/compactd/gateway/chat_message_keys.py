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
    "native_finish_reason",
    "provider",
    "response_metadata",
    "service_tier",
    "stop_reason",
    "stop_sequence",
    "system_fingerprint",
    "usage",
    "usage_metadata",
    # Ids of Letta's and other agents, and of Claude Code's sessions.
    "agent_id",
    "conversation_id",
    "group_id",
    "otid",
    "parentUuid",
    "requestId",
    "run_id",
    "sender_id",
    "sessionId",
    "step_id",
    "uuid",
    # OpenAI's name of the kind of thing that a message is.
    "type",
}
FLAGS_OF_MESSAGE = frozenset({"partial", "prefix", "weight", "pinned", "hide"})
"""What is to be done with the message: continued (DeepSeek, Kimi), trained on (OpenAI), kept in sight or out of it
(gptme). Ignored as numbers and truth values: a text by these names may have been said."""
_SOURCES = frozenset({"input", "generate", "operator"})
"""Where inspect_ai has a message from, under `source`, which elsewhere is what a statement rests on."""
IGNORED_OF_PART = _MARKS | {"detail", "format", "logprobs", "expires_at"}
"""`detail` and `format` say how an image is to be looked at."""
IGNORED_OF_CALL = _MARKS
IGNORED_OF_FUNCTION = frozenset({"description", "parsed_arguments", "strict"})

_OF_FILE = frozenset(
    {"file", "filename", "name", "format", "mime_type", "media_type", "mimeType", "file_data", "base64", "data"}
    | {"file_url", "url", "source_type", "file_id", "extras", "metadata"}
)
_BESIDE_FILE = ("extras", "metadata")
"""Where LangChain has the name of a file, and others what they have read of it."""
_OF_AUDIO = frozenset(
    {"input_audio", "data", "base64", "file_data", "format", "mime_type", "media_type", "mimeType"}
    | {"transcript", "source_type"}
    | {"url", "file_id"}
)
_OF_IMAGE = frozenset(
    {"image_url", "source", "url", "base64", "data", "file_data", "mime_type", "media_type", "mimeType", "type"}
)
_OF_FILE_PART = _OF_FILE | {"type"}
_OF_PART: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("text", "input_text", "output_text"), frozenset({"type", "text"})),
    "refusal": frozenset({"type", "refusal"}),
    **dict.fromkeys(("image_url", "input_image", "image"), _OF_IMAGE | {"source_type"}),
    **dict.fromkeys(("file", "input_file"), _OF_FILE_PART),
    **dict.fromkeys(("input_audio", "audio"), _OF_AUDIO | {"type"}),
    "opaque": frozenset({"type", "opaque", "provider", "model", "data"}),
}
"""What is read of a part by its type (`content_parts`), and of the object in it."""

_STATE = "holds a provider's own data: give it as an opaque part, or as text in metadata."
_STATE_OF_CALL = "holds a provider's own data: give it as the call's opaque, {provider, model, type, data}."
_STATES = ("extra_content", "provider_specific_fields", "thinking_blocks", "thought_signature")
_HINTS: Mapping[str, str] = {
    **dict.fromkeys(_STATES, _STATE),
    "files": "names files: give each as a part of type file, or their names in content or metadata.",
}
HINTS_OF_CALL: Mapping[str, str] = {
    **dict.fromkeys(_STATES, _STATE_OF_CALL),
    "args": 'write the call as {"id": "…", "function": {"name": "…", "arguments": "…"}}.',
}
_UNKNOWN = "is not known here and would be lost: say it in content, or keep it as text in metadata."


def refuse_unknown(
    given: Mapping[str, Any],
    known: Collection[str],
    ignored: Collection[str],
    path: tuple[str | int, ...] = (),
    hints: Mapping[str, str] = _HINTS,
) -> None:
    """UnreadableValue naming each key with something in it that is neither known nor to be ignored; `path` is that of
    the object, and `hints` say of keys what to do instead."""
    errors = [
        UnreadableValue((*path, _sayable(key)), hints.get(key, _UNKNOWN))
        for key in given.keys() - known
        if key not in ignored and says_something(given[key]) and not _is_flag(key, given[key], path)
    ]
    if errors:
        raise UnreadableValue.of(sorted(errors, key=lambda error: str(error.path[-1])))


def _is_flag(key: str, value: Any, path: tuple[str | int, ...]) -> bool:
    if key == "source":
        return not path and type(value) is str and value in _SOURCES
    return not path and key in FLAGS_OF_MESSAGE and isinstance(value, int | float)


def refuse_unknown_of_part(part: Mapping[str, Any]) -> None:
    """The same for a content part of a known type, and the object that it may hold."""
    kind = part["type"]
    known = _OF_PART[kind]
    _refuse_unknown_of_object(part, known, ())
    for key in (kind, "image_url", "source"):
        if type(inner := part.get(key)) is dict:
            _refuse_unknown_of_object(inner, known, (key,))


def _refuse_unknown_of_object(given: Mapping[str, Any], known: frozenset[str], path: tuple[str, ...]) -> None:
    refuse_unknown(given, known, IGNORED_OF_PART, path)
    for key in _BESIDE_FILE if known is _OF_FILE_PART else ():
        if not says_something(beside := given.get(key)):
            continue
        if type(beside) is not dict:
            raise UnreadableValue((*path, key), "give an object with the name of the file, and nothing else.")
        refuse_unknown(beside, ("filename", "name"), IGNORED_OF_PART, (*path, key))


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
