"""What a model of a chat API thought, in the fields in which the API takes it back."""

from typing import Any

from compactd.domain.messages import REASONING_DETAILS, ChatMessage, OpaquePart, ReasoningField, reasoning_details
from compactd.summarizers.providers.row import Provider

BLANK = " "
"""The thoughts of a turn that has none, for an API that wants some: an empty text counts as missing."""


def chat_thoughts(message: ChatMessage, provider: Provider) -> dict[str, Any]:
    """The fields of an assistant message; all of its thoughts are expected to be of the model that is asked.

    Opaque parts whose type is the name of such a field hold its value: text in UTF-8, or the details as JSON, a list
    or one object of it. What the provider has no field for is left out.
    """
    fields = provider.reasoning_fields
    if not fields:
        return {}
    thoughts: dict[str, Any] = {}
    if message.reasoning is not None:
        thoughts[_field(message.reasoning_field, fields)] = message.reasoning
    for part in message.parts:
        if not isinstance(part, OpaquePart):
            continue
        if part.type in _TEXTS:
            name = _field(part.type, fields)
            thoughts[name] = thoughts.get(name, "") + part.data.decode("utf-8", "replace")
        elif part.type == REASONING_DETAILS and REASONING_DETAILS in fields:
            thoughts.setdefault(REASONING_DETAILS, []).extend(reasoning_details(part.type, part.data))
    if provider.thinks_before_calls and message.tool_calls and not any(map(thoughts.get, fields)):
        thoughts[fields[0]] = BLANK
    return thoughts


_TEXTS = tuple(field.value for field in ReasoningField)


def _field(given: str, fields: tuple[str, ...]) -> str:
    return str(given) if given in fields else fields[0]
