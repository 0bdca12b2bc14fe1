"""The table of modes against the contract: a mode without a row, or with another one than told here, is red."""

from compactd.domain.compactions import RequestForm
from compactd.domain.settings import CompactionMode
from compactd.strategies.modes import MODES, Cut
from compaction.v1 import compaction_settings_pb2

PREFIX = "COMPACTION_MODE_"
TOLD = {
    "ALL": (Cut.ALL, RequestForm.TRANSCRIPT),
    "SLIDING_WINDOW": (Cut.SLIDING_WINDOW, RequestForm.TRANSCRIPT),
    "SELF_COMPACT_ALL": (Cut.ALL, RequestForm.SELF),
    "SELF_COMPACT_SLIDING_WINDOW": (Cut.SLIDING_WINDOW, RequestForm.SELF),
}


def test_every_mode_of_the_contract_has_the_row_that_is_told_of_it() -> None:
    contract = {
        name.removeprefix(PREFIX) for name in compaction_settings_pb2.CompactionMode.DESCRIPTOR.values_by_name
    } - {"UNSPECIFIED"}
    assert contract == {mode.name for mode in CompactionMode}
    assert {mode.name: (row.cut, row.request_form) for mode, row in MODES.items()} == TOLD
    assert contract == set(TOLD)


def test_no_two_modes_share_their_choices_or_their_prompt() -> None:
    assert len({(row.cut, row.request_form) for row in MODES.values()}) == len(MODES)
    assert len({row.default_prompt for row in MODES.values()}) == len(MODES)


def test_only_a_prompt_for_everything_asks_for_the_present_state() -> None:
    for row in MODES.values():
        assert ("Current state and next step" in row.default_prompt) is (row.cut is Cut.ALL)
        assert ("do not describe the present state" in row.default_prompt) is (row.cut is Cut.SLIDING_WINDOW)
        assert ("for yourself" in row.default_prompt) is (row.request_form is RequestForm.SELF)
