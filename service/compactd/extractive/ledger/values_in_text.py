"""Which values stand in a text, each by itself, letter by letter."""

import re
from collections.abc import Collection, Iterable, Sequence

from compactd.strategies.steps import A_STEP, Steps

# As in a token: Chinese, Japanese and Korean put no spaces around a value.
_WORD = "0-9A-Za-z\u00c0-\u1fff"
_RUN = re.compile(f"[{_WORD}]+")
_JOINS = ".,:"
"""Between two digits these make one number, time or version of them."""


_SHORT = 2_000
"""Code points that are searched sooner than the words of a value are looked up."""

_AROUND = "\"'`()[]<>{},.:;!?-–*"
"""Marks that stand around words: none of them is a letter or a digit."""


class SearchedText:
    """A text that many values are looked for in: the cost of one does not grow with the text but where all of its words
    are in it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._runs = frozenset(_RUN.findall(text))

    @property
    def words(self) -> Collection[str]:
        """The runs of letters and digits of the text."""
        return self._runs

    def __contains__(self, value: object) -> bool:
        """Whether the value stands in the text with no letter or digit directly around it."""
        if not isinstance(value, str) or not value or not self._runs.issuperset(_RUN.findall(value)):
            return False
        at = self._text.find(value)
        while at >= 0:
            if self._stands_alone(at, at + len(value)):
                return True
            at = self._text.find(value, at + 1)
        return False

    def among(self, values: Sequence[str]) -> Steps[set[str]]:
        """Those of the values that stand in the text."""
        apart = frozenset(chunk.strip(_AROUND) for chunk in self._text.split())
        # Most of what stands there stands between blanks: that is known without going through the text.
        found = set(apart.intersection(filter(None, values)))
        left = [value for value in values if value not in found]
        yield
        for start in range(0, len(left), A_STEP):
            found.update(value for value in self._likely(left[start : start + A_STEP]) if value in self)
            yield
        return found

    def _likely(self, values: Sequence[str]) -> Sequence[str]:
        """Those that may stand in it: most do not, and that is soon known."""
        text, has_all, runs_of = self._text, self._runs.issuperset, _RUN.findall
        if len(text) <= _SHORT:
            return [value for value in values if value in text]
        return [value for value in values if has_all(runs_of(value))]

    def _stands_alone(self, start: int, end: int) -> bool:
        text = self._text
        before, after = text[max(0, start - 2) : start], text[end : end + 2]
        return not _joins(text[start], before[::-1]) and not _joins(text[end - 1], after)


class SoughtValues:
    """Values that are looked for in one text after the other, each found by that word of it which the fewest others are
    found by: what a text costs grows with its own words, and not with the values."""

    def __init__(self) -> None:
        self._by_word: dict[str, set[str]] = {}
        self._words: dict[str, str] = {}

    def add(self, value: str) -> None:
        """One more is looked for, if it is not yet."""
        if value in self._words:
            return
        words = _RUN.findall(value) or [""]
        word = next((one for one in words if one not in self._by_word), "") or min(words, key=self._found_by)
        self._words[value] = word
        self._by_word.setdefault(word, set()).add(value)

    def _found_by(self, word: str) -> int:
        """How many values are found by a word."""
        return len(self._by_word.get(word, ()))

    def discard(self, values: Iterable[str]) -> None:
        """These are not any more."""
        for value in values:
            self._by_word[self._words.pop(value)].discard(value)

    def in_text(self, text: str) -> list[str]:
        """Those that stand in the text, in no order."""
        if not self._words:
            return []
        searched = SearchedText(text)
        # What is of characters of another kind alone has no word.
        likely = filter(None, map(self._by_word.get, ("", *searched.words)))
        # Most of those with a word in common do not stand there, which is sooner known without their words.
        return [value for values in likely for value in values if value in text and value in searched]


def _joins(edge: str, beside: str) -> bool:
    """Whether what is beside the edge of a value, the nearest first, belongs to it."""
    if not beside or not _RUN.match(edge):
        return False
    if _RUN.match(beside):
        return True
    return edge.isdigit() and beside[0] in _JOINS and beside[1:].isdigit()
