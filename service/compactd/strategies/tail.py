"""The tail of a context: its entries from the last one backwards, and the groups that they form.

A plan reads no further than it has to: the boundary before an entry is one between groups once every call behind it
that has a result in time has been seen, and every call that still waits for one.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from compactd.domain.calls import ends_run
from compactd.domain.context import LATE_FRAME_TOKENS, STAND_IN_TOKENS, Context, ContextSums
from compactd.domain.messages import Role
from compactd.strategies.groups import opening_tokens

TailEntry = tuple[int, str, int, int, int | None, bool]
"""The figures of an entry as a row has them: position, role, token_count, call_count, answers_position, and whether it
is a late result. A plain tuple, since the tail of a large context has thousands."""

Tail = Callable[[int], Iterable[TailEntry]]
"""Gives the entries of a context from the last one backwards, as far as they are asked for; the argument says how many
that will probably be."""


class TailGroup(NamedTuple):
    """A group, told by its figures. `tokens` are those of its view, stand-ins and frames included; `entry_tokens` are
    what is stored for its entries. `opens_turn` says whether it begins with a user message."""

    first_position: int
    last_position: int
    opens_turn: bool
    entry_count: int
    tokens: int
    entry_tokens: int
    calls: int
    results: int


def groups_from_end(tail: Iterable[TailEntry], live_calls: int) -> Iterator[TailGroup]:
    """The groups of a context, the last one first; that one is pending where there are `live_calls`."""
    answered: dict[int, int] = {}
    results_ahead = 0  # Results in time whose call has not been seen yet.
    live_ahead = live_calls  # Live calls that have not been seen yet: until then all is of the pending group.
    last_position = count = added = stored = calls = results = 0
    for position, role, token_count, call_count, answers_position, late in tail:
        if not count:
            last_position = position
        count += 1
        stored += token_count
        if call_count:
            calls += call_count
            in_time = answered.pop(position, 0)
            results_ahead -= in_time
            if live_ahead:
                live_ahead -= call_count - in_time
            else:
                added += STAND_IN_TOKENS * (call_count - in_time)
        elif role == Role.TOOL:
            results += 1
            if late:
                added += LATE_FRAME_TOKENS
            elif answers_position is not None:
                answered[answers_position] = answered.get(answers_position, 0) + 1
                results_ahead += 1
        if not results_ahead and not live_ahead:
            opens_turn = role == Role.USER
            yield TailGroup(position, last_position, opens_turn, count, stored + added, stored, calls, results)
            count = added = stored = calls = results = 0


def sums_of(context: Context) -> ContextSums:
    """The sums of a context whose entries are at hand."""
    entries = context.entries
    tokenizers = {entry.tokenizer for entry in (context.system, context.summary, *entries) if entry is not None}
    return ContextSums(
        system_tokens=context.system.token_count,
        tools_tokens=context.tools_tokens,
        summary_tokens=context.summary.token_count if context.summary else 0,
        entry_count=len(entries),
        entry_tokens=sum(entry.token_count for entry in entries),
        calls=sum(entry.call_count for entry in entries),
        results=sum(entry.role is Role.TOOL for entry in entries),
        late_results=sum(entry.late_tool is not None for entry in entries),
        live_calls=live_calls(context),
        opening=opening_tokens(context) > 0,
        first_position=entries[0].position if entries else 0,
        last_position=context.last_position,
        tokenizer=tokenizers.pop() if len(tokenizers) == 1 else None,
    )


def tail_of(context: Context) -> Tail:
    """The tail of a context whose entries are at hand."""
    return lambda _: (
        (
            entry.position,
            entry.role,
            entry.token_count,
            entry.call_count,
            entry.answers_position,
            entry.late_tool is not None,
        )
        for entry in reversed(context.entries)
    )


def live_calls(context: Context) -> int:
    """The calls of the run at the end that have no result."""
    waiting = 0
    for entry in reversed(context.entries):
        if ends_run(entry.role, entry.call_count):
            break
        waiting += entry.call_count - (entry.answers_position is not None and entry.late_tool is None)
    return waiting
