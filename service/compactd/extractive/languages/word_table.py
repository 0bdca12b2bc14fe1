"""The words of one language made fast: which cues the words of a sentence are."""

from collections.abc import Iterable, Mapping, Sequence

from compactd.extractive.languages.language import Language
from compactd.extractive.languages.mood import Moods, words_from
from compactd.extractive.reading.cue import Cue
from compactd.extractive.reading.words import Clause, spellings_of

_ONCE, _SCOPE, _FRAGMENT = int(Cue.ONCE), int(Cue.SCOPE), int(Cue.FRAGMENT)
_FRAGMENT_AT_MOST = 9
"""Words of a sentence that may do without a verb."""


class WordTable:
    """A language whose words stand apart. Cues are plain integers here: an enum's own operators cost more than
    everything else that is done with a word."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._phrases = _phrases(language.cues)
        self._single: Mapping[str, int] = {key[0]: cue for key, cue in self._phrases.items() if len(key) == 1}
        followers: dict[str, set[str]] = {key[0]: set() for key in self._phrases}
        for key in self._phrases:
            followers[key[0]].update(key[1:2])
        self._phrases_from = {word: (self._single.get(word, 0), frozenset(next_)) for word, next_ in followers.items()}
        self._beginnings = frozenset(self._phrases_from)
        self._idioms = _idioms(language.mood.idioms)
        self._idioms_begin = frozenset(self._idioms)
        self._moods = Moods(language, self._single)
        self._finites = words_from(language.mood.finites)
        self.common = words_from(language.common)
        self._no_fragments = words_from(language.mood.objects) - words_from(language.mood.many)
        self._ones = words_from(language.mood.ones)
        self.words = self._moods.openers.union(words_from(language.mood.idle), *self._phrases)

    def cues_of(self, words: Sequence[str], there: set[str]) -> int:
        """The cues of the words of a sentence, of which `there` is the set: each alone, and two or three side by
        side."""
        cues = 0
        moments: list[str] = []
        lasting: set[str] = set()
        last = len(words) - 1
        idle = self._in_idioms(words, there)
        for word in self._beginnings & there:
            cue, followers = self._phrases_from[word]
            cue = cue if word not in idle else 0
            cues |= cue & ~_ONCE
            if cue & _ONCE:
                moments.append(word)
            # Nearly always there are none, and where words stand need not be looked for.
            if followers and not followers.isdisjoint(there):
                index = -1
                for _ in range(words.count(word)):
                    index = words.index(word, index + 1)
                    if index < last and words[index + 1] not in followers:
                        continue
                    for length in (2, 3):
                        found = self._phrases.get(tuple(words[index : index + length]), 0)
                        cues |= found
                        if found & _SCOPE:
                            lasting.update(words[index : index + length])
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

    def _in_idioms(self, words: Sequence[str], there: set[str]) -> set[str]:
        """The words that are part of an idiom, and say nothing by themselves."""
        idle: set[str] = set()
        for word in self._idioms_begin & there:
            place = words.index(word)
            for idiom in self._idioms[word]:
                if tuple(words[place : place + len(idiom)]) == idiom:
                    idle.update(idiom)
        return idle


def _idioms(text: str) -> Mapping[str, Sequence[tuple[str, ...]]]:
    """Idioms by their first words."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for idiom in text.split("; ") if text else ():
        for words in spellings_of(idiom):
            found.setdefault(words[0], []).append(words)
    return found


def _phrases(cues: Mapping[Cue, str]) -> Mapping[tuple[str, ...], int]:
    table: dict[tuple[str, ...], int] = {}
    for cue, text in cues.items():
        for phrase in text.split("; "):
            for key in spellings_of(phrase):
                table[key] = table.get(key, 0) | int(cue)
    return table
