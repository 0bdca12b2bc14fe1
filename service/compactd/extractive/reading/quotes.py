"""What the author of a message only shows: fences of code, quotes behind `>`, what a program printed, and what somebody
else said in paragraphs in quotation marks."""

import re
from collections.abc import Iterator

from compactd.extractive.languages.cue import Cue
from compactd.extractive.languages.quoting import names_another_speaker
from compactd.extractive.languages.words import words_of
from compactd.extractive.reading.cues import cues_of
from compactd.extractive.reading.sentences import split_sentences
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

_ORDERS = Cue.ORDER | Cue.SCOPE | Cue.BAN | Cue.DUTY | Cue.CONSTRAINT
"""What a line before a quotation says whose words are the author's own: `Please keep to this:`."""

_CLOSING = {"“": "”", "„": "“”", "«": "»", "»": "«", "「": "」", "『": "』", '"': '"'}
_OPENED = re.compile(rf"\s*([{''.join(_CLOSING)}])")
_CLOSED = {opening: re.compile(rf"[{closing}][.。,;]?[ \t]*(?=\n|\Z)") for opening, closing in _CLOSING.items()}
"""By the mark that opens a quotation, what ends it at the end of a line."""


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
            yield from _by_colons(text[at : quote.start()])
            yield Passage(Voice.QUOTED, _QUOTE_MARKS.sub("", quote.group()))
            at = quote.end()
    yield from _by_colons(text[at:])


def _by_colons(text: str) -> Iterator[Passage]:
    """What is said, and what stands behind lines that end in a colon and is somebody else's."""
    at, unclosed = 0, set[str]()
    for colon in _LINE_OF_COLON.finditer(text):
        if colon.start() < at:
            continue
        shown = _print_out(text, at, colon) or _quotation(text, at, colon, unclosed)
        if shown is not None:
            yield Passage(Voice.OWN, text[at : colon.end()])
            yield Passage(Voice.QUOTED, text[slice(*shown)])
            at = shown[1]
    yield Passage(Voice.OWN, text[at:])


def _print_out(text: str, at: int, colon: re.Match[str]) -> tuple[int, int] | None:
    """Where the paragraphs begin and end that a line says a program printed, if it does; behind the first line of a
    text, all of it."""
    if not _TELLS_OF_PRINT.search(text[max(at, colon.start() - _LAST_WORD) : colon.start()]):
        return None
    end = text.find("\n\n", colon.end()) if "\n" in text[at : colon.start()].strip() or at else -1
    return colon.end(), end if end >= 0 else len(text)


def _quotation(text: str, at: int, colon: re.Match[str], unclosed: set[str]) -> tuple[int, int] | None:
    """Where the sentences in quotation marks begin and end that stand below a line, if it says that somebody else said
    them. Marks that nothing closes any more become `unclosed`: they are looked for once."""
    opened = _OPENED.match(text, colon.end())
    if opened is None or opened[1] in unclosed:
        return None
    closed = _CLOSED[opened[1]].search(text, opened.end())
    if closed is None:
        unclosed.add(opened[1])
        return None
    said = opened.end(), closed.start()
    # One sentence alone in quotation marks may be a name, or a rule.
    is_of_many = len(split_sentences(text[slice(*said)])) > 1
    return said if is_of_many and _is_of_another(text[at : colon.start()]) else None


def _is_of_another(text: str) -> bool:
    """Whether the last line of a text hands on what somebody else said, and does not make it an order."""
    line = text[text.rfind("\n") + 1 :]
    return names_another_speaker(line) and not cues_of(line, words_of(line)) & _ORDERS
