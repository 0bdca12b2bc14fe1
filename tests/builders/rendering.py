"""Messages as transcripts show them, made of the messages themselves: what is stored is compared with it."""

from collections.abc import Sequence

from compactd.domain.messages import ChatMessage, Role, StoredMessage
from compactd.strategies.transcript import heading, spoken


def tool_names(messages: Sequence[StoredMessage]) -> dict[int, str]:
    """The tool that each result among the messages came from, by the result's position.

    Ids of calls repeat: a result belongs to the latest earlier unanswered call with its id.
    """
    waiting: dict[str, list[str]] = {}
    names: dict[int, str] = {}
    for stored in messages:
        for call in stored.message.tool_calls:
            waiting.setdefault(call.id, []).append(call.name)
        called = waiting.get(stored.message.tool_call_id)
        if stored.message.role is Role.TOOL and called:
            names[stored.position] = called.pop()
    return names


def render(message: ChatMessage, tool: str = "") -> str:
    """One message as transcript lines; `tool` is the one that a result came from."""
    rest = spoken(message)
    return f"{heading(message, tool)}\n{rest}" if rest else heading(message, tool)
