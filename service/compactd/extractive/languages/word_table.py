"""The words of one language made fast: which cues the words of a sentence are."""

import re
from collections.abc import Mapping, Sequence

from compactd.extractive.cue import Cue
from compactd.extractive.languages.language import Language
from compactd.extractive.words import spellings_of, without_accents, words_of

_CLAUSE = re.compile(r"[,;:.!?()–—…،؛。]+|\s-+\s")
_ONCE = int(Cue.ONCE)
_ORDER, _BAN, _SCOPE, _QUANTIFIER = int(Cue.ORDER), int(Cue.BAN), int(Cue.SCOPE), int(Cue.QUANTIFIER)
_LEADS_AT_MOST = 12


class WordTable:
    """A language whose words stand apart. Cues are plain integers here: an enum's own operators cost more than
    everything else that is done with a word."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._phrases = _phrases(language.cues)
        self._single: Mapping[str, int] = {key[0]: cue for key, cue in self._phrases.items() if len(key) == 1}
        self._cue_words = frozenset(self._single)
        beginnings = {key[0] for key in self._phrases if len(key) > 1}
        self._followers: Mapping[str, frozenset[str]] = {
            first: frozenset(key[1] for key in self._phrases if key[0] == first and len(key) > 1)
            for first in beginnings
        }
        self._firsts = frozenset(beginnings)
        self._verbs, self._last_verbs = _words(language.verbs), _words(language.last_verbs)
        self._bans, self._nones, self._leads = _words(language.bans), _words(language.nones), _words(language.leads)
        self._nots, self._not_verbs = _words(language.nots), _words(language.not_verbs)
        self._forms, self._not_forms = _endings(language.forms), _endings(language.not_forms)
        self._clitics = _endings(language.clitics)
        firsts = frozenset(ban.partition(" ")[0] for ban in self._bans)
        self._openers = self._verbs | self._last_verbs | firsts | self._nones | self._nots
        self._is_inflected = bool(language.forms or language.clitics)
        self.common = _words(language.common)
        self.words = self._openers.union(*self._phrases)

    def cues_of(self, words: Sequence[str], there: set[str]) -> int:
        """The cues of the words of a sentence, of which `there` is the set: each alone, and two or three side by
        side."""
        cues = 0
        lasting: set[str] = set()
        for word in self._firsts & there:
            # Nearly always this says no, and where words stand need not be looked for.
            if not self._followers[word].isdisjoint(there):
                index = -1
                for _ in range(words.count(word)):
                    index = words.index(word, index + 1)
                    for length in (2, 3):
                        found = self._phrases.get(tuple(words[index : index + length]), 0)
                        cues |= found
                        if found & _SCOPE:
                            lasting.update(words[index : index + length])
        for word in self._cue_words & there:
            # The `now` of `from now on` is no moment.
            cues |= self._single[word] & ~_ONCE if word in lasting else self._single[word]
        return cues

    def mood_of(self, line: str, there: set[str]) -> int:
        """ORDER and BAN, as far as they show in how a clause begins or ends."""
        if not self._is_inflected and self._openers.isdisjoint(there):
            return 0
        mood = 0
        for clause in _CLAUSE.split(line):
            words = words_of(clause)
            if words:
                mood |= self._mood_of_clause(words)
        return mood

    def _mood_of_clause(self, words: Sequence[str]) -> int:
        limited = 0
        negated = not (self._bans.isdisjoint(words) and self._nones.isdisjoint(words))
        forbids = False
        for place, opening in enumerate(words[:_LEADS_AT_MOST]):
            if opening in self._bans or " ".join(words[place : place + 2]) in self._bans:
                return _ORDER | _BAN if len(words) > 1 else 0
            if opening in self._nones:
                return _BAN if len(words) > 1 else 0
            if opening in self._nots:
                negated = forbids = True
                continue
            if opening in self._leads:
                # `Only suggest hotels with a pool.` is about every one that is suggested.
                limited |= self._single.get(opening, 0) & _QUANTIFIER
                continue
            if self._orders(opening, forbids=forbids):
                mood = _ORDER | _SCOPE if limited else _ORDER
                return mood | _BAN if negated else mood
            break
        if words[-1] in self._last_verbs and words[0] in self._leads:
            return _ORDER | _BAN if negated else _ORDER
        return 0

    def _orders(self, word: str, *, forbids: bool) -> bool:
        """Whether a verb has a form that orders something, or one that does so behind a `not`."""
        if word in self._verbs or (forbids and word in self._not_verbs):
            return True
        if not self._is_inflected:
            return False
        plain = without_accents(word)
        bare = self._clitics.sub("", plain)
        if bare != plain and (bare in self._verbs or (forbids and bare in self._not_verbs)):
            return True
        return bool(self._forms.search(plain) or (forbids and self._not_forms.search(plain)))


def _endings(expression: str) -> re.Pattern[str]:
    """An expression for how words end; nothing ends so without one."""
    return re.compile(f"(?:{expression})$" if expression else r"(?!)")


def _words(text: str) -> frozenset[str]:
    """The phrases of a list, as they are written with and without accents."""
    return frozenset(" ".join(words) for phrase in text.split("; ") for words in spellings_of(phrase) if words)


def _phrases(cues: Mapping[Cue, str]) -> Mapping[tuple[str, ...], int]:
    table: dict[tuple[str, ...], int] = {}
    for cue, text in cues.items():
        for phrase in text.split("; "):
            for key in spellings_of(phrase):
                table[key] = table.get(key, 0) | int(cue)
    return table
