"""Call occurrences: which result answers which call, decided once, when a message is appended.

Ids of calls are not unique in a conversation: a result answers the latest earlier unanswered call with its id. A call
is dead once a message that is neither a result nor an assistant message with calls has ended its run; a result that
still comes for it is late.
"""

from collections.abc import Sequence

from compactd.domain.messages import ChatMessage, Role
from compactd.domain.value_class import value

MAX_CALLS_PER_MESSAGE = 1_000

MAX_OPEN_CALLS = 10_000
"""How many calls of a conversation can wait for results. The oldest dead ones beyond that are forgotten: a result that
still comes for them is rejected. More living ones are rejected."""


@value
class OpenCall:
    """A call without a result so far: which message made it, at which index, of which tool, and whether it is dead."""

    id: str
    position: int
    index: int
    tool: str
    dead: bool = False


@value
class Answer:
    """The call that a result answers: which message made it, at which index, of which tool, and whether the result is
    late."""

    position: int
    index: int
    tool: str
    late: bool = False


class UnansweredCallMissing(Exception):
    """A result came for which no call waits; `index` is that of the message in its batch."""

    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index


class TooManyOpenCalls(Exception):
    """More than MAX_OPEN_CALLS calls of one run wait for results; `index` is that of the message in its batch."""

    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index


def match_calls(
    messages: Sequence[ChatMessage], first_position: int, open_calls: Sequence[OpenCall]
) -> tuple[list[Answer | None], list[OpenCall]]:
    """Follows the calls through a batch whose messages take consecutive positions from `first_position` on.

    Returns per message what it answers (None for all but results) and the calls still open after the batch, oldest
    first. Raises UnansweredCallMissing for a result without a call, and TooManyOpenCalls.
    """
    waiting = WaitingCalls(open_calls)
    answers: list[Answer | None] = []
    for index, message in enumerate(messages):
        answers.append(waiting.follow(message, first_position + index, index))
        if message.tool_calls and waiting.alive > MAX_OPEN_CALLS:
            raise TooManyOpenCalls(index)
    return answers, waiting.youngest(MAX_OPEN_CALLS)


class WaitingCalls:
    """The calls of a conversation that wait for a result, followed from message to message: by their age, and their
    ages by id, so that each step costs the same however many calls wait."""

    def __init__(self, open_calls: Sequence[OpenCall]) -> None:
        self._calls: dict[int, OpenCall] = {}
        self._ages: dict[str, list[int]] = {}
        self._alive: set[int] = set()
        self._next = 0
        for call in open_calls:
            self._add(call)

    @property
    def count(self) -> int:
        """How many calls wait."""
        return len(self._calls)

    @property
    def alive(self) -> int:
        """How many of them are not dead."""
        return len(self._alive)

    def follow(self, message: ChatMessage, position: int, index: int = 0) -> Answer | None:
        """What the next message of the conversation answers, None for all but results; `index` is that in its batch.
        Raises UnansweredCallMissing for a result without a call."""
        if message.role is Role.TOOL:
            return self._take(message.tool_call_id, index)
        if message.tool_calls:
            for call_index, call in enumerate(message.tool_calls):
                self._add(OpenCall(call.id, position, call_index, call.name))
        else:
            self._end_run()
        return None

    def youngest(self, count: int) -> list[OpenCall]:
        """So many of them, or as many as there are, the oldest of these first."""
        return list(self._calls.values())[-count:]

    def _add(self, call: OpenCall) -> None:
        age = self._next
        self._next += 1
        self._calls[age] = call
        self._ages.setdefault(call.id, []).append(age)
        if not call.dead:
            self._alive.add(age)

    def _end_run(self) -> None:
        for age in self._alive:
            call = self._calls[age]
            self._calls[age] = OpenCall(call.id, call.position, call.index, call.tool, dead=True)
        self._alive.clear()

    def _take(self, call_id: str, index: int) -> Answer:
        ages = self._ages.get(call_id)
        if not ages:
            raise UnansweredCallMissing(index)
        age = ages.pop()
        self._alive.discard(age)
        call = self._calls.pop(age)
        return Answer(call.position, call.index, call.tool, call.dead)
