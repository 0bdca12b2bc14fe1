"""Documents that stand in a message: a line that names a file, and then what is in it."""

import re

from compactd.extractive.reading.identifiers import Kind, identifiers_in

_BEGINNING = re.compile(r"(?<=\n)[ \t]*(?:#{1,6} \S|---[ \t]*\n)")
_NEAR = 300
"""Code points of a line that names a file."""

_BEGINNINGS_AT_MOST = 40
"""Headings that are looked at for such a line before them; a text with more of them is a document from its first."""

_PROSE = re.compile(r"[^\W_]|[\"'(¿¡]")


def document_in(text: str) -> tuple[int, int] | None:
    """Where a document stands in a text: from the line that names its file to the end.

    Such a line is a heading, or ends with a colon, and a heading or front matter follows it. Where nothing is said
    before it, a last paragraph of prose is what is said about it.
    """
    for number, beginning in enumerate(_BEGINNING.finditer(text) if "#" in text or "\n---" in text else ()):
        if number == _BEGINNINGS_AT_MOST:
            break
        line = heading_before(text, beginning.start())
        if (line.startswith("#") or line.endswith((":", "："))) and names_file(line):
            start = text.rindex(line, 0, beginning.start())
            return start, len(text) if text[:start].strip() else _end_of(text, beginning.end())
    return None


def heading_before(text: str, place: int) -> str:
    """The last line before a place that is not blank."""
    return text[max(0, place - _NEAR) : place].rstrip().rpartition("\n")[2].strip()


def names_file(line: str) -> bool:
    """Whether a line holds the path or the name of a file."""
    return any(kind is Kind.PATH for _, kind in identifiers_in(line))


def _end_of(text: str, start: int) -> int:
    """The end of a document: before a last paragraph of one line of prose, if it has one."""
    rest = text[start:].rstrip()
    last = rest.rpartition("\n\n")[2]
    if len(last) == len(rest) or "\n" in last or not _PROSE.match(last):
        return len(text)
    return start + len(rest) - len(last)
