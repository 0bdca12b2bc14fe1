"""Messages as transcripts show them, made of the messages themselves: what is stored is compared with it."""

from collections.abc import Sequence

from compactd.domain.messages import ChatMessage, Role, StoredMessage
from compactd.strategies.transcript import heading, spoken


def tool_names(messages: Sequence[StoredMessage]) -> dict[int, str]:
    """The tool that each result among the messages came from, by the result's position.

    Ids of calls repeat: a result belongs to the first unanswered call with its id of the latest message that has one.
    """
    waiting: list[tuple[int, str, str]] = []
    names: dict[int, str] = {}
    for stored in messages:
        waiting += [(stored.position, call.id, call.name) for call in stored.message.tool_calls]
        called = [one for one in waiting if one[1] == stored.message.tool_call_id]
        if stored.message.role is Role.TOOL and called:
            taken = next(one for one in called if one[0] == called[-1][0])
            waiting.remove(taken)
            names[stored.position] = taken[2]
    return names


def render(message: ChatMessage, tool: str = "") -> str:
    """One message as transcript lines; `tool` is the one that a result came from."""
    rest = spoken(message)
    return f"{heading(message, tool)}\n{rest}" if rest else heading(message, tool)
