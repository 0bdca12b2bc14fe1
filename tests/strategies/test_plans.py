"""A plan made from sums and the tail is the plan that every entry would give, and reads no further than it has to."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest

from compactd.domain.context import Context
from compactd.domain.error_shape import CompactdError
from compactd.domain.errors import CannotHelp, NothingToCompact
from compactd.domain.messages import ChatMessage, Role, ToolCall
from compactd.domain.settings import CompactionMode
from compactd.strategies.cut import Plan, make_plan
from compactd.strategies.groups import form_groups
from compactd.strategies.modes import MODES, Cut
from compactd.strategies.tail import TailEntry, groups_from_end, sums_of, tail_of
from tests.builders.conversations import RandomConversation, seeds
from tests.builders.stored_conversation import StoredConversation
from tests.strategies.slow_plan import SlowPlan, context_tokens, slow_plan

CONVERSATIONS = 2_000
WINDOWS = (200, 1_000, 2_000, 8_000, 128_000)
SHARES = (0.01, 0.1, 0.3, 0.3, 0.5, 0.9, 1.0)


def counts(random: Random, size: int) -> list[int]:
    return [random.choice((1, 5, 20, 100, 300, 2_000)) for _ in range(size)]


def outcome(made: StoredConversation, cut: Cut, share: float, window: int) -> Plan | CompactdError:
    try:
        return made.plan(cut, share, window)
    except (NothingToCompact, CannotHelp) as rejection:
        return rejection


def slow_outcome(made: StoredConversation, cut: Cut, share: float, window: int) -> SlowPlan | CompactdError:
    try:
        return slow_plan(made.context, cut, share, window, made.record)
    except (NothingToCompact, CannotHelp) as rejection:
        return rejection


def figures(plan: SlowPlan, window: int) -> Plan:
    return Plan(
        window=window,
        counted_window=window,
        fixed_tokens=plan.fixed_tokens,
        rest_tokens=plan.rest_tokens,
        summary_tokens=plan.summary_tokens,
        first_evicted=plan.evicted[0].position,
        last_evicted=plan.evicted[-1].position,
        evicted_count=len(plan.evicted),
        evicted_tokens=plan.evicted_tokens,
        transcript_tokens=plan.transcript_tokens,
        new_start=plan.new_start,
        kept_count=len(plan.kept),
        kept_tokens=plan.kept_tokens,
    )


# 20 s of one core, of which a busy machine gives a fraction.
@pytest.mark.timeout(240)
def test_sums_and_a_tail_give_the_plan_that_every_entry_gives() -> None:
    planned = rejected = 0
    for random in seeds(CONVERSATIONS):
        made = StoredConversation(system_tokens=random.choice((0, 10, 400)), tools_tokens=random.choice((0, 50)))
        source = RandomConversation(random)
        for _ in range(3):
            size = random.choice((0, 1, 2, 5, 12, 30))
            made.append(source.batch(size), counts(random, size))
            check_groups(made.context)
            for cut in Cut:
                window, share = random.choice(WINDOWS), random.choice(SHARES)
                fast, slow = outcome(made, cut, share, window), slow_outcome(made, cut, share, window)
                if isinstance(slow, SlowPlan):
                    assert fast == figures(slow, window)
                    planned += 1
                else:
                    assert type(fast) is type(slow)
                    assert str(fast) == str(slow)
                    rejected += 1
            move(made, random)
    assert planned > CONVERSATIONS
    assert rejected > CONVERSATIONS


def test_a_window_that_was_observed_refuses_nothing_and_never_keeps_more() -> None:
    """What fits the window is planned, whatever fewer tokens it is said to hold."""
    planned = smaller = 0
    for random in seeds(300):
        made = StoredConversation(system_tokens=random.choice((0, 10, 400)), tools_tokens=random.choice((0, 50)))
        source = RandomConversation(random)
        for _ in range(3):
            size = random.choice((1, 2, 5, 12, 30))
            made.append(source.batch(size), counts(random, size))
            cut, window, share = random.choice(list(Cut)), random.choice(WINDOWS), random.choice(SHARES)
            whole = outcome(made, cut, share, window)
            if isinstance(whole, Plan):
                last = made.record.last_cut if made.record else None
                context, counted = made.context, int(window / random.choice((1.1, 2, 4)))
                plan = make_plan(sums_of(context), tail_of(context), cut, share, window, last, counted)
                assert (plan.window, plan.counted_window) == (window, counted)
                assert plan.kept_count <= whole.kept_count
                planned += 1
                smaller += plan.kept_count < whole.kept_count
            move(made, random)
    assert planned > 300
    assert smaller > 30


def move(made: StoredConversation, random: Random) -> None:
    """Compacts the conversation, if it can be, so that the next plan begins behind a summary."""
    mode, share = random.choice(list(CompactionMode)), random.choice(SHARES)
    plan = outcome(made, MODES[mode].cut, share, 128_000)
    if isinstance(plan, Plan):
        made.commit(plan, mode, share, "a summary", random.choice((49, 80, 500)))


def check_groups(context: Context) -> None:
    """The groups read backwards, with their figures, are those that are formed forwards; and the sums are theirs."""
    forwards, sums = form_groups(context.entries), sums_of(context)
    backwards = list(groups_from_end(tail_of(context)(0), sums.live_calls))
    assert [
        (first.position, context.entries[group.last].position, group.tokens, first.role is Role.USER)
        for group in reversed(forwards)
        for first in [context.entries[group.first]]
    ] == [(group.first_position, group.last_position, group.tokens, group.opens_turn) for group in backwards]
    assert (sums.live_calls > 0) is any(group.pending for group in forwards)
    assert sums.rest_tokens == context_tokens(context, forwards) - context.fixed_tokens
    for name in ("entry_count", "entry_tokens", "calls", "results"):
        assert sum(getattr(group, name) for group in backwards) == getattr(sums, name)


class CountedTail:
    """The tail of a conversation, and how much of it was read."""

    def __init__(self, made: StoredConversation) -> None:
        self.read = 0
        self._entries = tail_of(made.context)

    def __call__(self, count: int) -> Iterator[TailEntry]:
        for entry in self._entries(count):
            self.read += 1
            yield entry


def long_conversation(*last: ChatMessage) -> StoredConversation:
    made = StoredConversation()
    call = ChatMessage(Role.ASSISTANT, tool_calls=(ToolCall("1", "bash", "{}"),))
    turn = [ChatMessage(Role.USER, "u"), call, ChatMessage(Role.TOOL, "r", tool_call_id="1")]
    made.append([*turn * 1_000, *last], [100] * (3_000 + len(last)))
    return made


def read_for(made: StoredConversation, cut: Cut, share: float = 0.1) -> int:
    tail = CountedTail(made)
    make_plan(sums_of(made.context), tail, cut, share, 10_000_000, None)
    return tail.read


def test_a_plan_reads_what_it_keeps_and_the_next_group() -> None:
    assert read_for(long_conversation(), Cut.SLIDING_WINDOW) <= 300 + 3


def test_a_plan_that_keeps_nothing_reads_no_entry() -> None:
    assert read_for(long_conversation(), Cut.ALL) == 0


def test_a_plan_that_keeps_a_pending_call_reads_that_and_the_next_group() -> None:
    waiting = ChatMessage(Role.ASSISTANT, tool_calls=(ToolCall("1", "bash", "{}"), ToolCall("2", "bash", "{}")))
    answer = ChatMessage(Role.TOOL, "r", tool_call_id="2")
    assert read_for(long_conversation(waiting, answer), Cut.ALL) == 2 + 2


def test_sums_that_the_tail_does_not_bear_out_are_an_error_and_no_stopped_iteration() -> None:
    context = long_conversation().context
    with pytest.raises(ValueError, match="fewer calls without a result"):
        make_plan(replace(sums_of(context), live_calls=1), tail_of(context), Cut.ALL, 0.1, 10_000_000, None)
