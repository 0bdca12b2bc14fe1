"""Call occurrences: which result answers which call, decided once, when a message is appended.

Ids of calls are not unique in a conversation, nor even in a message. Of the latest message that has unanswered calls
with its id a result answers the first one: who sends results in the order of their calls has each of them at its own.
A call is dead once a message of the user, or of the assistant without calls, has ended its run; a result that still
comes for it is late. Notes of the system end no run: hooks and harnesses put them between a call and its result.
"""

from collections import deque
from collections.abc import Iterator, Sequence

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
    late. Of an unknown call, whose result `repair` has kept, position and index are None, and the tool may be empty."""

    position: int | None
    index: int | None
    tool: str
    late: bool = False


class UnansweredCallMissing(Exception):
    """Results came for which no call waits; `indexes` are those of the messages in their batch."""

    def __init__(self, *indexes: int) -> None:
        super().__init__(*indexes)
        self.indexes = indexes


class TooManyOpenCalls(Exception):
    """More than MAX_OPEN_CALLS calls of one run wait for results; `index` is that of the message in its batch."""

    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index


def ends_run(role: Role, call_count: int) -> bool:
    """Whether a message with so many calls ends the run of calls and results that it comes into."""
    return not call_count and role not in (Role.TOOL, Role.SYSTEM)


def match_calls(
    messages: Sequence[ChatMessage], first_position: int, open_calls: Sequence[OpenCall], *, repair: bool = False
) -> tuple[list[Answer | None], list[OpenCall]]:
    """Follows the calls through a batch whose messages take consecutive positions from `first_position` on.

    Returns per message what it answers (None for all but results) and the calls still open after the batch, oldest
    first. A result without a call answers an unknown one with `repair`. Raises UnansweredCallMissing for all of these
    without it, and TooManyOpenCalls.
    """
    waiting = WaitingCalls(open_calls)
    answers: list[Answer | None] = []
    missing: list[int] = []
    for index, message in enumerate(messages):
        try:
            answers.append(waiting.follow(message, first_position + index))
        except UnansweredCallMissing:
            missing.append(index)
            answers.append(None)
        if message.tool_calls and waiting.alive > MAX_OPEN_CALLS:
            raise TooManyOpenCalls(index)
    if missing:
        if not repair:
            raise UnansweredCallMissing(*missing)
        for index, tool in zip(missing, _tools_of(messages, missing), strict=True):
            answers[index] = Answer(None, None, tool, late=True)
    return answers, waiting.youngest(MAX_OPEN_CALLS)


def _tools_of(messages: Sequence[ChatMessage], results: Sequence[int]) -> Iterator[str]:
    """The tools of results without a call: what a call of that id in the batch names, which may come later or have its
    result already, or the result itself; empty if neither does."""
    names = {call.id: call.name for message in messages for call in message.tool_calls}
    for index in results:
        yield names.get(messages[index].tool_call_id) or messages[index].name


class WaitingCalls:
    """The calls of a conversation that wait for a result, followed from message to message: by their age, and by id
    the ages of each message that made some, so that each step costs the same however many calls wait."""

    def __init__(self, open_calls: Sequence[OpenCall]) -> None:
        self._calls: dict[int, OpenCall] = {}
        self._ages: dict[str, list[deque[int]]] = {}
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

    def follow(
        self, message: ChatMessage, position: int, stored: tuple[int | None, int | None] = (None, None)
    ) -> Answer | None:
        """What the next message of the conversation answers, None for all but results. `stored` are position and index
        of the call that a result answers by its row: release 0.1 let it answer the last call of its message and id, and
        what was stored so stays. Raises UnansweredCallMissing for a result without a call."""
        if message.role is Role.TOOL:
            return self._take(message.tool_call_id, stored)
        if message.tool_calls:
            for call_index, call in enumerate(message.tool_calls):
                self._add(OpenCall(call.id, position, call_index, call.name))
        elif ends_run(message.role, 0):
            self._end_run()
        return None

    def youngest(self, count: int) -> list[OpenCall]:
        """So many of them, or as many as there are, the oldest of these first."""
        return list(self._calls.values())[-count:]

    def _add(self, call: OpenCall) -> None:
        age = self._next
        self._next += 1
        self._calls[age] = call
        of_messages = self._ages.setdefault(call.id, [])
        if of_messages and self._calls[of_messages[-1][-1]].position == call.position:
            of_messages[-1].append(age)
        else:
            of_messages.append(deque((age,)))
        if not call.dead:
            self._alive.add(age)

    def _end_run(self) -> None:
        for age in self._alive:
            call = self._calls[age]
            self._calls[age] = OpenCall(call.id, call.position, call.index, call.tool, dead=True)
        self._alive.clear()

    def _take(self, call_id: str, stored: tuple[int | None, int | None]) -> Answer:
        of_messages = self._ages.get(call_id)
        if not of_messages:
            raise UnansweredCallMissing
        ages = of_messages[-1]
        last = self._calls[ages[-1]]
        age = ages.pop() if (last.position, last.index) == stored else ages.popleft()
        if not ages:
            of_messages.pop()
        self._alive.discard(age)
        call = self._calls.pop(age)
        return Answer(call.position, call.index, call.tool, call.dead)
