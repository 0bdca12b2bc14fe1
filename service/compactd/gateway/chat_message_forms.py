"""Forms of a chat message that the contract does not have, and many send: as the one that it has.

Each takes the message as it was given, and changes a copy of its own. What cannot be said in the contract's form is
refused by name.
"""

import json
from typing import Any

import orjson

from compactd.domain.limits import MAX_NAME
from compactd.domain.messages import REASONING_DETAILS, ReasoningField, Role
from compactd.gateway.chat_message_keys import IGNORED_OF_FUNCTION, refuse_unknown, says_something
from compactd.gateway.content_parts import decode_audio
from compactd.gateway.json_text import WrittenNumber
from compactd.gateway.json_values import decode_text
from compactd.rpc.wire import Path, UnreadableValue
from compaction.v1 import message_pb2

FORMS = frozenset(
    {"function_call", "refusal", "audio", "parsed", "status", "timestamp", REASONING_DETAILS, *ReasoningField}
)
"""The keys that are read here."""

_OF_AUDIO = ("data", "format", "transcript")
"""What is read of the `audio` of a message."""

_FAILED, _DONE = "error", ("success", "completed")
"""How the call of a result ended, in the words of LangChain, Letta, and OpenAI's responses."""


def with_known_forms(given: dict[str, Any]) -> dict[str, Any]:
    """The message without the keys of FORMS, but for `reasoning` and REASONING_DETAILS, which the decoder reads."""
    message = dict(given)
    _read_function(message)
    _read_content(message)
    _read_refusal(message)
    _read_audio(message)
    _read_parsed(message)
    _read_status(message)
    _read_model(message)
    for key in ("tool_calls", "toolCalls"):
        if type(message.get(key)) is list:
            message[key] = [_nested(call, (key, index)) for index, call in enumerate(message[key])]
    return message


def function_call_id(name: str) -> str:
    """The id of a call that was made by `function_call`, which has none: the same for the result, which has the name
    alone, whenever it comes. At most one such call waits for its result."""
    return f"function-{name}"[:MAX_NAME]


def _read_function(message: dict[str, Any]) -> None:
    """OpenAI's calls before there were several in one message."""
    call = message.pop("function_call", None)
    if says_something(call):
        if says_something(message.get("tool_calls")):
            raise UnreadableValue(("function_call",), "a message has function_call or tool_calls: give one of them.")
        if type(call) is not dict or type(call.get("name")) is not str:
            raise UnreadableValue(("function_call",), 'write the call as {"name": "…", "arguments": "…"}.')
        refuse_unknown(call, ("name", "arguments"), IGNORED_OF_FUNCTION, ("function_call",))
        name = _text_of(call, "name", ("function_call",))
        function = {"name": name, "arguments": _text_of(call, "arguments", ("function_call",))}
        message["tool_calls"] = [{"id": function_call_id(name), "function": function}]
    if message.get("role") == "function":
        message["role"] = "tool"
        if not message.get("tool_call_id"):
            function_name = message.get("name")
            if type(function_name) is not str or not function_name:
                raise UnreadableValue(("name",), "a function's result needs the name of the function.")
            message["tool_call_id"] = function_call_id(function_name)


def _read_content(message: dict[str, Any]) -> None:
    content = message.get("content")
    if type(content) is not dict:
        return
    if content.get("type") is None and type(content.get("text")) is str:
        content = {**content, "type": "text"}
    message["content"] = [content]


def _read_refusal(message: dict[str, Any]) -> None:
    """The text of the message, where there is no other."""
    refusal = message.pop("refusal", None)
    if not says_something(refusal):
        return
    if type(refusal) is not str:
        raise UnreadableValue(("refusal",), "give a text.")
    if not says_something(message.get("content")):
        message["content"] = refusal
    elif message["content"] != refusal:
        raise UnreadableValue(("refusal",), "says something else than content: say both in content.")


def _read_audio(message: dict[str, Any]) -> None:
    """What an assistant said aloud: its transcript is the text of the message, where that is all there is of it and no
    other text is; else it is a part. The id and the time until which OpenAI knows it tell nothing."""
    audio = message.pop("audio", None)
    if not says_something(audio):
        return
    if type(audio) is not dict:
        raise UnreadableValue(("audio",), 'write the audio as {"data": "…", "format": "wav"}.')
    refuse_unknown(audio, _OF_AUDIO, ("id", "expires_at"), ("audio",))
    said = {key: audio.get(key) for key in _OF_AUDIO}
    # Here, where it has the path that it was given under.
    decode_audio(message_pb2.Audio(), said)
    if not (said["data"] or said["transcript"]):
        raise UnreadableValue(("audio",), "give its transcript, or its data: an id is known to its provider only.")
    content = message.get("content")
    if not said["data"] and (not says_something(content) or content == said["transcript"]):
        message["content"] = said["transcript"]
        return
    texts = [{"type": "text", "text": content}] if type(content) is str and content else content or []
    if type(texts) is list:
        message["content"] = [*texts, {"type": "audio", **said}]


def _read_parsed(message: dict[str, Any]) -> None:
    """`content` once more, as OpenAI's clients have read it."""
    parsed = message.pop("parsed", None)
    if type(parsed) is bool or not says_something(parsed):
        return
    content = message.get("content")
    try:
        said = json.loads(content) if type(content) is str else None
    except (ValueError, RecursionError):
        said = None
    if parsed not in (said, content):
        raise UnreadableValue(("parsed",), "says something else than content: say it in content.")


def _read_status(message: dict[str, Any]) -> None:
    """Of a result, whether the call failed. Of any other message it is where the message lay in another store."""
    status = message.pop("status", None)
    if message.get("role") != Role.TOOL or not says_something(status):
        return
    if status != _FAILED and status not in _DONE:
        raise UnreadableValue(("status",), 'of a result is "success" or "error": set is_error instead.')
    given = [message[key] for key in ("is_error", "isError") if message.get(key) is not None]
    if not given:
        message["is_error"] = status == _FAILED
    elif given[0] is not (status == _FAILED):
        raise UnreadableValue(("status",), "says something else than is_error: give one of them.")


def _read_model(message: dict[str, Any]) -> None:
    """A name without its provider, as logs of OpenAI's API have it, does not say whose the message is."""
    model = message.get("model")
    if type(model) is str and "/" not in model:
        del message["model"]


def _nested(call: Any, path: Path) -> Any:
    """A call with its function as an object: inspect_ai has the name alone there, LangChain no function at all."""
    if type(call) is not dict:
        return call
    if type(call.get("function")) is str:
        name_key, arguments_key = "function", "arguments"
    elif call.get("function") is None and type(call.get("name")) is str:
        name_key, arguments_key = "name", "args" if "args" in call else "arguments"
    else:
        return _with_text_arguments(call)
    function = {"name": _text_of(call, name_key, path), "arguments": _text_of(call, arguments_key, path)}
    beside = {key: item for key, item in call.items() if key not in (name_key, arguments_key)}
    if beside.get("type") == "tool_call":
        # LangChain's name of the kind.
        del beside["type"]
    return {**beside, "function": function}


def _text_of(given: dict[str, Any], key: str, path: Path) -> str:
    """The text under `key`, an object as JSON; empty if there is none. `path` is that of the object that has it."""
    found = given.get(key)
    try:
        return decode_text("" if found is None else json_text(found) if type(found) is dict else found)
    except UnreadableValue as error:
        raise error.below(*path, key) from None


def _with_text_arguments(call: Any) -> Any:
    function = call.get("function") if type(call) is dict else None
    if type(function) is not dict or type(function.get("arguments")) is not dict:
        return call
    return {**call, "function": {**function, "arguments": json_text(function["arguments"])}}


def json_text(value: Any) -> str:
    """JSON as a model would write it: keys in their order, every character as it is, and every digit of a number."""
    if type(value) is dict:
        return "{" + ",".join(f"{json_text(key)}:{json_text(item)}" for key, item in value.items()) + "}"
    if type(value) is list:
        return "[" + ",".join(map(json_text, value)) + "]"
    return value.text if type(value) is WrittenNumber else json.dumps(value, ensure_ascii=False)


def read_reasoning(message: dict[str, Any]) -> tuple[str, ReasoningField] | None:
    """Takes the reasoning text out of the message: what it is, and in which field it came. None if there is none."""
    given: list[tuple[str, ReasoningField]] = []
    for field in ReasoningField:
        text = message.pop(field, None)
        if text is not None:
            try:
                given.append((decode_text(text), field))
            except UnreadableValue as error:
                raise error.below(str(field)) from None
    if not given or (not any(text for text, _ in given) and message.get("role") != "assistant"):
        return None
    if len({text for text, _ in given if text}) > 1:
        raise UnreadableValue(("reasoning",), "says something else than reasoning_content: give one of them.")
    return next((each for each in given if each[0]), given[0])


def read_details(message: dict[str, Any]) -> bytes | None:
    """Takes OpenRouter's details of the reasoning out of the message, as JSON; None if there are none."""
    details = message.pop(REASONING_DETAILS, None)
    if not says_something(details):
        return None
    if message.get("role") != "assistant":
        raise UnreadableValue((REASONING_DETAILS,), "only an assistant message has reasoning: leave it out.")
    if type(details) is not list or not all(type(detail) is dict for detail in details):
        raise UnreadableValue((REASONING_DETAILS,), "give a list of objects.")
    try:
        return orjson.dumps(details)
    except orjson.JSONEncodeError:
        raise UnreadableValue(
            (REASONING_DETAILS,), "holds a number that 64 bits do not hold, or half a character."
        ) from None
