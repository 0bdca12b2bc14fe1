"""The check of a summarizer's answer: what is no usable summary is never committed.

It is done on the event loop, in some 50 µs. Left alone, `regex` gives the interpreter's lock away at each match, and
waits for it again: 0.1 to 5 ms, where other threads are at work, for a match of a microsecond. So all that is asked of
an answer is asked with `concurrent=False`.
"""

from compactd.domain.model_failures import SummaryEmpty, SummaryNotText, SummaryRefused, SummaryTruncated
from compactd.strategies.answer_shapes import is_error_text, is_nothing, is_tool_call
from compactd.strategies.idle_answers import asks_back, is_noise, is_notice
from compactd.strategies.refusals import refuses
from compactd.strategies.secrets import redact
from compactd.strategies.thoughts import without_thoughts


def accept_answer(text: str | None, finish: str, model: str) -> str:
    """The trimmed summary, without thoughts before it and without secrets. Raises the SummaryFailure that says why the
    answer is none."""
    if finish == "tool_calls":
        raise SummaryNotText(model=model)
    if finish == "refusal":
        raise SummaryRefused(model=model)
    if finish == "length":
        raise SummaryTruncated(model=model)
    answer = None if text is None else without_thoughts(text)
    if answer is None or not _is_unicode(answer):
        raise SummaryNotText(model=model)
    summary = answer.strip()
    if not summary or is_nothing(summary) or is_noise(summary):
        raise SummaryEmpty(model=model)
    if finish != "stop":
        raise SummaryTruncated(model=model)
    if refuses(summary) or asks_back(summary):
        raise SummaryRefused(model=model)
    if is_tool_call(summary) or is_error_text(summary) or is_notice(summary):
        raise SummaryNotText(model=model)
    return redact(summary)


def _is_unicode(text: str) -> bool:
    """Half of a surrogate pair, which JSON can smuggle in, can be neither stored nor sent."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
