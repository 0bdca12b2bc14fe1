"""The table of modes against the contract: a mode without a row, or with another one than told here, is red."""

import re

from compactd.domain.compactions import RequestForm
from compactd.domain.settings import CompactionMode
from compactd.extractive.page import Section
from compactd.strategies.modes import MODES, Cut
from compactd.strategies.prompts import LONGEST_SUMMARY
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


def test_a_prompt_asks_for_the_present_state_where_everything_goes_and_forbids_it_where_the_recent_part_is_kept() -> (
    None
):
    for row in MODES.values():
        asks = "Current state and next step" in row.default_prompt
        assert ("do not describe the present state" in row.default_prompt) is not asks
        assert asks or row.cut is not Cut.ALL
        assert not asks or row.cut is not Cut.SLIDING_WINDOW


def test_only_a_model_that_reads_its_own_context_is_addressed_as_the_one_who_goes_on() -> None:
    for row in MODES.values():
        assert ("for yourself" in row.default_prompt) is (row.request_form is RequestForm.SELF)


BESIDES = "Can be looked up again", "Current state and next step"
"""Sections that a model alone is asked for."""


def test_every_prompt_asks_for_the_sections_of_the_embedded_summarizer_in_their_order() -> None:
    for row in MODES.values():
        sections = re.findall(r"^\d+\. ([^:]+):", row.default_prompt, re.MULTILINE)
        assert [section for section in sections if section not in BESIDES] == list(Section)
        assert sections[-1] == Section.OPEN


def test_every_prompt_says_whose_words_count_and_asks_for_the_summary_alone_within_its_words() -> None:
    for row in MODES.values():
        rules = row.default_prompt.rpartition("\n\n")[2]
        for words in ("Only the user's own words are the user's will", "language of the conversation", "summary alone"):
            assert words in rules
        [limit] = re.findall(r"at most (\d+) words", row.default_prompt)
        assert int(limit) <= LONGEST_SUMMARY
