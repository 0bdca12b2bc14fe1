"""How a view names calls: ids and tools' names as they are stored, or within the rules of the API that is to read them.

What is valid stays as it is. What is not is shown under a name that depends on nothing but itself, so that a call, its
result, a late one and the tool's schema all bear the same, in every request; a digest keeps two names apart that would
be equal once they are cleaned.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

SHORT_ID, LONGEST_ID = 64, 256
"""Characters: OpenAI and Bedrock take ids of 64, the contract of 256."""

SHORT_NAME = 64
"""Characters of a tool's name that every provider takes."""

_UNCLEAN = re.compile(r"[^a-zA-Z0-9_-]")
_CLEAN_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_NINE = re.compile(r"[a-zA-Z0-9]{9}")
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_LETTER_FIRST = re.compile(r"[a-zA-Z_][a-zA-Z0-9_-]{0,63}")
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

ShownId = Callable[[str, int], str]
"""The id that a call is shown with, from the stored one, and how often that was used before and with it. Without the
number it is always the same; a higher number gives another."""

ToolName = Callable[[str], str]
"""The name that a tool is shown with."""


@dataclass(frozen=True, slots=True)
class CallNaming:
    """`tool_name` is None where names stay as they are stored."""

    shown_id: ShownId
    tool_name: ToolName | None = None

    def tool(self, name: str) -> str:
        return name if self.tool_name is None else self.tool_name(name)


def stored_id(call_id: str, use: int) -> str:
    """As it is; the next uses get a suffix, by which an id of up to 64 characters does not grow longer than that."""
    if use == 1:
        return call_id
    return _numbered(call_id, use, SHORT_ID if len(call_id) <= SHORT_ID else LONGEST_ID)


def short_id(call_id: str, use: int) -> str:
    """Of 64 characters at most."""
    if len(call_id) > SHORT_ID:
        call_id = f"{call_id[: SHORT_ID - 17]}-{_digest(call_id, 8)}"
    return stored_id(call_id, use)


def clean_id(call_id: str, use: int) -> str:
    """Of 64 letters, digits, underscores and dashes at most."""
    if _CLEAN_ID.fullmatch(call_id) is None:
        call_id = f"{_UNCLEAN.sub('_', call_id)[: SHORT_ID - 17]}-{_digest(call_id, 8)}"
    return stored_id(call_id, use)


def nine_characters(call_id: str, use: int) -> str:
    """Of nine letters and digits."""
    if use == 1 and _NINE.fullmatch(call_id):
        return call_id
    number = int(_digest(f"{use} {call_id}", 8), 16)
    characters = []
    for _ in range(9):
        number, digit = divmod(number, len(_BASE62))
        characters.append(_BASE62[digit])
    return "".join(characters)


def clean_name(name: str) -> str:
    """Of 64 letters, digits, underscores and dashes at most."""
    if _NAME.fullmatch(name):
        return name
    return f"{_UNCLEAN.sub('_', name)[: SHORT_NAME - 9]}_{_digest(name, 4)}"


def letter_first_name(name: str) -> str:
    """The same, with a letter or an underscore before all others."""
    if _LETTER_FIRST.fullmatch(name):
        return name
    cleaned = _UNCLEAN.sub("_", name)
    first = "" if _LETTER_FIRST.match(cleaned) else "_"
    return f"{first}{cleaned}"[: SHORT_NAME - 9] + f"_{_digest(name, 4)}"


AS_STORED = CallNaming(stored_id)
"""What GetContext shows: the agent's own provider took these names."""

OPENAI_NAMING = CallNaming(short_id, clean_name)
"""What OpenAI takes, and all who offer its API."""


def named_tools(tools: Sequence[dict[str, Any]], naming: CallNaming) -> Sequence[dict[str, Any]]:
    """Schemas of an agent's tools, in OpenAI's shape, under the names that their calls are shown with."""
    return [_named_tool(tool, naming) for tool in tools]


def _named_tool(tool: dict[str, Any], naming: CallNaming) -> dict[str, Any]:
    function = tool.get("function")
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        return tool
    name = naming.tool(function["name"])
    return tool if name == function["name"] else {**tool, "function": {**function, "name": name}}


def _numbered(call_id: str, use: int, longest: int) -> str:
    suffix = f"-{use}"
    return call_id[: longest - len(suffix)] + suffix


def _digest(text: str, size: int) -> str:
    """Two hexadecimal digits for each of `size` bytes."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).hexdigest()
