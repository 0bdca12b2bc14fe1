"""Chat templates that take strict turns alone, and Mistral's API.

Sources: the chat template of Mistral-7B-Instruct-v0.3 ("After the optional system message, conversation roles must
alternate user/assistant/user/assistant/...", counted without results and assistant messages with calls; "Tool call
IDs should be alphanumeric strings with length 9!"), of Ministral 3 ("... alternate user and assistant roles except
for tool calls and results"), of Gemma 3 (alternation of all); mistral-common's request validator (after a result come
results or the assistant; the last message is a user's or a result) and Mistral's API ("Tool call id was ... but must
be a-z, A-Z, 0-9, with a length of 9", "Unexpected role 'user' after role 'tool'").
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

MISTRAL_CALL_ID = r"[a-zA-Z0-9]{9}"


def faults(messages: list[dict[str, Any]]) -> list[str]:
    """What of OpenAI-shaped messages such a template or API refuses."""
    rest = messages[1:] if messages and messages[0]["role"] == "system" else messages
    return [*_alternation(rest), *_order(rest)]


def _alternation(messages: list[dict[str, Any]]) -> Iterator[str]:
    counted = [message["role"] for message in messages if message["role"] != "tool" and not message.get("tool_calls")]
    for index, role in enumerate(counted):
        if (role == "user") != (index % 2 == 0):
            yield f"turn {index} is the {role}'s"
            return


def _order(messages: list[dict[str, Any]]) -> Iterator[str]:
    if messages and messages[0]["role"] != "user":
        yield f"the {messages[0]['role']} opens"
    for index, (before, after) in enumerate(pairwise(messages)):
        pair = before["role"], after["role"]
        if pair in (("tool", "user"), ("user", "tool"), ("user", "user"), ("assistant", "assistant")):
            yield f"message {index + 1}: {pair[1]} after {pair[0]}"
