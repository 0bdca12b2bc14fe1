"""The plan a second time, from every entry and every group at once: slow, and the oracle of the one made from sums and
a tail."""

from collections.abc import Sequence
from dataclasses import dataclass

from compactd.domain.compactions import Compaction
from compactd.domain.context import SUMMARY_FRAME_TOKENS, Context, Entry
from compactd.domain.errors import CannotHelp, NothingToCompact
from compactd.domain.messages import Role
from compactd.domain.settings import CompactionMode
from compactd.strategies.cut import MIN_PART_TOKENS, TURN_PREFERENCE, summary_reserve
from compactd.strategies.groups import Group, form_groups, opening_tokens
from compactd.strategies.modes import MODES, Cut
from compactd.strategies.transcript import LINE_TOKENS


def context_tokens(context: Context, groups: Sequence[Group]) -> int:
    """Tokens of the whole context as a view: fixed parts, the framed summary, every group, a stand-in opening."""
    summary = context.summary.token_count if context.summary else 0
    return context.fixed_tokens + summary + opening_tokens(context) + sum(group.tokens for group in groups)


@dataclass(frozen=True)
class SlowPlan:
    """What goes and what stays, entry by entry."""

    evicted: Sequence[Entry]
    evicted_groups: Sequence[Group]
    kept: Sequence[Entry]
    fixed_tokens: int
    rest_tokens: int
    evicted_tokens: int
    kept_tokens: int
    summary_tokens: int

    @property
    def new_start(self) -> int:
        return self.kept[0].position if self.kept else self.evicted[-1].position + 1

    @property
    def transcript_tokens(self) -> int:
        lines = sum(entry.call_count + (entry.role is Role.TOOL) for entry in self.evicted)
        return sum(entry.token_count for entry in self.evicted) + LINE_TOKENS * lines


def slow_plan(context: Context, cut: Cut, keep_share: float, window: int, last: Compaction | None) -> SlowPlan:
    """Raises the errors that a plan raises, with the same words."""
    if last is not None:
        same_cut = MODES[CompactionMode(last.mode)].cut is cut
        same_share = cut is Cut.ALL or last.settings["sliding_window_percentage"] == keep_share
        if same_cut and same_share and context.last_position <= last.last_seen_position:
            raise NothingToCompact(
                why="no message was appended since the last compaction with this cut; to compact the same messages "
                "with another prompt, model or clip_chars, restore that compaction first."
            )
    groups = form_groups(context.entries)
    if not groups:
        raise NothingToCompact(why="the context holds no messages that could be replaced.")
    rest = context_tokens(context, groups) - context.fixed_tokens
    first_kept = _first_kept(context, groups, cut, keep_share, window, rest)
    split = groups[first_kept].first if first_kept < len(groups) else len(context.entries)
    plan = SlowPlan(
        evicted=context.entries[:split],
        evicted_groups=groups[:first_kept],
        kept=context.entries[split:],
        fixed_tokens=context.fixed_tokens,
        rest_tokens=rest,
        evicted_tokens=sum(group.tokens for group in groups[:first_kept]),
        kept_tokens=sum(group.tokens for group in groups[first_kept:]),
        summary_tokens=context.summary.token_count if context.summary else 0,
    )
    _reject_futility(plan)
    return plan


def _reject_futility(plan: SlowPlan) -> None:
    if not plan.evicted or len(plan.evicted) + (plan.summary_tokens > 0) < 2:
        raise NothingToCompact(why="fewer than two messages would be replaced by the summary.")
    if plan.evicted_tokens + plan.summary_tokens <= SUMMARY_FRAME_TOKENS:
        raise NothingToCompact(why="the messages to replace are smaller than the frame of an empty summary.")
    if plan.summary_tokens and plan.evicted_tokens < MIN_PART_TOKENS:
        raise NothingToCompact(why="the messages to replace are smaller than what a summary would add for them.")


def _first_kept(context: Context, groups: Sequence[Group], cut: Cut, keep_share: float, window: int, rest: int) -> int:
    fixed, reserve = context.fixed_tokens, summary_reserve(window)
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
        return _at_user_message(context, groups, first, budget)
    return len(groups) - 1 if fixed + reserve + last.tokens <= window else len(groups)


def _longest_tail(groups: Sequence[Group], budget: float) -> int:
    first, used = len(groups), 0
    while first > 0 and used + groups[first - 1].tokens <= budget:
        first -= 1
        used += groups[first].tokens
    return first


def _at_user_message(context: Context, groups: Sequence[Group], first: int, budget: float) -> int:
    given_up = 0
    for index in range(first, len(groups)):
        if context.entries[groups[index].first].role is Role.USER:
            return index
        given_up += groups[index].tokens
        if given_up > budget * TURN_PREFERENCE:
            break
    return first
