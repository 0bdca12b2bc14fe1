"""Where a plan cuts, and when it says no before any model is asked."""

import pytest

from compactd.domain.context import SUMMARY_FRAME_TOKENS
from compactd.domain.errors import CannotHelp, NothingToCompact
from compactd.domain.messages import ChatMessage, Role, ToolCall
from compactd.domain.settings import CompactionMode
from compactd.strategies.cut import MIN_PART_TOKENS, Plan
from compactd.strategies.modes import Cut
from tests.builders.stored_conversation import StoredConversation

USER = ChatMessage(Role.USER, "u")
SAYS = ChatMessage(Role.ASSISTANT, "a")
CALLS = ChatMessage(Role.ASSISTANT, tool_calls=(ToolCall("1", "bash", "{}"),))
RESULT = ChatMessage(Role.TOOL, "r", tool_call_id="1")


def conversation(*messages: tuple[ChatMessage, int], fixed: int = 0) -> StoredConversation:
    made = StoredConversation(system_tokens=fixed, tools_tokens=0)
    made.append([message for message, _ in messages], [tokens for _, tokens in messages])
    return made


def plan(
    made: StoredConversation, cut: Cut = Cut.SLIDING_WINDOW, keep_share: float = 0.3, window: int = 10_000
) -> Plan:
    return made.plan(cut, keep_share, window)


def test_the_share_to_keep_is_of_the_tokens_there_are_or_of_the_window_whichever_is_less() -> None:
    small = plan(conversation(*[(SAYS, 100), (USER, 100)] * 10))
    assert small.kept_tokens == 600
    large = plan(conversation(*[(USER, 100), (SAYS, 100)] * 100), window=5_000)
    # 0.3 x (5,000 - 256) = 1,423: fourteen messages, the first of them the user's.
    assert large.kept_tokens == 1_400


def test_the_kept_part_begins_at_a_user_message_where_that_costs_a_tenth_at_most() -> None:
    cheap = plan(
        conversation((USER, 1_000), (SAYS, 900), (SAYS, 60), (USER, 500), (SAYS, 140), fixed=0), keep_share=0.3
    )
    assert (cheap.new_start, cheap.kept_count) == (4, 2)
    dear = plan(conversation((USER, 1_000), (SAYS, 900), (SAYS, 100), (USER, 500), (SAYS, 140)), keep_share=0.3)
    assert (dear.new_start, dear.kept_count) == (3, 3)


def test_the_last_group_is_kept_over_budget_if_it_fits_the_window_and_else_nothing() -> None:
    assert plan(conversation((USER, 50), (SAYS, 50), (SAYS, 700)), window=1_000).kept_tokens == 700
    assert plan(conversation((USER, 50), (SAYS, 50), (SAYS, 745)), window=1_000).kept_tokens == 0


def test_a_pending_call_is_kept_by_every_cut_and_never_evicted() -> None:
    made = conversation((USER, 100), (SAYS, 100), (CALLS, 300))
    assert (plan(made, Cut.ALL).new_start, plan(made, Cut.ALL).kept_count) == (3, 1)
    assert (plan(made, keep_share=0.01).new_start, plan(made, keep_share=0.01).kept_count) == (3, 1)


@pytest.mark.parametrize("cut", Cut)
def test_what_has_to_stay_and_does_not_fit_cannot_be_helped(cut: Cut) -> None:
    with pytest.raises(CannotHelp):
        plan(conversation((USER, 100), (SAYS, 100), (CALLS, 800)), cut, window=1_000)
    with pytest.raises(CannotHelp):
        plan(conversation((USER, 100), (SAYS, 100), fixed=2_000), cut, window=1_000)


@pytest.mark.parametrize(
    "made",
    [
        conversation(),
        conversation((USER, 500)),
        conversation((CALLS, 500)),
        conversation((USER, 500), (CALLS, 500)),
        conversation((USER, 20), (SAYS, 22)),
    ],
)
def test_there_is_nothing_to_compact_in_fewer_than_two_messages_or_in_a_frame_of_tokens(
    made: StoredConversation,
) -> None:
    with pytest.raises(NothingToCompact):
        plan(made, Cut.ALL)


def test_the_present_summary_counts_as_one_of_the_two() -> None:
    made = conversation((USER, 100), (SAYS, 100))
    made.commit(plan(made, Cut.ALL), CompactionMode.ALL, 0.3, "summary", 60)
    with pytest.raises(NothingToCompact):
        plan(made, keep_share=0.3)
    made.append([SAYS], [32])
    assert plan(made, Cut.ALL).summary_tokens == 60


def test_a_few_tokens_beside_a_summary_that_stays_are_nothing_to_compact() -> None:
    made = conversation((USER, 1_000), (SAYS, 1_000))
    made.commit(plan(made, Cut.ALL), CompactionMode.ALL, 0.3, "summary", 800)
    made.append([SAYS], [6])
    with pytest.raises(NothingToCompact):
        plan(made, Cut.ALL)


@pytest.mark.parametrize(("beyond", "helps"), [(0, True), (1, False), (24, False)])
def test_a_window_that_leaves_no_room_for_a_summary_cannot_be_helped(beyond: int, helps: bool) -> None:
    fixed = 1_000 - SUMMARY_FRAME_TOKENS - MIN_PART_TOKENS + beyond
    made = conversation((USER, 100), (SAYS, 100), fixed=fixed)
    if helps:
        assert plan(made, window=1_000).kept_tokens == 0
    else:
        with pytest.raises(CannotHelp):
            plan(made, window=1_000)


def repeated(mode: CompactionMode, keep_share: float = 0.3) -> StoredConversation:
    made = conversation(*[(USER, 100), (CALLS, 100), (RESULT, 100)] * 10)
    cut = Cut.ALL if "all" in mode.value else Cut.SLIDING_WINDOW
    made.commit(plan(made, cut, keep_share), mode, keep_share, "summary", 60)
    return made


def test_the_same_cut_again_needs_a_new_message() -> None:
    made = repeated(CompactionMode.SLIDING_WINDOW)
    with pytest.raises(NothingToCompact, match="restore that compaction first"):
        plan(made)
    made.append([USER], [100])
    assert plan(made).evicted_count


def test_another_share_or_another_cut_plans_anew_at_once() -> None:
    assert plan(repeated(CompactionMode.SELF_COMPACT_SLIDING_WINDOW), keep_share=0.1).evicted_count
    assert plan(repeated(CompactionMode.SLIDING_WINDOW), Cut.ALL).evicted_count
