"""Markdown whose prose stays within a width: paragraphs and items of lists that have a longer line are filled anew."""

import re
import textwrap

WIDTH = 130
"""Code points of a line. Tables, headings, pictures, comments and blocks of code may be longer."""

_ITEM = re.compile(r"\s*(?:[-*+]|\d+\.|>) +")
_NO_PROSE = re.compile(r"\s*(?:$|[|#<]|!\[)")
_FENCE = re.compile(r"\s*(`{3,})")
_CODE = re.compile(r"`[^`]*`")
_BEFORE_A_MARK = re.compile(r" (?=(?:[-*+#>|]|\d+\.)(?: |$))")
"""A blank before what would begin an item, a heading or a table if it stood at the beginning of a line."""

_KEPT_BLANK = "\0"


def wrapped(page: str) -> str:
    """The page without a line of prose over the width, but for single words that are longer."""
    done: list[str] = []
    paragraph: list[str] = []
    fence = ""
    for line in page.splitlines():
        mark = _FENCE.match(line)
        prose = not (fence or mark or _NO_PROSE.match(line))
        if not prose or _ITEM.match(line):
            done += _filled(paragraph)
            paragraph = []
        if prose:
            paragraph.append(line)
        else:
            done.append(line)
        if mark and fence in ("", mark[1]):
            fence = "" if fence else mark[1]
    return "".join(f"{line}\n" for line in done + _filled(paragraph))


def _filled(paragraph: list[str]) -> list[str]:
    """The lines of a paragraph or an item, as they are if none is too long. Code in them is not parted."""
    if all(len(line) <= WIDTH for line in paragraph):
        return paragraph
    text = " ".join(line.strip() for line in paragraph)
    item = _ITEM.match(paragraph[0])
    first = item[0] if item else paragraph[0][: -len(paragraph[0].lstrip())]
    words = _BEFORE_A_MARK.sub(_KEPT_BLANK, text.removeprefix(first.lstrip()))
    words = _CODE.sub(lambda code: code[0].replace(" ", _KEPT_BLANK), words)
    lines = textwrap.wrap(
        words,
        WIDTH,
        initial_indent=first,
        subsequent_indent=first if ">" in first else " " * len(first),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(_KEPT_BLANK, " ") for line in lines]
