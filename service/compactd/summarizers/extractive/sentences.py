"""Sentences of prose in any script; lines are sentences too, since agents write lists."""

import re

LONGEST = 300
"""Code points of a sentence; longer ones are split at a clause, a space, or anywhere if there is neither."""

# A full stop ends a sentence only before a space; 。 and its kin always do.
_BOUNDARY = re.compile(r"\n+|(?<=[。！？｡])[」』）”’\"']*(?![。！？])|(?<=[.!?…])[\"')\]*_]{0,3}\s+|(?<=[؟۔।])\s*")
_ABBREVIATION = re.compile(
    r"(?<![^\s(])(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|No|Nr|vs|etc|approx|e\.g|i\.e|Inc|Ltd|Fig|ca|bzw|z\.B)\.$"
)
_CLAUSE = re.compile(r"[;:,，、；：](?=\s|[^\x00-\x7f])|\s")


def split_sentences(text: str) -> list[str]:
    """The sentences of `text` in order, stripped, none empty, none longer than LONGEST; nothing but space is lost."""
    sentences: list[str] = []
    start = 0
    for match in _BOUNDARY.finditer(text):
        # Closing quotes belong to the sentence before them.
        closing = len(match.group().rstrip()) if not match.group().startswith("\n") else 0
        end = match.start() + closing
        if text[end - 1 : end] == "." and _ABBREVIATION.search(text, max(start, end - 8), end):
            continue
        if text[start : min(end, start + 8)].strip().rstrip(".").isdigit() and "\n" not in match.group():
            continue  # the number of a list's item
        _add(sentences, text[start:end])
        start = match.end()
    _add(sentences, text[start:])
    return sentences


def _add(sentences: list[str], piece: str) -> None:
    piece = piece.strip()
    while len(piece) > LONGEST:
        cut = _last_cut(piece)
        sentences.append(piece[:cut].rstrip())
        piece = piece[cut:].lstrip()
    if piece:
        sentences.append(piece)


def _last_cut(piece: str) -> int:
    """Where to cut: after the last clause or else space in the second half of what fits, else at LONGEST."""
    cuts = list(_CLAUSE.finditer(piece, LONGEST // 2, LONGEST))
    clauses = [match.end() for match in cuts if not match.group().isspace()]
    if clauses:
        return clauses[-1]
    return cuts[-1].end() if cuts else LONGEST
