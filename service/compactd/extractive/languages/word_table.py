"""The words of one language made fast: which cues the words of a sentence are."""

from collections.abc import Iterable, Mapping, Sequence

from compactd.extractive.languages.cue import Cue
from compactd.extractive.languages.language import Language
from compactd.extractive.languages.mood import Moods, words_from
from compactd.extractive.languages.words import Clause, spellings_of

_ONCE, _SCOPE, _FRAGMENT = int(Cue.ONCE), int(Cue.SCOPE), int(Cue.FRAGMENT)
Pair = tuple[str, str]
_FRAGMENT_AT_MOST = 9
"""Words of a sentence that may do without a verb."""


class WordTable:
    """A language whose words stand apart. Cues are plain integers here: an enum's own operators cost more than
    everything else that is done with a word."""

    def __init__(self, language: Language) -> None:
        self.language = language
        phrases = _phrases(language.cues)
        self._single: Mapping[str, int] = {key[0]: cue for key, cue in phrases.items() if len(key) == 1}
        self._single_words = frozenset(self._single)
        self._rows = {key: cue for key, cue in phrases.items() if len(key) in (2, 3)}
        self._triples = frozenset(key for key in self._rows if len(key) == 3)
        self._triples_begin = frozenset(key[:2] for key in self._triples)
        self._pairs = self._triples_begin.union(key for key in self._rows if len(key) == 2)
        self._idioms = _idioms(language.mood.idioms)
        self._idioms_begin = frozenset(self._idioms)
        self._moods = Moods(language, self._single)
        self._finites = words_from(language.mood.finites)
        self.common = words_from(language.common)
        self._no_fragments = words_from(language.mood.objects) - words_from(language.mood.many)
        self._ones = words_from(language.mood.ones)
        self.words = self._moods.openers.union(words_from(language.mood.idle), *phrases)

    def cues_of(self, words: Sequence[str], there: set[str], beside: set[Pair]) -> int:
        """The cues of the words of a sentence, of which `there` is the set and `beside` those that stand side by side:
        each alone, and two or three in a row."""
        cues = 0
        moments: list[str] = []
        single = self._single_words & there
        for word in single - self._in_idioms(words, beside) if single else ():
            cue = self._single[word]
            cues |= cue & ~_ONCE
            if cue & _ONCE:
                moments.append(word)
        lasting: set[str] = set()
        for row in self._rows_in(words, beside):
            cue = self._rows.get(row, 0)
            cues |= cue
            if cue & _SCOPE:
                lasting.update(row)
        # The `now` of `from now on` is no moment.
        return cues if lasting.issuperset(moments) else cues | _ONCE

    def mood_of(self, clauses: Iterable[Clause]) -> int:
        """What of the mood shows in how the clauses begin or end (`Moods`)."""
        return self._moods.of(clauses)

    def may_order(self, there: set[str]) -> bool:
        """Whether any of the words in `there` may order or forbid something; cheap, and true wherever one does."""
        return self._moods.may_be(there)

    def is_fragment(self, words: Sequence[str], there: set[str]) -> bool:
        """Whether a sentence does without a verb and names no one thing: `Metric, not imperial.`"""
        if not self._finites or not 1 < len(words) <= _FRAGMENT_AT_MOST or words[0] in self._no_fragments:
            return False
        return self._finites.isdisjoint(there) and self._ones.isdisjoint(there)

    def _rows_in(self, words: Sequence[str], beside: set[Pair]) -> Iterable[tuple[str, ...]]:
        """The pairs that are a phrase or begin one, and the phrases of three words."""
        pairs = self._pairs & beside
        if not pairs or self._triples_begin.isdisjoint(pairs):
            return pairs
        return [*pairs, *self._triples.intersection(zip(words, words[1:], words[2:], strict=False))]

    def _in_idioms(self, words: Sequence[str], beside: set[Pair]) -> set[str]:
        """The words that are part of an idiom, and say nothing by themselves."""
        idle: set[str] = set()
        for pair in self._idioms_begin & beside:
            place = words.index(pair[0])
            for idiom in self._idioms[pair]:
                if tuple(words[place : place + len(idiom)]) == idiom:
                    idle.update(idiom)
        return idle


def _idioms(text: str) -> Mapping[Pair, Sequence[tuple[str, ...]]]:
    """Idioms by their first two words."""
    found: dict[Pair, list[tuple[str, ...]]] = {}
    for idiom in text.split("; ") if text else ():
        for words in spellings_of(idiom):
            found.setdefault((words[0], words[1]), []).append(words)
    return found


def _phrases(cues: Mapping[Cue, str]) -> Mapping[tuple[str, ...], int]:
    table: dict[tuple[str, ...], int] = {}
    for cue, text in cues.items():
        for phrase in text.split("; "):
            for key in spellings_of(phrase):
                table[key] = table.get(key, 0) | int(cue)
    return table
