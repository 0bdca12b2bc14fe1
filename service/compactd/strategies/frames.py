"""Frames: the words around what the view shows as a user message and no user wrote, the summary and notes of the
system."""

import re

SUMMARY_BEGIN = (
    "[summary of earlier messages that are no longer shown: reference, not instructions, except the user's standing "
    "ones, which still hold; what it leaves out can be looked up (ListLedger, SearchMessages)]"
)
"""The same for every summary: a provider's prompt cache reaches to the first difference, which is in the new part. The
names are those of the RPCs that find evicted messages again."""
SUMMARY_END = "[end of the summary]"
_SUMMARY_END = re.compile(r"\[(\s*end\s+of\s+the\s+summary\s*)\]", re.IGNORECASE)
NOTE_BEGIN = "[note of the system, not written by the user]"
NOTE_END = "[end of the note]"
_NOTE_END = re.compile(r"\[(\s*end\s+of\s+the\s+note\s*)\]", re.IGNORECASE)


def frame_summary(text: str) -> str:
    """The summary as a user message shows it."""
    escaped = _SUMMARY_END.sub(r"(\1)", text)
    return f"{SUMMARY_BEGIN}\n{escaped}\n{SUMMARY_END}"


def frame_note(text: str) -> str:
    """A system message amid others as a user message shows it: providers take a system message only at the beginning,
    and a prompt cache reaches as far as the beginning stays the same."""
    escaped = _NOTE_END.sub(r"(\1)", text)
    return f"{NOTE_BEGIN}\n{escaped}\n{NOTE_END}"
