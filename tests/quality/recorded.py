"""Recorded conversations, cut where something is known about what comes after."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compactd.domain.messages import ChatMessage, Role, ToolCall
from compactd.extractive import extract_identifiers
from tests.builders.conversations import RECORDED

_CUT = 0.6
_FEWEST_PROBES = 3

AIRLINE = "tau-bench-airline-{}-0"

LAST_DECISIONS = {
    "00": "go ahead with this payment",
    "04": "transfer me to a human agent",
    "06": "proceed with the change",
    "14": "go ahead with the update",
    "20": "go ahead and make the changes with the same payment method",
    "22": "go ahead with the upgrade and change to the nonstop flight",
    "24": "hold off on making any changes",
    "26": "use my credit card ending in 7334",
    "28": "connect me with a human agent",
    "30": "cancel the reservation FDZ0T5",
    "32": "cover the rest with the credit card",
    "34": "proceed with those steps",
}
"""What users decided last, in their words, by the number of the conversation."""


@dataclass(frozen=True, slots=True)
class Cut:
    """The messages before the cut, without the system message, and the values that later tool calls take from them."""

    id: str
    messages: tuple[ChatMessage, ...]
    probes: tuple[str, ...]

    @property
    def characters(self) -> int:
        return sum(message.characters for message in self.messages)


def conversations(path: Path = RECORDED) -> Iterator[tuple[str, tuple[ChatMessage, ...]]]:
    """Id and messages of every recorded conversation, the system message first."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            recorded = json.loads(line)
            yield recorded["id"], tuple(message_of(message) for message in recorded["messages"])


def cuts(path: Path = RECORDED) -> list[Cut]:
    """Every conversation cut at 60 % of its messages, the results of the last call before the cut included; those with
    at least three probes."""
    found = []
    for name, messages in conversations(path):
        at = int(len(messages) * _CUT)
        while at < len(messages) and messages[at].role is Role.TOOL:
            at += 1
        probes = _probes(messages, at)
        if len(probes) >= _FEWEST_PROBES:
            found.append(Cut(name, tuple(m for m in messages[:at] if m.role is not Role.SYSTEM), probes))
    return found


def spoken_identifiers(messages: Sequence[ChatMessage], *, names: bool = True) -> list[str]:
    """Identifiers that a user or the assistant wrote or that stand in tool arguments: in their values, as they are
    without the escapes of JSON, and with `names` in the names of arguments too."""
    found: dict[str, None] = {}
    for message in messages:
        given = [_parsed(call.arguments) for call in message.tool_calls]
        texts = [str(value) for arguments in given for value in _leaves(arguments)]
        if names:
            texts += [name for arguments in given for name in _names(arguments)]
        if message.role in (Role.USER, Role.ASSISTANT):
            texts.append(message.text)
        for text in texts:
            found.update((identifier.value, None) for identifier in extract_identifiers(text))
    return list(found)


def last_decisions(path: Path = RECORDED) -> list[Cut]:
    """Whole conversations, and what the user decided last in each."""
    recorded = dict(conversations(path))
    found = []
    for number, words in LAST_DECISIONS.items():
        name = AIRLINE.format(number)
        spoken = tuple(message for message in recorded[name] if message.role is not Role.SYSTEM)
        found.append(Cut(name, spoken, (words,)))
    return found


def message_of(recorded: dict[str, Any]) -> ChatMessage:
    """A message in the OpenAI chat shape as the domain has it."""
    calls = tuple(
        ToolCall(call["id"], call["function"]["name"], call["function"]["arguments"])
        for call in recorded.get("tool_calls") or ()
    )
    return ChatMessage(
        role=Role(recorded["role"]),
        content=recorded.get("content"),
        tool_calls=calls,
        tool_call_id=recorded.get("tool_call_id") or "",
    )


def _probes(messages: Sequence[ChatMessage], at: int) -> tuple[str, ...]:
    before = "\n".join(_everything(message) for message in messages[:at] if message.role is not Role.SYSTEM)
    system = "\n".join(message.text for message in messages if message.role is Role.SYSTEM)
    later = [call for message in messages[at:] for call in message.tool_calls]
    values = dict.fromkeys(value for call in later for value in _scalars(_parsed(call.arguments)))
    return tuple(value for value in values if value in before and value not in system)


def _everything(message: ChatMessage) -> str:
    return "\n".join((message.text, *(call.arguments for call in message.tool_calls)))


def _parsed(arguments: str) -> Any:
    try:
        return json.loads(arguments)
    except ValueError:
        return arguments


def _scalars(node: Any) -> Iterator[str]:
    """Strings of at least four characters, numbers of at least three digits."""
    for value in _leaves(node):
        text = str(value)
        if len(text) >= 4 if isinstance(value, str) else sum(map(str.isdigit, text)) >= 3:
            yield text


def _leaves(node: Any) -> Iterator[str | int | float]:
    """Every string and every number of a document."""
    if isinstance(node, dict | list):
        for item in node.values() if isinstance(node, dict) else node:
            yield from _leaves(item)
    elif isinstance(node, str | int | float) and not isinstance(node, bool):
        yield node


def _names(node: Any) -> Iterator[str]:
    """Every name under which a document has something."""
    if isinstance(node, dict):
        yield from node
    for item in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _names(item)
