"""Which instructions in force a later sentence of a user's voids: by what was learned of pairs (`voiding`), and by the
words and values that two have in common (`replacing`)."""

import re
from collections.abc import Mapping, Sequence

from compactd.extractive.importance.facts import Sentence
from compactd.extractive.importance.rules.counted_things import counts_another_thing
from compactd.extractive.importance.rules.exceptions import (
    allows_throughout,
    excepted_by,
    members_allowed,
    says_otherwise,
)
from compactd.extractive.importance.rules.in_force import REPLACEABLE, STANDING, InForce, Instruction
from compactd.extractive.importance.rules.likeness import alike
from compactd.extractive.importance.rules.mere_naming import only_names
from compactd.extractive.importance.rules.named_values import ID, OF_ANYTHING
from compactd.extractive.importance.rules.permissions import allows_besides, allows_on_condition
from compactd.extractive.importance.rules.recounted import allows_a_number, recounts
from compactd.extractive.importance.rules.replacing import is_close, replaces, replaces_statement, shared_with
from compactd.extractive.importance.rules.subjects import GENERAL, is_about_all
from compactd.extractive.importance.rules.updates import Update, Void
from compactd.extractive.importance.rules.voiding import LIKELY, MAY_VOID, Voiding
from compactd.extractive.languages.addition import says_in_addition
from compactd.extractive.languages.by_language import ByLanguage
from compactd.extractive.languages.choice import languages_in
from compactd.extractive.languages.cue import Cue
from compactd.extractive.languages.last_time import tells_of_last_time
from compactd.extractive.languages.sequence import AND, SEQUELS

CORRECTING = 0.3
"""The strength from which on a sentence with another value for a standing instruction is one itself."""

LIST_MARKS = ("-", "*", "•", "·", "–", "1", "2", "3", "4", "5", "6", "7", "8", "9")

UNLIKELY = 1.75
"""By so much, as a logit, it has to be surer that a sentence voids one of the same message, since rules that are given
together hold together, or one that does not stand, since facts are stated in the same words again and again, each of
something else; and so it has to where it adds something, or says neither what is to hold nor that anything is
otherwise, unless it has another value of the same thing."""

_STATES = -2.5
"""The score of a standing instruction, as a logit, below which a sentence only states something, unless it is told for
certain that it changes or takes back something."""

_LIKELY, _LIKELY_OF_REMARKS = -2.0, 0.8
"""The logit, by what was learned of pairs, above which one that takes the place of another by its words does so; and
above which one does that is no instruction, nor says in so many words that anything is otherwise."""

_CONDITION = int(Cue.CONDITION)
_ERROR = int(Cue.ERROR)
_CHOOSES = int(Cue.DECISION | Cue.CORRECTION)
_ADDS: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(SEQUELS[language.code].adds))


class Voided:
    """Tells what an update voids of the instructions in force."""

    def __init__(self, sentences: Sequence[Sentence], in_force: InForce, voiding: Voiding) -> None:
        self._sentences = sentences
        self._in_force = in_force
        self._voiding = voiding

    def by(self, update: Update) -> Void:
        """What a sentence voids; what it only makes an exception from holds beside it, and how something was the last
        time voids nothing."""
        if _only_tells(update):
            return Void()
        void = self._by_learning(update) or self._by_words(update)
        those = [one for one in void.those if _is_meant(update, one) and not self._is_a_case(update, one)]
        void = Void(those, void.only_takes_back and bool(those), void.is_rule and bool(those))
        excepted = self._excepted(update, void.those)
        if excepted:
            return Void([one for one in void.those if one not in excepted], is_rule=True, excepted=excepted)
        allowed = () if void.those else self._allowed(update) or self._recounted(update)
        if allowed:
            return Void(allowed, is_rule=True)
        perhaps = None if void.those else self._perhaps(update)
        return void if perhaps is None else Void(is_rule=True, perhaps=perhaps)

    def _by_learning(self, update: Update) -> Void | None:
        chosen = self._learned(update)
        if chosen is None:
            return None
        those = (not says_otherwise(update.subject, chosen.subject) and self._revalued(update)) or [chosen]
        return Void(those, update.later.takes_back and not _says_instead(update, those), is_rule=True)

    def _by_words(self, update: Update) -> Void:
        released = self._released(update) if update.releases or update.ends else []
        those = [one for one in released or self._replaced(update) if self._may_void(update, one)]
        takes_back = bool(released and those) and not (_says_instead(update, those) or _says_more(update, those))
        return Void(those, takes_back)

    def _excepted(self, update: Update, void: Sequence[Instruction]) -> Sequence[Instruction]:
        """The instructions that a sentence makes an exception from: of those that it would void, or says another value
        for."""
        subject = update.subject
        others = () if void or OF_ANYTHING.issuperset(subject.values) else self._in_force.about(subject)
        likely = void or [one for one in others if says_otherwise(subject, one.subject)]
        members = members_allowed(update.sentence, subject) if likely else ()
        # `You may call Tom` leaves `Never call customers` in force for all others.
        named = [one for one in likely if any(member.is_of(one.subject) for member in members)]
        if named:
            return named
        if allows_on_condition(update) and not (void and self._is_on_condition(update, void)):
            # `You may call if it is about today's visit` leaves `Never call me` in force for all else.
            return void or [one for one in self._in_force.about(subject) if one.subject.bans and _is_meant(update, one)]
        besides = [one for one in void if allows_besides(update, one)]
        if besides:
            return besides
        rules = void or [one for one in likely if one.strength >= STANDING]
        return excepted_by(subject, rules) if rules else ()

    def _allowed(self, update: Update) -> Sequence[Instruction]:
        """The instructions about all that is said for which a sentence allows another value throughout."""
        subject = update.subject
        if not update.releases or OF_ANYTHING.issuperset(subject.values) or not allows_throughout(subject):
            return ()
        likely = (one for one in self._in_force.about(subject) if one.strength >= STANDING)
        return [one for one in likely if GENERAL.issuperset(one.subject.terms) and says_otherwise(subject, one.subject)]

    def _recounted(self, update: Update) -> Sequence[Instruction]:
        """The instructions for which a sentence allows another number of the same."""
        if not allows_a_number(update.subject):
            return ()
        likely = (one for one in self._in_force.about(update.subject) if one.strength >= STANDING)
        return [one for one in likely if recounts(update.subject, one.subject)]

    def _learned(self, update: Update) -> Instruction | None:
        """The instruction that a sentence voids by what was learned, if it says that anything is otherwise or no
        more."""
        later = update.later
        if later.voids <= (0 if later.standing < _STATES else MAY_VOID):
            return None
        speaks = max(later.voids, later.standing) > 0 and (later.releases > 0 or not adds(update.sentence))
        likely: list[Instruction] = []
        unlikely: list[Instruction] = []
        others: list[Instruction] = []
        for one in self._in_force.near(update.subject):
            if one.strength >= STANDING and not self._are_together(update, one):
                is_likely = speaks or says_otherwise(update.subject, one.subject)
                (likely if is_likely else unlikely).append(one)
            elif one.strength >= REPLACEABLE:
                others.append(one)
        if update.is_asked_once or says_in_addition(update.sentence.text):
            # `Send one file there first` is done beside what is to hold.
            unlikely, others = [], unlikely + others
        # `My address is …` is voided where no instruction is.
        found = self._voiding.voided(later, likely) or self._voiding.voided(later, unlikely, of_both=UNLIKELY)
        return found or self._voiding.voided(later, others, surer=UNLIKELY)

    def _perhaps(self, update: Update) -> Instruction | None:
        """The instruction, of those that a sentence has something in common with, that it rather voids than not; what
        is asked for once voids none."""
        if update.is_asked_once:
            return None
        likely = [one for one in self._in_force.about(update.subject) if one.strength >= STANDING]
        likely = [one for one in likely if not self._are_together(update, one)]
        found = self._voiding.voided(update.later, likely, surer=LIKELY) if likely else None
        return found if found is not None and _is_meant(update, found) else None

    def _revalued(self, update: Update) -> Sequence[Instruction]:
        """The instructions of which a sentence has another value of the same thing: it is them that it is about, and no
        other one."""
        if update.subject.values.keys() <= OF_ANYTHING:
            return ()
        likely = [one for one in self._in_force.near(update.subject) if one.strength >= STANDING]
        likely = [one for one in likely if says_otherwise(update.subject, one.subject)]
        replaced = [one for one in self._replaced(update) if one in likely and self._may_void(update, one)]
        return replaced or [one for one in likely if update.later.voids > 0 and not one.subject.bans]

    def _may_void(self, update: Update, older: Instruction) -> bool:
        """Whether nothing speaks against it that a sentence voids an instruction by its words; of statements nothing
        was learned."""
        if older.strength >= STANDING and self._are_listed(update, older):
            return False
        if update.takes_back or older.strength < REPLACEABLE:
            return True
        later = update.later
        if later.standing < _STATES and update.sentence.cues & _ERROR:
            # That something failed again ends no rule about it.
            return False
        if later.asks > 0 > max(later.standing, later.voids):
            # What is asked for once is done beside what is to hold.
            return False
        least = _LIKELY if later.standing > 0 or later.hints else _LIKELY_OF_REMARKS
        return self._voiding.weigh(later, older, 0).whether > least

    def _is_a_case(self, update: Update, older: Instruction) -> bool:
        """Whether a sentence says what to do in some case, and an instruction what not to do in any: `If a file is
        locked, skip it` leaves `Never delete a file` in force."""
        if update.releases or update.ends or update.later.voids > 0 or not older.subject.bans:
            return False
        conditional = [one.cues & _CONDITION for one in (update.sentence, self._sentences[older.place])]
        return bool(conditional[0] and not conditional[1])

    def _is_on_condition(self, update: Update, void: Sequence[Instruction]) -> bool:
        """Whether what a sentence says is no more so was to be so on a condition anyway, and that is the one: `You need
        not ask before a restart any more` says nothing else of `Ask me before every restart`."""
        if not update.ends:
            return False
        rules = [one for one in void if self._sentences[one.place].cues & _CONDITION]
        return any(alike(update.subject.text, one.subject.text) * 2 >= len(update.subject.terms) for one in rules)

    def _are_together(self, update: Update, older: Instruction) -> bool:
        return self._sentences[older.place].message == update.sentence.message

    def _are_listed(self, update: Update, older: Instruction) -> bool:
        """Whether two are lines of one list: `- No emojis.`, `- Emojis are fine in the chat.`"""
        lines = (update.sentence, self._sentences[older.place])
        return self._are_together(update, older) and all(line.text.startswith(LIST_MARKS) for line in lines)

    def _released(self, update: Update) -> list[Instruction]:
        """The instructions that a sentence takes back: those that share most with it; the last one if it names none.
        What says no more than that something is over or may be done has to be close to what it takes back, and a
        permission takes back what forbids."""
        subject, in_force = update.subject, self._in_force
        if update.takes_back:
            if is_about_all(update.sentence.text):
                return list(in_force)
            if subject.is_empty:
                return [one for one in in_force.latest() if one.strength >= STANDING][-1:]
        likely = in_force.about(subject)
        if not update.takes_back:
            likely = [
                one
                for one in likely
                if (subject.ends or one.subject.bans) and is_close(subject, one.subject, ends=True)
            ]
        shares = [(shared_with(subject, one.subject), one) for one in likely]
        most = max((share for share, _ in shares), default=0.0)
        return [one for share, one in shares if share == most > 0]

    def _replaced(self, update: Update) -> list[Instruction]:
        """The instructions that a sentence takes the place of, and statements."""
        subject = update.subject
        wills, stands = update.strength >= CORRECTING, update.strength >= STANDING
        changes = wills or subject.corrects or subject.anew
        if not changes and not subject.values:
            return []
        likely = self._in_force.firm_about(subject) if changes else ()
        firm = [one for one in likely if replaces(subject, one.subject, wills=wills, stands=stands)]
        if firm or not subject.values:
            return firm
        weak = self._in_force.stating(subject, firm=not changes)
        own = subject.values.get(ID)
        if own is not None:
            # A log, or a table, is many lines of one form, each about a thing of its own.
            weak = [one for one in weak if not own.isdisjoint(one.subject.values.get(ID, own))]
        return [one for one in weak if replaces_statement(subject, one.subject)]


def _only_tells(update: Update) -> bool:
    """Whether a sentence tells how something was, and not that it is otherwise now."""
    changes = update.releases or update.ends or update.subject.anew
    return update.strength < CORRECTING and not changes and tells_of_last_time(update.sentence.text)


def _is_meant(update: Update, older: Instruction) -> bool:
    """Whether a sentence says that something is otherwise, and does not only name the things of an instruction, or
    count others."""
    if update.releases or update.ends:
        return True
    if counts_another_thing(update.subject, older.subject):
        return False
    return update.later.voids > 0 or update.subject.anew or not only_names(update.subject, older.subject)


def adds(sentence: Sentence) -> bool:
    """Whether a sentence begins as one does that names one thing more: `Also: the deadline moved.`, `And use tabs.`"""
    line = sentence.text.lower()
    return line.partition(" ")[0] in AND or any(
        _ADDS[language.code].match(line) is not None for language in languages_in(sentence.text)
    )


def _says_instead(update: Update, void: Sequence[Instruction]) -> bool:
    """Whether a sentence that takes something back says what holds instead, though it is no instruction by its words:
    `You may say two days now`, `Forget the first one, we go with the second`."""
    own = update.subject.values
    if update.subject.anew and not update.ends and not any(one.subject.bans for one in void):
        # `Anyone may do it now` is what holds in place of `Only Ana may`.
        return True
    values = ((own.get(kind, those), those) for one in void for kind, those in one.subject.values.items())
    return update.sentence.cues & _CHOOSES == _CHOOSES or any(not mine <= those for mine, those in values)


def _says_more(update: Update, released: Sequence[Instruction]) -> bool:
    """Whether a sentence that takes something back names more than that; one that does so in so many words has to be an
    instruction itself."""
    subject = update.subject
    terms = {term for one in released for term in one.subject.terms}
    values = {value for one in released for those in one.subject.values.values() for value in those}
    more = bool(subject.terms - terms) or any(not its <= values for its in subject.values.values())
    return more and (not update.takes_back or (update.strength >= STANDING and (subject.corrects or subject.anew)))
