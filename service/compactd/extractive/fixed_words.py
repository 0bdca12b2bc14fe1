"""The words that a summary says of its own accord, beside the headings of its sections, each in its language; and what
a line begins with."""

from enum import StrEnum

BULLET = "- "


class FixedWord(StrEnum):
    """What a line begins with, before a colon; IDENTIFIERS is a heading. `{}` stands for the name of a tool."""

    DONE = "Done"
    FAILED = "Failed"
    UNANSWERED = "Called, no result yet"
    OTHERS = "Also done"
    CLOSED = "No longer open"
    REPORTED = "tool {} reported"
    CALLED = "Called"
    RESULTS = "Tool results without anything to keep"
    SILENT = "Messages without anything to keep"
    IDENTIFIERS = "Identifiers"
