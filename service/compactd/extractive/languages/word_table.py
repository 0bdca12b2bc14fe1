"""The words of one language made fast: which cues the words of a sentence are."""

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence

from compactd.extractive.languages.language import Language
from compactd.extractive.reading.cue import Cue
from compactd.extractive.reading.words import first_word_in, folded, spellings_of, without_accents, words_in

# Begins with a set of characters, for it is not tried elsewhere then.
_ENDS = ",;:.!?()–—…،؛。"
_CLAUSE = re.compile(rf"[-{_ENDS}](?:(?<!-)[{_ENDS}]*|(?<=\s-)-*\s)")
_ONCE = int(Cue.ONCE)
_ORDER, _BAN, _SCOPE, _QUANTIFIER = int(Cue.ORDER), int(Cue.BAN), int(Cue.SCOPE), int(Cue.QUANTIFIER)
_LEADS_AT_MOST = 12
# What a word may be at the beginning of a clause, beside _QUANTIFIER.
_BEGINS_BAN, _NONE, _NOT, _LEAD, _VERB, _VERB_BEHIND_NOT = 1, 2, 4, 8, 16, 32
_KNOWN_AT_MOST = 20_000
"""Words whose openings are remembered, of each language; about 2 MB."""

Clause = tuple[str, str]
"""Its first word, and all of it in lower case (`words.folded`)."""


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
        self._verbs, self._last_verbs = _words(language.verbs), _words(language.last_verbs)
        self._bans, self._nones, self._leads = _words(language.bans), _words(language.nones), _words(language.leads)
        self._nots, self._not_verbs = _words(language.nots), _words(language.not_verbs)
        self._forms, self._not_forms = _endings(language.forms), _endings(language.not_forms)
        self._clitics = _endings(language.clitics)
        self._ban_firsts = frozenset(ban.partition(" ")[0] for ban in self._bans)
        self._openers = self._verbs | self._last_verbs | self._ban_firsts | self._nones | self._nots
        self._openings = _Openings(self._opening_of)
        self._is_inflected = bool(language.forms or language.clitics)
        self.common = _words(language.common)
        self.words = self._openers.union(*self._phrases)

    def cues_of(self, words: Sequence[str], there: set[str]) -> int:
        """The cues of the words of a sentence, of which `there` is the set: each alone, and two or three side by
        side."""
        cues = 0
        moments: list[str] = []
        lasting: set[str] = set()
        for word in self._beginnings & there:
            cue, followers = self._phrases_from[word]
            cues |= cue & ~_ONCE
            if cue & _ONCE:
                moments.append(word)
            # Nearly always there are none, and where words stand need not be looked for.
            if followers and not followers.isdisjoint(there):
                index = -1
                for _ in range(words.count(word)):
                    index = words.index(word, index + 1)
                    for length in (2, 3):
                        found = self._phrases.get(tuple(words[index : index + length]), 0)
                        cues |= found
                        if found & _SCOPE:
                            lasting.update(words[index : index + length])
        # The `now` of `from now on` is no moment.
        return cues if lasting.issuperset(moments) else cues | _ONCE

    def mood_of(self, clauses: Iterable[Clause]) -> int:
        """ORDER and BAN, as far as they show in how one of the clauses begins or ends."""
        mood = 0
        for first, clause in clauses:
            # Most clauses begin with a word that says nothing of this.
            if self._openings[first]:
                mood |= self._mood_of_clause(words_in(clause))
        return mood

    def may_order(self, there: set[str]) -> bool:
        """Whether any of the words in `there` may order or forbid something; cheap, and true wherever one does."""
        return self._is_inflected or not self._openers.isdisjoint(there)

    def _mood_of_clause(self, words: Sequence[str]) -> int:
        limited = 0
        forbids = False
        for place, word in enumerate(words[:_LEADS_AT_MOST]):
            opening = self._openings[word]
            if not opening:
                break
            if opening & _BEGINS_BAN and (word in self._bans or " ".join(words[place : place + 2]) in self._bans):
                return _ORDER | _BAN if len(words) > 1 else 0
            if opening & _NONE:
                return _BAN if len(words) > 1 else 0
            if opening & _NOT:
                forbids = True
                continue
            if opening & _LEAD:
                # `Only suggest hotels with a pool.` is about every one that is suggested.
                limited |= opening & _QUANTIFIER
                continue
            if opening & _VERB or (forbids and opening & _VERB_BEHIND_NOT):
                mood = _ORDER | _SCOPE if limited else _ORDER
                return mood | _BAN if forbids or self._negates(words) else mood
            break
        if words[-1] in self._last_verbs and words[0] in self._leads:
            return _ORDER | _BAN if forbids or self._negates(words) else _ORDER
        return 0

    def _negates(self, words: Sequence[str]) -> bool:
        return not (self._bans.isdisjoint(words) and self._nones.isdisjoint(words))

    def _opening_of(self, word: str) -> int:
        """What a word may be at the beginning of a clause, as bits."""
        opening = _BEGINS_BAN if word in self._ban_firsts else 0
        opening |= _NONE if word in self._nones else 0
        opening |= _NOT if word in self._nots else 0
        if word in self._leads:
            opening |= _LEAD | (self._single.get(word, 0) & _QUANTIFIER)
        if self._orders(word, self._verbs, self._forms):
            return opening | _VERB
        return opening | _VERB_BEHIND_NOT if self._orders(word, self._not_verbs, self._not_forms) else opening

    def _orders(self, word: str, verbs: Container[str], forms: re.Pattern[str]) -> bool:
        """Whether a word is one of the verbs, with or without what is attached to it, or has such a form."""
        if word in verbs:
            return True
        if not self._is_inflected:
            return False
        plain = without_accents(word)
        bare = self._clitics.sub("", plain)
        return (bare != plain and bare in verbs) or forms.search(plain) is not None


class _Openings(dict[str, int]):
    """Word → what it may be at the beginning of a clause, looked at once however often it is written."""

    def __init__(self, look: Callable[[str], int]) -> None:
        self._look = look

    def __missing__(self, word: str) -> int:
        if len(self) >= _KNOWN_AT_MOST:
            self.clear()
        found = self[word] = self._look(word)
        return found


def clauses_of(line: str) -> list[Clause]:
    """The clauses of a line; none without a word."""
    return [(first, clause) for clause in _CLAUSE.split(folded(line)) if (first := first_word_in(clause))]


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
