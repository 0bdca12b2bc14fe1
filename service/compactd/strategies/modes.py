"""The modes, one row each: where to cut, what the model reads, and what it is asked for where no prompt is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from compactd.domain.compactions import RequestForm
from compactd.domain.settings import CompactionMode
from compactd.strategies.prompts import LONGEST_SUMMARY, OLDER_SECTIONS, READER, WHOLE_SECTIONS, compose_prompt


class Cut(StrEnum):
    """Evict everything, or keep the recent part."""

    ALL = "all"
    SLIDING_WINDOW = "sliding_window"


@dataclass(frozen=True, slots=True)
class Mode:
    """A cut and a request form, named together, and the prompt that goes with both."""

    cut: Cut
    request_form: RequestForm
    default_prompt: str


MODES: Mapping[CompactionMode, Mode] = MappingProxyType(
    {
        CompactionMode.ALL: Mode(
            Cut.ALL,
            RequestForm.TRANSCRIPT,
            compose_prompt(
                f"You summarize a whole conversation between a user and an AI agent that works with tools. {READER}",
                WHOLE_SECTIONS,
                words=LONGEST_SUMMARY,
            ),
        ),
        CompactionMode.SLIDING_WINDOW: Mode(
            Cut.SLIDING_WINDOW,
            RequestForm.TRANSCRIPT,
            compose_prompt(
                "You summarize the older part of a conversation between a user and an AI agent that works with tools. "
                f"{READER} The newer messages stay in view, so do not describe the present state.",
                OLDER_SECTIONS,
                words=500,
            ),
        ),
        CompactionMode.SELF_COMPACT_ALL: Mode(
            Cut.ALL,
            RequestForm.SELF,
            compose_prompt(
                f"Stop the work for a moment and summarize this whole conversation for yourself. {READER}",
                WHOLE_SECTIONS,
                words=LONGEST_SUMMARY,
            ),
        ),
        CompactionMode.SELF_COMPACT_SLIDING_WINDOW: Mode(
            Cut.SLIDING_WINDOW,
            RequestForm.SELF,
            compose_prompt(
                "Stop the work for a moment and summarize the conversation so far for yourself. "
                f"{READER} Newer messages follow it that are not shown here, so do not describe the present state.",
                OLDER_SECTIONS,
                words=500,
            ),
        ),
    }
)
