"""The fixed words of a summary in the language of its conversation, and back: inside of compactd they are English."""

import re
from collections.abc import Mapping

from compactd.extractive.fixed_words import FixedWord
from compactd.extractive.languages import LANGUAGES
from compactd.extractive.languages.language import Language
from compactd.extractive.reading.identifiers import Kind, classify, phrase_kind

_OUTCOMES = (FixedWord.DONE, FixedWord.FAILED, FixedWord.UNANSWERED)
_SHOWN = (*_OUTCOMES, FixedWord.OTHERS, FixedWord.CLOSED)
_NAME = r'[^"“:]{1,80}?'
# What a call was, or calls that are only counted: `Done: book_room(HTL-2041)`, `Failed: book_room ×2`.
_CALL = r"(?=[\w.-]+(?:\(| ×|, |$))"
_ENGLISH: Mapping[str, str] = {
    language.fixed_words[word]: word for language in LANGUAGES for word in (*_OUTCOMES, FixedWord.CLOSED)
}
_CLOSED = "|".join(re.escape(language.fixed_words[FixedWord.CLOSED]) for language in LANGUAGES)
_OUTCOME = re.compile(rf"- (?:(?P<call>{'|'.join(map(re.escape, _ENGLISH))}): {_CALL}|(?P<closed>{_CLOSED}): )")


def _reported(language: Language) -> str:
    """An expression for how a line begins that a tool reported; a tool without a name has none."""
    before, after = language.fixed_words[FixedWord.REPORTED].split("{}")
    return rf"{re.escape(before.rstrip())}(?: ({_NAME}))?{re.escape(after)}"


_REPORTED = re.compile(f'- (?:{"|".join(map(_reported, LANGUAGES))}): (?=["“])')
_SAID_BY_TOOL = re.compile(rf"tool(?: (?P<name>{_NAME}))? reported: ")


def _kinds(language: Language) -> Mapping[str, str]:
    return dict(zip(map(str, Kind), language.kinds.split("; "), strict=True))


_KINDS: Mapping[str, str] = {shown: kind for language in LANGUAGES for kind, shown in _kinds(language).items()}
# A label of a model, or the name of a field, is in lower case.
_LISTED = re.compile(rf"- (?P<label>{'|'.join(map(re.escape, _KINDS))}|[a-z][\w ]{{0,30}}): (?P<values>\S.*)")


TOLD_BY_FORM = frozenset(
    (Kind.URL, Kind.EMAIL, Kind.PATH, Kind.HASH, Kind.VERSION, Kind.DATE, Kind.AMOUNT, Kind.QUANTITY)
)
"""Kinds whose values are listed without saying what they are."""


class Wording:
    """The fixed words of one language."""

    def __init__(self, language: Language) -> None:
        self._words = language.fixed_words
        self._labels = _kinds(language)

    def __getitem__(self, word: FixedWord) -> str:
        """The word, without the colon behind it."""
        return self._words[word]

    def label(self, label: str) -> str:
        """What values are listed under: the name of a kind in the language, the name of a field as it is."""
        return self._labels.get(label, label)

    def line(self, text: str) -> str:
        """A line about a call, of a tool, or about what is closed, in the language; any other as it is."""
        said = _SAID_BY_TOOL.match(text)
        if said:
            words = self._words[FixedWord.REPORTED].format(said["name"] or "")
            return f"{' '.join(words.split())}: {text[said.end() :]}"
        for word in _SHOWN:
            if text.startswith(f"{word}: "):
                return f"{self._words[word]}{text[len(word) :]}"
        return text


def in_english(line: str) -> str:
    """A line of a summary in any language with the fixed words at its beginning in English."""
    outcome = _OUTCOME.match(line)
    if outcome:
        return f"- {_ENGLISH[outcome['call'] or outcome['closed']]}: {line[outcome.end() :]}"
    reported = _REPORTED.match(line)
    if reported:
        name = next(filter(None, reported.groups()), "")
        return f"- {f'tool {name}'.strip()} reported: {line[reported.end() :]}"
    return line


def listed_in(line: str) -> tuple[str, list[str]] | None:
    """The label, as the kind that it names or as it is, and the values behind it; None for a sentence."""
    listed = _LISTED.fullmatch(line)
    if listed is not None:
        return _KINDS.get(listed["label"], listed["label"]), _told_apart(listed["values"])
    values = _told_apart(line.removeprefix("- "))
    kinds = list(map(_kind_of, values))
    return (str(kinds[0]), values) if kinds and all(kind in TOLD_BY_FORM for kind in kinds) else None


def _kind_of(value: str) -> Kind | None:
    return phrase_kind(value) or (None if " " in value else classify(value)[1])


def _told_apart(values: str) -> list[str]:
    """Values that a line holds: between commas, and between blanks where each of them names something by itself."""
    return [value for some in values.split(", ") for value in _between_blanks(some.strip())]


def _between_blanks(values: str) -> list[str]:
    apart = values.split()
    if phrase_kind(values) is None and all(_kind_of(one) is not None for one in apart):
        return apart
    return [values] if values else []
