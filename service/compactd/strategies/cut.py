"""Where to cut: the first of the two choices that a mode makes, as a plan over figures alone."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from compactd.domain.compactions import LastCut
from compactd.domain.context import SUMMARY_FRAME_TOKENS, ContextSums
from compactd.domain.errors import CannotHelp, NothingToCompact
from compactd.domain.settings import CompactionMode
from compactd.strategies.modes import MODES, Cut
from compactd.strategies.tail import Tail, TailGroup, groups_from_end
from compactd.strategies.transcript import LINE_TOKENS

# A kept part begins at a user message where that gives up at most this share of the budget.
TURN_PREFERENCE = 0.1

MIN_PART_TOKENS = 32
"""The smallest part that says anything: where there is room for less, or less is evicted, no model is asked."""

MARGIN_ENTRIES, MARGIN_SHARE = 16, 0.03
"""How many entries more than the average tells are asked for first, so that one reading of the tail mostly suffices:
the sum over a thousand messages differs from what their average tells by about so much."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a compaction would evict and keep. Sizes are in tokens; `rest_tokens` is all but the fixed parts, before.

    `window` is the one that the context has to fit. `counted_window` is what of it is filled by choice: less, where the
    model has counted more tokens than are counted here.
    `first_evicted` and `last_evicted` are positions, inclusive. `transcript_tokens` is what the evicted messages take
    in a transcript at most. `new_start` is the position from which the context goes on after the summary.
    """

    window: int
    counted_window: int
    fixed_tokens: int
    rest_tokens: int
    summary_tokens: int
    """What the present summary takes, with its frame; 0 without one."""
    first_evicted: int
    last_evicted: int
    evicted_count: int
    evicted_tokens: int
    transcript_tokens: int
    new_start: int
    kept_count: int
    kept_tokens: int

    @property
    def tokens_before(self) -> int:
        return self.fixed_tokens + self.rest_tokens

    @property
    def own_context_tokens(self) -> int:
        """What the context takes up to the cut, as the agent's model reads it in the self modes."""
        return self.fixed_tokens + self.summary_tokens + self.evicted_tokens


def summary_reserve(window: int) -> int:
    """Tokens held back for the summary when a plan is made."""
    return max(256, window // 20)


def make_plan(
    sums: ContextSums,
    tail: Tail,
    cut: Cut,
    keep_share: float,
    window: int,
    last_cut: LastCut | None,
    counted_window: int | None = None,
) -> Plan:
    """Decides what goes and what stays, before any model is asked; reads no more of the `tail` than may stay.

    `keep_share` (0 < p ≤ 1) is the share to keep with SLIDING_WINDOW. Raises NothingToCompact if fewer than two
    messages would be replaced, or to no avail, or nothing came since the same cut was the last; CannotHelp if what has
    to stay does not fit the window. `last_cut` is that of the compaction in force: after a restore the one whose
    context was brought back, so that what the undone one evicted can be compacted again at once.

    `counted_window`, at most `window` and by default the same, is what was observed to fit it: it says how much is
    kept and refuses nothing, for nobody has said it and the next model may count otherwise.
    """
    _reject_repetition(sums, cut, keep_share, last_cut)
    if not sums.entry_count:
        raise NothingToCompact(why="the context holds no messages that could be replaced.")
    windows = window, window if counted_window is None else counted_window
    kept, last_evicted = _cut(sums, tail, cut, keep_share, *windows)
    plan = _plan(sums, kept, last_evicted, *windows)
    _reject_futility(plan)
    return plan


def _plan(sums: ContextSums, kept: Iterable[TailGroup], last_evicted: int, window: int, counted_window: int) -> Plan:
    count = tokens = entry_tokens = lines = 0
    new_start = last_evicted + 1
    for group in kept:
        new_start = group.first_position
        count += group.entry_count
        tokens += group.tokens
        entry_tokens += group.entry_tokens
        lines += group.calls + group.results
    return Plan(
        window=window,
        counted_window=counted_window,
        fixed_tokens=sums.fixed_tokens,
        rest_tokens=sums.rest_tokens,
        summary_tokens=sums.summary_tokens,
        first_evicted=sums.first_position,
        last_evicted=last_evicted,
        evicted_count=sums.entry_count - count,
        evicted_tokens=sums.group_tokens - tokens,
        transcript_tokens=sums.entry_tokens - entry_tokens + LINE_TOKENS * (sums.calls + sums.results - lines),
        new_start=new_start,
        kept_count=count,
        kept_tokens=tokens,
    )


def _reject_repetition(sums: ContextSums, cut: Cut, keep_share: float, last: LastCut | None) -> None:
    if last is None or sums.last_position > last.last_seen_position:
        return
    same_cut = MODES[CompactionMode(last.mode)].cut is cut
    if same_cut and (cut is Cut.ALL or last.keep_share == keep_share):
        raise NothingToCompact(
            why="no message was appended since the last compaction with this cut; to compact the same messages with "
            "another prompt, model or clip_chars, restore that compaction first."
        )


def _reject_futility(plan: Plan) -> None:
    replaced = plan.evicted_count + (plan.summary_tokens > 0)
    if not plan.evicted_count or replaced < 2:
        raise NothingToCompact(why="fewer than two messages would be replaced by the summary.")
    if plan.evicted_tokens + plan.summary_tokens <= SUMMARY_FRAME_TOKENS:
        raise NothingToCompact(why="the messages to replace are smaller than the frame of an empty summary.")
    if plan.summary_tokens and plan.evicted_tokens < MIN_PART_TOKENS:
        raise NothingToCompact(why="the messages to replace are smaller than what a summary would add for them.")


def _cut(
    sums: ContextSums, tail: Tail, cut: Cut, keep_share: float, window: int, counted_window: int
) -> tuple[list[TailGroup], int]:
    """The groups to keep, the last one first, and the last position to evict: 0 if all is kept."""
    room, counted_room = (size - sums.fixed_tokens - summary_reserve(size) for size in (window, counted_window))
    share = keep_share if cut is Cut.SLIDING_WINDOW else 0
    most, budget = (share * min(sums.rest_tokens, max(0, left)) for left in (room, counted_room))
    groups = groups_from_end(tail(_entries_within(budget, sums)), sums.live_calls)
    pending = _pending(groups, sums.live_calls)
    pending_tokens = sum(group.tokens for group in pending)
    no_room = sums.fixed_tokens + SUMMARY_FRAME_TOKENS + MIN_PART_TOKENS > window
    if no_room or (pending and pending_tokens > room):
        raise CannotHelp(
            context_window=window,
            fixed_tokens=sums.fixed_tokens,
            pending_tokens=pending_tokens,
            summary_tokens=summary_reserve(window),
        )
    if cut is Cut.ALL:
        read, kept = pending, len(pending)
    else:
        read, within = _longest_tail(chain(pending, groups), budget)
        # A pending call stays, and has room. With the smaller budget never more is kept than with the whole one.
        kept = (
            _from_user_message(read[:within], most) if within else len(pending) or int(read[0].tokens <= counted_room)
        )
    if not kept:
        return [], sums.last_position
    before = read[kept] if kept < len(read) else next(groups, None)
    return read[:kept], before.last_position if before else 0


def _pending(groups: Iterator[TailGroup], live_calls: int) -> list[TailGroup]:
    """The last group, if it is pending: no other can be, and a pending one is never evicted."""
    pending = list(islice(groups, 1)) if live_calls else []
    if live_calls and not pending:
        raise ValueError("the tail holds fewer calls without a result than the sums say")
    return pending


def _entries_within(budget: float, sums: ContextSums) -> int:
    """How many entries the budget will hold, if they are like the others."""
    expected = budget * sums.entry_count / max(1, sums.entry_tokens)
    return int(expected * (1 + MARGIN_SHARE)) + MARGIN_ENTRIES


def _longest_tail(groups: Iterable[TailGroup], budget: float) -> tuple[list[TailGroup], int]:
    """Groups from the last one backwards up to the first that exceeds the budget, and how many of them are within."""
    read: list[TailGroup] = []
    used = 0
    for group in groups:
        read.append(group)
        used += group.tokens
        if used > budget:
            return read, len(read) - 1
    return read, len(read)


def _from_user_message(kept: Sequence[TailGroup], budget: float) -> int:
    """How many of the groups to keep, the last one first: fewer, if they begin with a user message then."""
    given_up = 0
    for index in reversed(range(len(kept))):
        if kept[index].opens_turn:
            return index + 1
        given_up += kept[index].tokens
        if given_up > budget * TURN_PREFERENCE:
            break
    return len(kept)
