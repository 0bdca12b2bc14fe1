"""How large a summary may be: within its limit, and smaller than what it replaces."""

from collections.abc import Sequence

from compactd.domain.compactions import SummaryPart
from compactd.domain.context import SUMMARY_FRAME_TOKENS
from compactd.domain.model_failures import SummaryNotSmaller
from compactd.strategies.cut import Plan
from compactd.strategies.summary_parts import join


def framed_tokens(text_tokens: int) -> int:
    """Tokens of the summary message as the view shows it."""
    return text_tokens + SUMMARY_FRAME_TOKENS


def over_limit(parts: Sequence[SummaryPart], clip_chars: int, window: int) -> bool:
    """Whether the parts exceed the summary's limit: `clip_chars` code points where above 0, else W/10 tokens."""
    if clip_chars > 0:
        return len(join(parts)) > clip_chars
    return sum(part.tokens for part in parts) > window // 10


def check_smaller(plan: Plan, summary_tokens: int) -> None:
    """`summary_tokens` is with the frame. The context must fit the window, and its changing part must have shrunk."""
    after = summary_tokens + plan.kept_tokens
    if plan.fixed_tokens + after > plan.window or after >= plan.rest_tokens:
        raise SummaryNotSmaller(
            tokens_after=plan.fixed_tokens + after, tokens_before=plan.tokens_before, context_window=plan.window
        )
