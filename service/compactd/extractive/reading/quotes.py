"""What the author of a message only shows: fences of code, quotes behind `>`, and what a program printed."""

import re
from collections.abc import Iterator

from compactd.extractive.reading.voices import Passage, Voice

_FENCE = re.compile(r"^[ \t]{0,3}(`{3,}+|~{3,}+)([^`\n]*+)$", re.MULTILINE)
_QUOTE = re.compile(r"^[ \t]{0,3}>[^\n]*+(?:\n[ \t]{0,3}>[^\n]*+)*+", re.MULTILINE)
_QUOTE_MARKS = re.compile(r"^[ \t]{0,3}>[> \t]*+", re.MULTILINE)

_PRINTED = (
    "output|outputs|result|results|observation|stdout|stderr|log|logs|trace|traceback|ausgabe|ergebnis|sortie|résultat|"
    "salida|resultado|saída|risultato|вывод|результат|输出|结果|出力|結果|출력|결과|الناتج|النتيجة|आउटपुट|परिणाम"
)
_LINE_OF_COLON = re.compile(r"[:：][ \t]*\n")
_TELLS_OF_PRINT = re.compile(rf"(?:\b|(?<=[^\x00-\x7f]))(?:{_PRINTED})[^\w\n]{{0,3}}\Z", re.IGNORECASE)
_LAST_WORD = 24
"""Code points before a colon that hold the word that tells of it."""


def fences_of(text: str) -> list[tuple[int, int]]:
    """Where the fences of code of a text begin and end, with their marks; one that is not closed is none."""
    if "```" not in text and "~~~" not in text:
        return []
    fences: list[tuple[int, int]] = []
    opening: re.Match[str] | None = None
    for mark in _FENCE.finditer(text):
        if opening is None:
            opening = mark
        elif mark[1].startswith(opening[1]) and not mark[2].strip():
            fences.append((opening.start(), mark.end()))
            opening = None
    return fences


def by_quotes(text: str) -> Iterator[Passage]:
    """What is said in a text and what is shown in it, without the marks of the quotes."""
    at = 0
    for start, end in fences_of(text):
        yield from _by_quote_marks(text[at:start])
        yield Passage(Voice.QUOTED, text[start:end].partition("\n")[2].rpartition("\n")[0])
        at = end
    yield from _by_quote_marks(text[at:])


def _by_quote_marks(text: str) -> Iterator[Passage]:
    at = 0
    if ">" in text:
        for quote in _QUOTE.finditer(text):
            yield from _by_print_outs(text[at : quote.start()])
            yield Passage(Voice.QUOTED, _QUOTE_MARKS.sub("", quote.group()))
            at = quote.end()
    yield from _by_print_outs(text[at:])


def _by_print_outs(text: str) -> Iterator[Passage]:
    """What is said, and the paragraphs behind a line that says that a program printed them; behind the first line of a
    text, all of it."""
    at = 0
    for colon in _LINE_OF_COLON.finditer(text):
        if colon.start() < at or not _TELLS_OF_PRINT.search(text[max(at, colon.start() - _LAST_WORD) : colon.start()]):
            continue
        yield Passage(Voice.OWN, text[at : colon.end()])
        end = text.find("\n\n", colon.end()) if "\n" in text[at : colon.start()].strip() or at else -1
        at = end if end >= 0 else len(text)
        yield Passage(Voice.QUOTED, text[colon.end() : at])
    yield Passage(Voice.OWN, text[at:])
