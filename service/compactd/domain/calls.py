"""Call occurrences: which result answers which call, decided once, when a message is appended.

Ids of calls are not unique in a conversation: a result answers the latest earlier unanswered call with its id. A call
is dead once a message that is neither a result nor an assistant message with calls has ended its run; a result that
still comes for it is late.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from compactd.domain.messages import ChatMessage, Role


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call without a result so far: which message made it, at which index, of which tool, and whether it is dead."""

    id: str
    position: int
    index: int
    tool: str
    dead: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The call that a result answers. `late_tool` names the called tool if the result is late, else it is None."""

    position: int
    index: int
    late_tool: str | None = None


class UnansweredCallMissing(Exception):
    """A result came for which no call waits; `index` is that of the message in its batch."""

    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index


def match_calls(
    messages: Sequence[ChatMessage], first_position: int, open_calls: Sequence[OpenCall]
) -> tuple[list[Answer | None], list[OpenCall]]:
    """Follows the calls through a batch whose messages take consecutive positions from `first_position` on.

    Returns per message what it answers (None for all but results) and the calls still open after the batch.
    Raises UnansweredCallMissing for a result without a call.
    """
    waiting = list(open_calls)
    answers: list[Answer | None] = []
    for index, message in enumerate(messages):
        answer = None
        if message.role is Role.TOOL:
            answer = _take(waiting, message.tool_call_id, index)
        elif message.tool_calls:
            position = first_position + index
            waiting.extend(OpenCall(call.id, position, at, call.name) for at, call in enumerate(message.tool_calls))
        else:
            _end_run(waiting)
        answers.append(answer)
    return answers, waiting


def _end_run(waiting: list[OpenCall]) -> None:
    """Calls die all at once, so those alive are the youngest: only they are looked at."""
    at = len(waiting) - 1
    while at >= 0 and not waiting[at].dead:
        waiting[at] = replace(waiting[at], dead=True)
        at -= 1


def _take(waiting: list[OpenCall], call_id: str, index: int) -> Answer:
    for at in range(len(waiting) - 1, -1, -1):
        if waiting[at].id == call_id:
            call = waiting.pop(at)
            return Answer(call.position, call.index, call.tool if call.dead else None)
    raise UnansweredCallMissing(index)
