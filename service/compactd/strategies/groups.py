"""Groups: the runs of messages that may not be split.

Within a run (assistant messages with calls, results and notes of the system, nothing else between) a group goes from an
assistant message with calls to the last result in that run that answers it or a call made in between. Any other message
is a group by itself. While a run reaches the end of the conversation its unanswered calls are pending, and everything
from the first of them on is one group.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from compactd.domain.calls import ends_run
from compactd.domain.context import (
    LATE_FRAME_TOKENS,
    OPENING_TOKENS,
    SHOWN_AS_USER,
    STAND_IN_TOKENS,
    Context,
    Entry,
)


@dataclass(frozen=True, slots=True)
class Group:
    """Entries `first` to `last` (indexes, inclusive). `tokens` are those of its view, stand-ins and frames included."""

    first: int
    last: int
    tokens: int
    pending: bool


def form_groups(entries: Sequence[Entry], *, to_the_end: bool = True) -> list[Group]:
    """Splits the messages of a context, in order, into groups that cover each of them once.

    Without `to_the_end` they are those up to a cut: nothing of them is pending, though a run may reach their end.
    """
    answered = _answered_calls(entries)
    groups: list[Group] = []
    index = 0
    while index < len(entries):
        end = _run_end(entries, index)
        if end == index:
            groups.append(_group(entries, index, index, answered, pending=False))
            index += 1
        else:
            groups.extend(_groups_of_run(entries, index, end, answered, to_the_end and end == len(entries)))
            index = end
    return groups


def opening_tokens(context: Context) -> int:
    """Tokens of the stand-in user message before a context that does not begin with what is shown as a user message."""
    if context.summary is not None or not context.entries:
        return 0
    first = context.entries[0]
    return 0 if first.role in SHOWN_AS_USER or first.late_tool is not None else OPENING_TOKENS


def _answered_calls(entries: Sequence[Entry]) -> Counter[int]:
    """How many calls of the message at a position have a result in their own run."""
    return Counter(
        entry.answers_position for entry in entries if entry.answers_position is not None and entry.late_tool is None
    )


def _run_end(entries: Sequence[Entry], index: int) -> int:
    """The index after the run that begins at `index`; `index` itself if none does."""
    end = index
    while end < len(entries) and not ends_run(entries[end].role, entries[end].call_count):
        end += 1
    return end


def _groups_of_run(entries: Sequence[Entry], start: int, end: int, answered: Counter[int], at_end: bool) -> list[Group]:
    reach = _reach(entries, start, end, answered, at_end)
    groups: list[Group] = []
    first = start
    while first < end:
        last = reach.get(entries[first].position, first)
        inside = first
        while inside <= last:
            last = max(last, reach.get(entries[inside].position, inside))
            inside += 1
        pending = at_end and any(
            entry.call_count > answered[entry.position] for entry in entries[first : last + 1] if entry.call_count
        )
        groups.append(_group(entries, first, last, answered, pending=pending))
        first = last + 1
    return groups


def _reach(entries: Sequence[Entry], start: int, end: int, answered: Counter[int], at_end: bool) -> dict[int, int]:
    """Per position of a calling message of the run: the index of the last entry that its group has to include."""
    reach: dict[int, int] = {}
    for index in range(start, end):
        entry = entries[index]
        if entry.call_count:
            unanswered = entry.call_count > answered[entry.position]
            reach[entry.position] = end - 1 if at_end and unanswered else index
        elif entry.late_tool is None and entry.answers_position in reach:
            reach[entry.answers_position] = max(index, reach[entry.answers_position])
    return reach


def _group(entries: Sequence[Entry], first: int, last: int, answered: Counter[int], *, pending: bool) -> Group:
    tokens = 0
    for entry in entries[first : last + 1]:
        tokens += entry.token_count
        if entry.late_tool is not None:
            tokens += LATE_FRAME_TOKENS
        elif entry.call_count and not pending:
            tokens += STAND_IN_TOKENS * (entry.call_count - answered[entry.position])
    return Group(first, last, tokens, pending)
