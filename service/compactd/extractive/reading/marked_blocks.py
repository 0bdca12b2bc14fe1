"""Blocks between lines that mark their beginning and their end: `[CONTEXT]` and `[/CONTEXT]`, `--- notes ---` and
`--- end of notes ---`; and comments of markup."""

import re
from collections.abc import Iterator, Sequence

from compactd.extractive.reading.tags import Block, is_within

_MARKER = re.compile(
    r"^[ \t]*(?P<left>\[|={2,}|-{2,}|\*{2,}|#{2,}|<{2,3}|~{2,}|_{3,}|:{3,})[ \t]*(?P<slash>/?)[ \t]*"
    r"(?P<words>[^\W_][^\n\[\]<>]{0,80}?)[ \t]*(?:\]|={2,}|-{2,}|\*{2,}|#{2,}|>{2,3}|~{2,}|_{3,}|:{3,})[ \t]*$",
    re.MULTILINE,
)
_COMMENT = re.compile(r"<!--(?:[^-]|-(?!->))*+-->")
_BEGIN_WORDS = "begin beginning start of the anfang début inicio início inizio начало 开始 開始 시작 بداية शुरू"
_END_WORDS = "end ende fin fim fine stop close конец 结束 終了 終わり 끝 نهاية अंत समाप्त"
_BEGINS, _ENDS = frozenset(_BEGIN_WORDS.split()), frozenset(_END_WORDS.split())
_MARKERS_AT_MOST = 400
"""A text with more of them is a document, and not what a harness wrapped."""


def marked_blocks(text: str, passed: Sequence[tuple[int, int]]) -> Iterator[Block]:
    """The blocks between marked lines, and the comments; a mark within the places of `passed` is none."""
    opened: dict[tuple[str, tuple[str, ...]], re.Match[str]] = {}
    for number, marker in enumerate(_MARKER.finditer(text)):
        if number == _MARKERS_AT_MOST:
            break
        if is_within(marker.start(), passed):
            continue
        words = marker["words"].casefold().rstrip(":").split()
        closes = bool(marker["slash"]) or words[0] in _ENDS or words[-1] in _ENDS
        name = tuple(word for word in words if word not in _BEGINS and word not in _ENDS)
        key = marker["left"][:1], name
        if not closes:
            opened[key] = marker
        elif key in opened:
            opening = opened.pop(key)
            yield Block(" ".join(name), opening.start(), opening.end(), marker.start(), marker.end(), has_lines=True)
            opened.clear()
    if "<!--" in text:
        for comment in _COMMENT.finditer(text):
            if not is_within(comment.start(), passed):
                start, end = comment.span()
                yield Block("markup comment", start, start, end, end, has_lines=False)
