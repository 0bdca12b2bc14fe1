"""Where to cut: the first of the two choices that a mode makes, as a plan over figures alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from compactd.domain.compactions import Compaction, CompactionKind
from compactd.domain.context import SUMMARY_FRAME_TOKENS, Context, Entry
from compactd.domain.errors import CannotHelp, NothingToCompact
from compactd.domain.settings import CompactionMode
from compactd.strategies.groups import Group, context_tokens, form_groups
from compactd.strategies.modes import MODES, Cut

# A kept part begins at a user message where that gives up at most this share of the budget.
TURN_PREFERENCE = 0.1

MIN_PART_TOKENS = 32
"""The smallest part that says anything: where there is room for less, or less is evicted, no model is asked."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a compaction would evict and keep. Sizes are in tokens; `rest_tokens` is all but the fixed parts, before."""

    window: int
    fixed_tokens: int
    rest_tokens: int
    evicted: Sequence[Entry]
    evicted_groups: Sequence[Group]
    kept: Sequence[Entry]
    evicted_tokens: int
    kept_tokens: int
    summary_tokens: int
    """What the present summary takes, with its frame; 0 without one."""

    @property
    def tokens_before(self) -> int:
        return self.fixed_tokens + self.rest_tokens

    @property
    def own_context_tokens(self) -> int:
        """What the context takes up to the cut, as the agent's model reads it in the self modes."""
        return self.fixed_tokens + self.summary_tokens + self.evicted_tokens

    @property
    def new_start(self) -> int:
        """The position from which the context goes on after the summary."""
        return self.kept[0].position if self.kept else self.evicted[-1].position + 1


def summary_reserve(window: int) -> int:
    """Tokens held back for the summary when a plan is made."""
    return max(256, window // 20)


def make_plan(context: Context, cut: Cut, keep_share: float, window: int, last_compaction: Compaction | None) -> Plan:
    """Decides what goes and what stays, before any model is asked.

    `keep_share` (0 < p ≤ 1) is the share to keep with SLIDING_WINDOW. Raises NothingToCompact if fewer than two
    messages would be replaced, or to no avail, or nothing came since `last_compaction`; CannotHelp if what has to stay
    does not fit the window.
    """
    _reject_repetition(context, cut, keep_share, last_compaction)
    groups = form_groups(context.entries)
    summary_tokens = context.summary.token_count if context.summary else 0
    rest = context_tokens(context, groups) - context.fixed_tokens
    if not groups:
        raise NothingToCompact(why="the context holds no messages that could be replaced.")
    first_kept = _first_kept(groups, cut, keep_share, window, context.fixed_tokens, rest)
    split = groups[first_kept].first if first_kept < len(groups) else len(context.entries)
    plan = Plan(
        window=window,
        fixed_tokens=context.fixed_tokens,
        rest_tokens=rest,
        evicted=context.entries[:split],
        evicted_groups=groups[:first_kept],
        kept=context.entries[split:],
        evicted_tokens=sum(group.tokens for group in groups[:first_kept]),
        kept_tokens=sum(group.tokens for group in groups[first_kept:]),
        summary_tokens=summary_tokens,
    )
    _reject_futility(plan)
    return plan


def _reject_repetition(context: Context, cut: Cut, keep_share: float, last_compaction: Compaction | None) -> None:
    if last_compaction is None or last_compaction.kind is not CompactionKind.COMPACTION:
        return
    same_cut = MODES[CompactionMode(last_compaction.mode)].cut is cut
    same_share = cut is Cut.ALL or last_compaction.settings["sliding_window_percentage"] == keep_share
    if same_cut and same_share and context.last_position <= last_compaction.last_seen_position:
        raise NothingToCompact(
            why="no message was appended since the last compaction with this cut; to compact the same messages with "
            "another prompt, model or clip_chars, restore that compaction first."
        )


def _reject_futility(plan: Plan) -> None:
    replaced = len(plan.evicted) + (plan.summary_tokens > 0)
    if not plan.evicted or replaced < 2:
        raise NothingToCompact(why="fewer than two messages would be replaced by the summary.")
    if plan.evicted_tokens + plan.summary_tokens <= SUMMARY_FRAME_TOKENS:
        raise NothingToCompact(why="the messages to replace are smaller than the frame of an empty summary.")
    if plan.summary_tokens and plan.evicted_tokens < MIN_PART_TOKENS:
        raise NothingToCompact(why="the messages to replace are smaller than what a summary would add for them.")


def _first_kept(groups: Sequence[Group], cut: Cut, keep_share: float, window: int, fixed: int, rest: int) -> int:
    """Index of the first group to keep; len(groups) if none is."""
    reserve = summary_reserve(window)
    last = groups[-1]
    no_room = fixed + SUMMARY_FRAME_TOKENS + MIN_PART_TOKENS > window
    if no_room or (last.pending and fixed + reserve + last.tokens > window):
        raise CannotHelp(
            context_window=window,
            fixed_tokens=fixed,
            pending_tokens=last.tokens if last.pending else 0,
            summary_tokens=reserve,
        )
    if cut is Cut.ALL:
        return len(groups) - 1 if last.pending else len(groups)
    budget = keep_share * min(rest, max(0, window - fixed - reserve))
    first = _longest_tail(groups, budget)
    if first < len(groups):
        return _at_user_message(groups, first, budget)
    return len(groups) - 1 if fixed + reserve + last.tokens <= window else len(groups)


def _longest_tail(groups: Sequence[Group], budget: float) -> int:
    first = len(groups)
    used = 0
    while first > 0 and used + groups[first - 1].tokens <= budget:
        first -= 1
        used += groups[first].tokens
    return first


def _at_user_message(groups: Sequence[Group], first: int, budget: float) -> int:
    given_up = 0
    for index in range(first, len(groups)):
        if groups[index].opens_turn:
            return index
        given_up += groups[index].tokens
        if given_up > budget * TURN_PREFERENCE:
            break
    return first
