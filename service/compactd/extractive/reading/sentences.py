"""Sentences of prose in any script; lines are sentences too, since agents write lists."""

import re

import regex

from compactd.extractive.languages.numbers import GOES_ON, MONTH_BEGINS, SHORTENED

LONGEST = 300
"""Code points of a sentence; longer ones are split at a clause, a space, or anywhere if there is neither."""

# A full stop ends a sentence only before a space; 。 and its kin always do. The pattern begins with one set of
# characters because it is not tried anywhere else then.
_BOUNDARY = re.compile(
    r"[\n.!?…。！？｡؟۔।](?:(?<=\n)\n*+|(?<=[。！？｡])[」』）”’\"']*(?![。！？])|(?<=[.!?…])[\"')\]*_]{0,3}\s+|(?<=[؟۔।])\s*)"
)
_ABBREVIATION = re.compile(
    r"(?<![^\s(])(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|No|Nr|vs|etc|approx|e\.g|i\.e|Inc|Ltd|Fig|ca|bzw|z\.B)\.$"
)
_LONGEST_NUMBER = 8
_SHORTENED_LONGEST = len("5 млрд. долл.")
_ORDINAL = re.compile(r"(?<!\d)\d{1,2}\.$")
_GRAPHEME = regex.compile(r"\X")
_GRAPHEME_LONGEST = 32
_MARKER = re.compile(r"##+[A-Z_]+##+")
"""A program's `###STOP###`, which is nobody's word."""

_CLAUSE = re.compile(r"[;:,，、；：](?=\s|[^\x00-\x7f])|\s")


def split_sentences(text: str) -> list[str]:
    """The sentences of `text` in order, stripped, none empty, none longer than LONGEST; nothing but space is lost, and
    a marker before a sentence."""
    sentences: list[str] = []
    start = 0
    for match in _BOUNDARY.finditer(text):
        mark = match.group()
        # The mark and the closing quotes belong to the sentence before them.
        end = match.start() if mark[0] == "\n" else match.start() + len(mark.rstrip())
        # What is behind a full stop alone is looked at, by what is before it.
        stops = mark[0] == "." and text[end - 1] == "."
        if stops and text[end - 2 : end - 1].isalpha() and _ABBREVIATION.search(text, max(start, end - 8), end):
            continue
        if stops and _is_amount(text, start, end, match.end()):
            continue  # `5 Mio. Euro`
        if end - start <= _LONGEST_NUMBER and "\n" not in mark and text[start:end].strip().rstrip(".").isdigit():
            continue  # the number of a list's item
        if stops and text[end - 2 : end - 1].isdigit() and _is_ordinal(text, start, end, match.end()):
            continue  # `am 3. Mai`
        _add(sentences, text[start:end])
        start = match.end()
    _add(sentences, text[start:])
    return sentences


def _is_amount(text: str, start: int, end: int, after: int) -> bool:
    """Whether a stop before `end` shortens a word of an amount, and the sentence goes on."""
    if SHORTENED.search(text, max(start, end - _SHORTENED_LONGEST), end) is None:
        return False
    following = GOES_ON.match(text, after)
    return following is not None and (len(following[0]) > 1 or following[0].islower())


def _is_ordinal(text: str, start: int, end: int, after: int) -> bool:
    """Whether a number with its stop before `end` is that of a day, as a month follows it."""
    return _ORDINAL.search(text, max(start, end - 4), end) is not None and MONTH_BEGINS.match(text, after) is not None


def _add(sentences: list[str], rest: str) -> None:
    rest = rest.strip()
    marker = _MARKER.match(rest) if rest.startswith("##") else None
    if marker is not None:
        rest = rest[marker.end() :].lstrip()
    while len(rest) > LONGEST:
        cut = _last_cut(rest)
        sentences.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    if rest:
        sentences.append(rest)


def _last_cut(rest: str) -> int:
    """Where to cut: after the last clause or else space in the second half of what fits, else at LONGEST."""
    cuts = list(_CLAUSE.finditer(rest, LONGEST // 2, LONGEST))
    clauses = [match.end() for match in cuts if not match.group().isspace()]
    if clauses:
        return clauses[-1]
    if cuts:
        return cuts[-1].end()
    # Where nothing separates words, at least no character is torn from its marks.
    near = rest[LONGEST - _GRAPHEME_LONGEST : LONGEST + _GRAPHEME_LONGEST]
    ends = [match.end() for match in _GRAPHEME.finditer(near) if match.end() <= _GRAPHEME_LONGEST]
    return LONGEST - _GRAPHEME_LONGEST + ends[-1] if ends else LONGEST
