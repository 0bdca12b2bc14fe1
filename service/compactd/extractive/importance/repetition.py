"""Whether a sentence says what is said already: on the page under construction, or in a part before it."""

import re
from math import ceil

from compactd.domain.messages import Role
from compactd.extractive.importance.facts import Sentence

ALIKE = 0.7
"""Share of a sentence's terms that another sentence must have for it to say the same."""

_NUMBER = re.compile(r"\d+")
_BY_USER = ("of a user",)
"""No term has a blank in it."""


class Taken:
    """The sentences that a page holds."""

    def __init__(self) -> None:
        self._texts: set[str] = set()
        self._terms: list[set[str]] = []
        self._with: dict[str, list[int]] = {}
        self._words: dict[str, set[str]] = {}

    def add(self, sentence: Sentence) -> None:
        """The page holds one more."""
        self._texts.add(sentence.text)
        if not sentence.term_count:
            return
        terms = _all_of(sentence, self._terms_of(sentence))
        for term in terms:
            self._with.setdefault(term, []).append(len(self._terms))
        self._terms.append(terms)

    def says(self, sentence: Sentence, alike: float = ALIKE) -> bool:
        """Whether one of them has the text of a sentence, or this share of its terms, if it has any. All of them are
        its numbers too, and what a user said is said by nobody else then."""
        if sentence.text in self._texts:
            return True
        if not sentence.term_count or not self._terms:
            return False
        terms = self._terms_of(sentence)
        terms = terms if alike < 1 else _all_of(sentence, terms)
        needed = ceil(alike * len(terms))
        # Whoever has so many of them has one at least of any others and one more: the rarest ones, for instance.
        rarest = sorted((self._with.get(term, ()) for term in terms), key=len)[: len(terms) - needed + 1]
        likely = {place for places in rarest for place in places}
        return any(len(terms & self._terms[place]) >= needed for place in likely)

    def _terms_of(self, sentence: Sentence) -> set[str]:
        """Its terms: what is asked for is mostly added then."""
        terms = self._words.get(sentence.text)
        if terms is None:
            terms = self._words[sentence.text] = sentence.terms
        return terms


def _all_of(sentence: Sentence, terms: set[str]) -> set[str]:
    """Its terms, its numbers, and who said it, if it was a user."""
    return terms.union(_NUMBER.findall(sentence.text), _BY_USER if sentence.role is Role.USER else ())


class Earlier:
    """The parts before the one that is drafted."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words = frozenset(text.split())

    def __bool__(self) -> bool:
        return bool(self._text)

    def says(self, text: str) -> bool:
        """Whether the text stands in a part."""
        # Its words but the first and the last, which may be torn, are words of the parts too. Nearly always one is
        # not, and the parts need not be gone through.
        return bool(self._text) and all(word in self._words for word in text.split()[1:-1]) and text in self._text

    def names(self, value: str) -> bool:
        """Whether a value stands in a part, be it inside another one."""
        return bool(self._text) and (value in self._words or value in self._text)
