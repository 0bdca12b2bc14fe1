"""The check of a summarizer's answer: what is no usable summary is never committed."""

import regex

from compactd.domain.context import SUMMARY_FRAME_TOKENS
from compactd.domain.errors import (
    SummaryEmpty,
    SummaryNotSmaller,
    SummaryNotText,
    SummaryRefused,
    SummaryTruncated,
)
from compactd.strategies.cut import Plan

REFUSAL_LIMIT = 300
"""Characters: an answer as short as this that begins like a refusal is one; a longer one has said something."""

REFUSAL_OPENINGS = (
    "i'm sorry, but",
    "i am sorry, but",
    "i'm sorry, i can",
    "sorry, but i can",
    "sorry, i can",
    "i can't assist",
    "i can't help",
    "i can't provide",
    "i can't comply",
    "i cannot assist",
    "i cannot help",
    "i cannot provide",
    "i cannot comply",
    "i cannot fulfill",
    "i can't fulfill",
    "i'm unable to",
    "i am unable to",
    "i won't be able to",
    "i will not",
    "i must decline",
    "as an ai language model",
    "as an ai, i can",
    "es tut mir leid, aber",
    "lo siento, pero",
    "je suis désolé, mais",
    "抱歉，我",
    "很抱歉，",
    "对不起，我",
    "申し訳ありませんが",
    "申し訳ございませんが",
)

ELLIPSIS = "…"
_SENTENCE_END = regex.compile(r"[.!?](?=\s)|[。！？]|\n")
_GRAPHEME = regex.compile(r"\X")


def accept_answer(text: str | None, finish: str, model: str) -> str:
    """The trimmed summary. Raises the SummaryFailure that says why the answer is none."""
    if finish == "tool_calls":
        raise SummaryNotText(model=model)
    if finish == "refusal":
        raise SummaryRefused(model=model)
    if finish == "length":
        raise SummaryTruncated(model=model)
    if text is None:
        raise SummaryNotText(model=model)
    summary = text.strip()
    if not _is_unicode(summary):
        raise SummaryNotText(model=model)
    if not summary:
        raise SummaryEmpty(model=model)
    if finish != "stop":
        raise SummaryTruncated(model=model)
    if len(summary) < REFUSAL_LIMIT and summary.lower().replace("’", "'").startswith(REFUSAL_OPENINGS):
        raise SummaryRefused(model=model)
    return summary


def _is_unicode(text: str) -> bool:
    """Half of a surrogate pair, which JSON can smuggle in, can be neither stored nor sent."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def clip(text: str, limit: int) -> str:
    """At most `limit` code points, an ellipsis included where something is cut off.

    The cut is at the last sentence end in the last fifth, else at the last space, else between graphemes. A space in
    the first half does not count: in a text without word spaces it would throw away nearly everything.
    """
    if len(text) <= limit:
        return text
    room = limit - len(ELLIPSIS)
    # One more than there is room for: a sentence or a word may end exactly there.
    head = text[: room + 1]
    ends = [match.end() for match in _SENTENCE_END.finditer(head, room - room // 5) if match.end() <= room]
    if ends:
        return head[: ends[-1]].rstrip() + ELLIPSIS
    space = max(head.rfind(" "), head.rfind("\n"))
    if space > room // 2:
        return head[:space].rstrip() + ELLIPSIS
    return _whole_graphemes(text, room) + ELLIPSIS


def _whole_graphemes(text: str, room: int) -> str:
    end = 0
    for match in _GRAPHEME.finditer(text):
        if match.end() > room:
            break
        end = match.end()
    return text[:end]


def check_smaller(plan: Plan, summary_tokens: int) -> None:
    """`summary_tokens` is with the frame. The context must fit the window, and its changing part must have shrunk."""
    after = summary_tokens + plan.kept_tokens
    if plan.fixed_tokens + after > plan.window or after >= plan.rest_tokens:
        raise SummaryNotSmaller(
            tokens_after=plan.fixed_tokens + after, tokens_before=plan.tokens_before, context_window=plan.window
        )


def framed_tokens(text_tokens: int) -> int:
    """Tokens of the summary message as the view shows it."""
    return text_tokens + SUMMARY_FRAME_TOKENS
