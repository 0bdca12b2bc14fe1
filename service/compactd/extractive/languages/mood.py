"""The mood of clauses: what they order, forbid, or say of how things have to be, told by how they begin."""

import re
from collections.abc import Container, Iterable, Mapping, Sequence

from compactd.extractive.languages.cue import Cue
from compactd.extractive.languages.language import Language
from compactd.extractive.languages.words import Clause, spellings_of, without_accents
from compactd.extractive.memo import Memo

_ORDER, _BAN, _SCOPE, _QUANTIFIER = int(Cue.ORDER), int(Cue.BAN), int(Cue.SCOPE), int(Cue.QUANTIFIER)
_ONE, _GENERIC, _LASTING, _NORM = int(Cue.ONE), int(Cue.GENERIC), int(Cue.LASTING), int(Cue.NORM)
_PREFERENCE = int(Cue.PREFERENCE)
_LEADS_AT_MOST = 12
_SUBJECT_WITHIN, _NORM_WITHIN, _OBJECT_WITHIN, _SELF_WITHIN, _THAT_WITHIN = 4, 10, 4, 4, 8
"""Words of a clause in which its subject has to begin, and behind it the verb of a norm; behind an order what it is
about; in which somebody says of himself what he never does; and in which he begins to say what others have to do."""

# What a word may be at the beginning of a clause, beside _QUANTIFIER.
_BEGINS_BAN, _NONE, _NOT, _LEAD, _VERB, _VERB_BEHIND_NOT = 1, 2, 4, 8, 16, 32
_LASTS, _MANY, _SELF, _UNKNOWN = 64, 128, 256, 512


class Moods:
    """The moods of one language whose words stand apart; `single` are the cues of its words."""

    def __init__(self, language: Language, single: Mapping[str, int]) -> None:
        self._single, mood = single, language.mood
        self._verbs, self._last_verbs = words_from(language.verbs), words_from(language.last_verbs)
        self._bans, self._nones, self._leads = map(words_from, (language.bans, language.nones, language.leads))
        self._nots, self._not_verbs = words_from(language.nots), words_from(language.not_verbs)
        self._idle, self._lasting = words_from(mood.idle), words_from(mood.lasting)
        self._ones, self._objects = words_from(mood.ones), words_from(mood.objects)
        self._many, self._norms = words_from(mood.many), words_from(mood.norms)
        self._selves, self._refusals = words_from(mood.selves), words_from(mood.refusals)
        self._no_habits, self._no_orders = words_from(mood.no_habits), words_from(mood.no_orders)
        self._passives = words_from(mood.passives)
        self._wishes, self._tastes = words_from(mood.wishes), words_from(mood.tastes)
        self._thats, self._limits = words_from(mood.thats), words_from(mood.limits)
        self._common = words_from(language.common)
        self._forms, self._not_forms = _endings(language.forms), _endings(language.not_forms)
        self._clitics, self._plurals = _endings(language.clitics), _endings(mood.plurals)
        self._past = _endings(mood.past)
        self._forbids = re.compile(language.forbids or r"(?!)")
        self._ban_firsts = frozenset(ban.partition(" ")[0] for ban in self._bans)
        self._openings = Memo(self._opening_of)
        self._alone = Memo(self._of_word)
        self._is_inflected = bool(language.forms or language.clitics)
        self.openers = self._verbs | self._last_verbs | self._ban_firsts | self._nones | self._nots
        self._hints = self.openers | self._norms | self._refusals | self._objects | self._wishes | self._tastes

    def may_be(self, there: set[str]) -> bool:
        """Whether any of the words in `there` may order or forbid something; cheap, and true wherever one does."""
        return self._is_inflected or not self._hints.isdisjoint(there)

    def of(self, clauses: Iterable[Clause]) -> int:
        """ORDER, BAN and what else of the mood shows in how one of the clauses begins or ends, as bits of Cue."""
        mood = 0
        for clause in clauses:
            # Of code and of logs most clauses are a word; of all others most begin with one that says nothing of this.
            if len(clause) == 1:
                mood |= self._alone[clause[0]]
            elif self._openings[clause[0]]:
                mood |= self._of_clause(clause)
            if not mood & _BAN and not self._bans.isdisjoint(clause) and self._forbids.match(" ".join(clause)):
                mood |= _ORDER | _BAN | self._kind_of(clause, 0)
        return mood

    def _of_word(self, word: str) -> int:
        return self._of_clause((word,)) if self._openings[word] else 0

    def _of_clause(self, words: Sequence[str]) -> int:
        mood = self._order_in(words)
        opening = self._openings[words[0]]
        # `No problem`, `nothing happens`
        if mood or (opening & _NONE and words[1:2] and words[1] in self._idle):
            return mood
        mood = (opening & _SELF and self._habit_in(words)) or self._norm_in(words)
        if not mood and words[-1] in self._limits and len(words) > 1:
            return _NORM
        return mood or self._norm_within(words)

    def _norm_within(self, words: Sequence[str]) -> int:
        """`Let us agree that …`: what somebody says of how things have to be."""
        if self._thats.isdisjoint(words[:_THAT_WITHIN]):
            return 0
        for place, word in enumerate(words[:_THAT_WITHIN]):
            if word in self._thats and len(words) > place + 2:
                rest = words[place + 1 :]
                bans = self._openings[rest[0]] & _NONE and rest[1] not in self._idle
                return _BAN | _NORM if bans else self._norm_in(rest)
        return 0

    def _order_in(self, words: Sequence[str]) -> int:
        limited = 0
        forbids = False
        for place, word in enumerate(words[:_LEADS_AT_MOST]):
            opening = self._openings[word]
            if not opening:
                # `By the way, …`
                if word in self._ones and words[place + 1 : place + 2] and words[place + 1] in self._leads:
                    continue
                break
            if opening & _BEGINS_BAN and (word in self._bans or " ".join(words[place : place + 2]) in self._bans):
                return self._ban(words, place + (1 if word in self._bans else 2)) if len(words) > 1 else 0
            if opening & _NONE:
                return _BAN if len(words) > place + 1 and words[place + 1] not in self._idle else 0
            if not opening & (_NOT | _LEAD):
                mood = self._order_at(words, place, forbids=forbids)
                if mood:
                    return mood | limited
                break
            forbids = forbids or bool(opening & _NOT)
            # `Only suggest hotels with a pool.` is about every one that is suggested.
            limited = _SCOPE if opening & _QUANTIFIER else limited
        if words[-1] in self._last_verbs and words[0] in self._leads:
            return _ORDER | _BAN if forbids or self._negates(words) else _ORDER
        return 0

    def _order_at(self, words: Sequence[str], place: int, *, forbids: bool) -> int:
        """What the word at `place` orders, if it does; `forbids` what stands before it."""
        opening = self._openings[words[place]]
        if opening & _UNKNOWN:
            return _ORDER | self._kind_of(words, place) if self._has_object(words, place) else 0
        if not (opening & _VERB or (forbids and opening & _VERB_BEHIND_NOT)) or self._is_noun(words, place):
            return 0
        forbids = forbids or self._negates(words)
        return _ORDER | self._kind_of(words, place) | (_BAN if forbids else 0)

    def _has_object(self, words: Sequence[str], place: int) -> bool:
        """Whether what follows the word at `place` shows that it is a verb, as does what stands before it."""
        behind = words[place + 1 : place + 2]
        return bool(behind) and behind[0] in self._objects and not (place and words[place - 1] in self._no_orders)

    def _is_noun(self, words: Sequence[str], place: int) -> bool:
        """`Load test peaked at noon`: the word at `place` is no verb, as another one tells what happened."""
        behind = words[place + 1 : place + 3]
        told = len(behind) > 1 and behind[0] not in self._common and self._past.search(behind[1])
        return bool(told) and not self._is_plural(behind[0]) and behind[0] not in self._objects

    def _ban(self, words: Sequence[str], place: int) -> int:
        """`Never …`, with the verb at `place`; `never mind` is none."""
        if place >= len(words):
            return _ORDER | _BAN
        return _ORDER | _BAN | self._kind_of(words, place) if words[place] not in self._idle else 0

    def _kind_of(self, words: Sequence[str], place: int) -> int:
        """Whether the verb at `place` orders how to go on and not what to do once, and whether it is about one thing
        or about all of a kind."""
        kind = _LASTING if self._openings[words[place]] & _LASTS else 0
        first = place if words[place] in self._ones else place + 1
        limited = False
        for at, word in enumerate(words[first : first + _OBJECT_WITHIN], first):
            if word in self._objects and any(map(self._is_plural, words[at + 1 : at + 3])):
                # `The exclamation marks` are all there are.
                return kind
            if word in self._ones or (limited and word in self._objects):
                return kind | _ONE
            limited = word in self._many
            if self._is_plural(word):
                return kind | _GENERIC
        return kind

    def _habit_in(self, words: Sequence[str]) -> int:
        """`I don't fly on Sundays`, `I want short answers`: what somebody who speaks of himself never does, or wants of
        all of a kind; not what somebody does not know."""
        for place, word in enumerate(words[1:_SELF_WITHIN], 1):
            behind = words[place + 1 : place + 1 + _OBJECT_WITHIN]
            if word in self._refusals:
                named = bool(behind) and behind[0] not in self._no_habits and not self._past.search(behind[0])
                return _PREFERENCE | _NORM if named else 0
            if behind and (word in self._wishes or word in self._tastes):
                meant = behind[0] not in self._no_habits and not self._many.isdisjoint(words[place + 1 :])
                kind = _PREFERENCE | _GENERIC | (_NORM if word in self._tastes else 0)
                return kind if meant or self._openings[behind[0]] & _MANY else 0
        return 0

    def _norm_in(self, words: Sequence[str]) -> int:
        """`Releases get a tag`, `New endpoints need a test`: how all of a kind have to be."""
        for place, word in enumerate(words[:_SUBJECT_WITHIN]):
            opening = self._openings[word]
            if word in self._ones or opening & _SELF:
                break
            if opening & _MANY:
                behind = words[place + 1 : place + 1 + _NORM_WITHIN]
                if behind[:1] and behind[0] in self._ones:
                    break
                binds = not self._norms.isdisjoint(behind) or any(map(self._binds, behind, behind[1:]))
                return _NORM | _GENERIC if binds else 0
        return 0

    def _binds(self, word: str, following: str) -> bool:
        """`are to`, `are kept`"""
        return f"{word} {following}" in self._norms or (
            word in self._passives and self._past.search(following) is not None
        )

    def _negates(self, words: Sequence[str]) -> bool:
        return not (self._bans.isdisjoint(words) and self._nones.isdisjoint(words))

    def _is_plural(self, word: str) -> bool:
        return self._openings[word] & _MANY != 0 and word not in self._many

    def _opening_of(self, word: str) -> int:
        """What a word may be at the beginning of a clause, as bits."""
        opening = _BEGINS_BAN if word in self._ban_firsts else 0
        opening |= _NONE if word in self._nones else 0
        opening |= _NOT if word in self._nots else 0
        opening |= _SELF if word in self._selves else 0
        if word in self._leads:
            opening |= _LEAD | (self._single.get(word, 0) & _QUANTIFIER)
        if self._orders(word, self._verbs, self._forms):
            opening |= _VERB | (_LASTS if word in self._lasting else 0)
        elif self._orders(word, self._not_verbs, self._not_forms):
            opening |= _VERB_BEHIND_NOT
        if word in self._many or (word not in self._common and self._plurals.search(word)):
            opening |= _MANY
        known = opening or "'" in word or word in self._common or word in self._no_orders or self._past.search(word)
        return opening if known or not self._objects else _UNKNOWN

    def _orders(self, word: str, verbs: Container[str], forms: re.Pattern[str]) -> bool:
        """Whether a word is one of the verbs, with or without what is attached to it, or has such a form."""
        if word in verbs:
            return True
        if not self._is_inflected:
            return False
        plain = without_accents(word)
        bare = self._clitics.sub("", plain)
        return (bare != plain and bare in verbs) or forms.search(plain) is not None


def words_from(text: str) -> frozenset[str]:
    """The phrases of a list, as they are written with and without accents."""
    return frozenset(" ".join(words) for phrase in text.split("; ") for words in spellings_of(phrase) if words)


def _endings(expression: str) -> re.Pattern[str]:
    """An expression for how words end; nothing ends so without one."""
    return re.compile(f"(?:{expression})$" if expression else r"(?!)")
