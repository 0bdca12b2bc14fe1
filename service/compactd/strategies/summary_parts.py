"""Parts: a summary is the frozen parts of each compaction in order, not a summary of summaries."""

from collections.abc import Sequence
from dataclasses import replace

from compactd.domain.compactions import PartState, SummaryPart

JOINT = "\n\n"


def join(parts: Sequence[SummaryPart]) -> str:
    """The text of the summary message: the parts in order, one empty line between them, nothing else."""
    return JOINT.join(part.text for part in parts)


def carried(parts: Sequence[SummaryPart]) -> list[SummaryPart]:
    """The parts of the compaction before, as the next one finds them."""
    return [replace(part, state=PartState.KEPT, merged_from=None) for part in parts]


def next_merge(parts: Sequence[SummaryPart]) -> int:
    """Index of the first of the two neighbours with the smallest sum of tokens; the latest of equals, so that more of
    the beginning stays as a prompt cache knows it."""
    return min(reversed(range(len(parts) - 1)), key=lambda index: parts[index].tokens + parts[index + 1].tokens)
