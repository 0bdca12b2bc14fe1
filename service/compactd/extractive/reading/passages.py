"""The passages of what a user or the assistant wrote, each with whose words it is."""

from collections.abc import Iterator

from compactd.extractive.reading.envelopes import opened
from compactd.extractive.reading.escapes import unescaped
from compactd.extractive.reading.harness import by_harness
from compactd.extractive.reading.quotes import by_quotes
from compactd.extractive.reading.voices import Passage, Voice
from compactd.strategies.secrets import redact_in_steps
from compactd.strategies.steps import Steps

_OVER_LINES = ("```", "~~~", ":\n", ": \n", "：\n")
_LABEL = 44
"""Code points of the label of a line."""

_SIGNS = 2
"""Signs of a line that was written out for a program, where a person writes: one alone is in many a line of code."""


def passages_of(text: str, *, by_user: bool) -> Steps[list[Passage]]:
    """The passages of a message free of credentials, in its order. Only a user's message is an envelope, or holds
    words of a harness."""
    if not _may_hold_others(text, by_user=by_user):
        return [Passage(Voice.OWN, text)] if text else []
    envelope = opened(text) if by_user else None
    found: list[Passage] = []
    for passage in envelope if envelope is not None else (Passage(Voice.OWN, text),):
        written = unescaped(passage.text, _SIGNS)
        if written is not text:
            written = yield from redact_in_steps(written)
        found += _by_voice(Passage(passage.voice, written), by_user=by_user)
    return found


def _may_hold_others(text: str, *, by_user: bool) -> bool:
    """Whether a text has a mark at all that any of the rules begins with; most have none."""
    if ">" in text or "\\" in text or ("\n" in text and any(mark in text for mark in _OVER_LINES)):
        return True
    return by_user and ("\n" in text or "[" in text or "{" in text or "the user" in text or ": " in text[:_LABEL])


def _by_voice(passage: Passage, *, by_user: bool) -> Iterator[Passage]:
    if passage.voice is not Voice.OWN:
        yield passage
        return
    for piece in by_harness(passage.text) if by_user else (passage,):
        if piece.voice is Voice.OWN:
            yield from (said for said in by_quotes(piece.text) if said.text.strip())
        else:
            yield piece
