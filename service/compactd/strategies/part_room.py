"""The room of a part: how many code points of the summary's limit it may take beside the other parts."""

from collections.abc import Sequence

from compactd.domain.compactions import SummaryPart
from compactd.strategies.summary_parts import JOINT

LEAST_PART_CHARS = 80
"""What a part has at least, so that none is dropped whole."""


def room_for_part(others: Sequence[SummaryPart], source_tokens: int, limit: int) -> int:
    """Code points for a part about messages that take `source_tokens`, where all parts together may have `limit`: what
    the others leave, or the part's fair share if that is more. The others are merged then: fair is what goes by how
    much each part is about."""
    left = limit - sum(len(part.text) + len(JOINT) for part in others)
    about = source_tokens + sum(part.source_tokens for part in others)
    share = (limit - len(JOINT) * len(others)) * source_tokens // max(1, about)
    return max(LEAST_PART_CHARS, left, share)
