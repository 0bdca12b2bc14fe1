"""Batches in which some messages cannot be read: what is wrong with each of these, and the request with blanks in
their place, so that whoever checks the others names all that is wrong at once."""

from collections.abc import Mapping
from typing import Any

from google.protobuf.descriptor import Descriptor

from compactd.domain.error_shape import FieldViolation
from compactd.domain.errors import MAX_VIOLATIONS
from compactd.domain.message_rules import Faults
from compactd.domain.validation import join_path
from compactd.gateway.chat_message_forms import function_call_id
from compactd.rpc.wire import UnreadableValue

_MESSAGES = "messages"


def with_blanks(
    request: Descriptor, given: Mapping[str, Any], error: UnreadableValue
) -> tuple[dict[str, Any], Faults] | None:
    """The JSON of a request that failed with `error`, and the faults of its messages; None where something else is at
    fault. Behind the last message that is listed nothing has been looked at: it is left out."""
    field = request.fields_by_name.get(_MESSAGES)
    if field is None or field.message_type is None or field.message_type.full_name != "compaction.v1.ChatMessage":
        return None
    faults: dict[int, list[FieldViolation]] = {}
    for each in (error, *error.others):
        match each.path:
            case (name, int(index), *_) if name == _MESSAGES:
                faults.setdefault(index, []).append(FieldViolation(join_path("", each.path), each.sentence))
            case _:
                return None
    messages = given[_MESSAGES]
    if len(faults) >= MAX_VIOLATIONS:
        messages = messages[: max(faults) + 1]
    blanked = [_blank(message) if index in faults else message for index, message in enumerate(messages)]
    return {**given, _MESSAGES: blanked}, faults


def _blank(message: Any) -> dict[str, Any]:
    """Without a role, which nothing takes, and with the calls, so that their results are not said to have none."""
    if type(message) is not dict:
        return {}
    calls = message.get("tool_calls") or message.get("toolCalls")
    ids = [call.get("id") for call in calls if type(call) is dict] if type(calls) is list else []
    function = message.get("function_call")
    if type(function) is dict and type(function.get("name")) is str:
        ids.append(function_call_id(function["name"]))
    return {"tool_calls": [{"id": call_id} for call_id in ids if type(call_id) is str and call_id.isprintable()]}
