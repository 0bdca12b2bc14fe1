"""Whether what was asked is done: by what the assistant said since, and by what its calls did.

It is open until something says that it is done, all of it. What the assistant only announces is no such thing, nor is
a kind word about something else; and a wrong `nothing is open` costs more than a request that is named once too often.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from operator import attrgetter

from compactd.extractive.importance.facts import BEFORE, Facts, Sentence
from compactd.extractive.importance.outcomes import DONE
from compactd.extractive.importance.reply_clauses import Piece, pieces_of
from compactd.extractive.importance.requests.failing import Endeavour, failed
from compactd.extractive.importance.requests.open_bounds import LONG_REPLY, SAYS_SOMETHING
from compactd.extractive.importance.requests.request_parts import is_joined, parts_of
from compactd.extractive.importance.requests.said_besides import without_chatter
from compactd.extractive.importance.requests.turns import READ, Turn, turns_between
from compactd.extractive.importance.word_forms import mentions
from compactd.extractive.languages.by_language import ByLanguage
from compactd.extractive.languages.choice import languages_in, script_of
from compactd.extractive.languages.cue import Cue
from compactd.extractive.languages.questions import PARTICLES
from compactd.extractive.languages.sequence import MORE
from compactd.extractive.languages.words import words_of
from compactd.extractive.memo import Lazy
from compactd.extractive.reading.effects import words_of_name
from compactd.extractive.reading.sentence_traits import Trait

_QUESTION = int(Trait.QUESTION)
_CHATTER, _OUTCOME = int(Cue.CHATTER), int(Cue.OUTCOME)
_ASKS = int(Cue.ORDER | Cue.REQUEST)
_MORE: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(MORE[language.code]))


class Aftermath:
    """What the assistant said and did after message `message` of a user, before message `until` if there is one; most
    that is asked of it is worked out once."""

    def __init__(self, facts: Facts, message: int, until: int | None = None) -> None:
        self._facts = facts
        self._message = message
        self._until = until
        self._done: dict[tuple[str, ...], bool] = {}

    def is_done(self, asked: Sequence[Sentence]) -> bool:
        """Whether the assistant came to an end with all that sentences of the message ask."""
        texts = tuple(one.text for one in asked)
        if texts not in self._done:
            self._done[texts] = self._ends(asked)
        return self._done[texts]

    def _ends(self, asked: Sequence[Sentence]) -> bool:
        if (self._works or not self._turns) and _was_called(self._facts, self._message, asked):
            return True
        return _Progress(asked).is_over(self._ended)

    def is_replied_to(self) -> bool:
        """Whether the assistant said anything to what asked for nothing, and did not only ask back or set to work."""
        said = [turn.last for turn in self._ended if not inquires(turn.last[-1])]
        return any(not piece.is_at_work for last in said for piece in pieces_of(last))

    def is_reported_on(self) -> bool:
        """Whether the assistant said next what came of something, and neither failed, asked nor set to work."""
        if self.has_failed or self.asks_back or self.is_at_work:
            return False
        return any(piece.reports and piece.has_result for piece in self._first)

    @Lazy
    def is_at_work(self) -> bool:
        """Whether the assistant said next that it is about to do something."""
        return any(map(self._sets_to_work, self._first))

    def is_noted(self) -> bool:
        """Whether the assistant only took down next what it was told, or said that it keeps to it: that was a fact or a
        rule."""
        if self.asks_back or not any(piece.heeds for piece in self._first):
            return False
        return not any(piece.is_at_work and not (piece.heeds or piece.goes_on) for piece in self._first)

    def _sets_to_work(self, piece: Piece) -> bool:
        if piece.is_at_work or piece.is_left or piece.waits:
            return True
        return piece.is_handed_on and not mentions(piece.text, self._asked)

    @Lazy
    def _asked(self) -> str:
        """What the message says."""
        of_message = attrgetter("message")
        first = bisect_left(self._facts.sentences, self._message, key=of_message)
        last = bisect_right(self._facts.sentences, self._message, key=of_message)
        return " ".join(one.text for one in islice(self._facts.sentences, first, min(last, first + READ)))

    @Lazy
    def has_failed(self) -> bool:
        """Whether the assistant said next that something did not work."""
        return failed(self._first)

    @Lazy
    def asks_back(self) -> bool:
        """Whether the assistant asked next what it needs to know."""
        first = next(self._each_turn(), None)
        return first is not None and inquires(first.last[-1])

    def is_taken_up(self) -> bool:
        """Whether it said no more than that: so it was asked to."""
        if not self.is_at_work:
            return False
        last = self._first[-1]
        if self._sets_to_work(last) and not any(piece.cues & _OUTCOME for piece in self._first):
            return True
        said = (piece for piece in self._first if piece.reports and not piece.exclaims)
        return not any(piece.words >= SAYS_SOMETHING for piece in said)

    def announces(self, text: str) -> bool:
        """Whether the assistant said next, of something that a text names, that it is about to do it."""
        return any(mentions(piece.text, text) and piece.is_at_work for piece in self._first)

    def reports(self, text: str) -> bool:
        """Whether the assistant said next what became of something that a text names."""
        return any(mentions(piece.text, text) and piece.cues & _OUTCOME for piece in self._first)

    def is_begun(self) -> bool:
        """Whether the assistant said next that it would do what is asked, or no more than a few words."""
        few = sum(piece.words for piece in self._first) < LONG_REPLY
        return bool(self._first) and (few or self.is_taken_up())

    @Lazy
    def _turns(self) -> Sequence[Turn]:
        return list(self._each_turn())

    def _each_turn(self) -> Iterator[Turn]:
        until = self._facts.length if self._until is None else self._until
        return turns_between(self._facts.sentences, self._message, until)

    @Lazy
    def is_silent(self) -> bool:
        """Whether it has called tools since, and said nothing."""
        return self._until is None and not self._turns and self._facts.last_call > self._message

    @property
    def _works(self) -> bool:
        """Whether it has called tools since it spoke last."""
        is_last = self._until is None and bool(self._turns)
        return is_last and self._facts.last_call > self._turns[-1].last[-1].message

    @property
    def _ended(self) -> Sequence[Turn]:
        """Without the turn in which it still calls tools."""
        return self._turns[:-1] if self._works else self._turns

    @Lazy
    def _first(self) -> Sequence[Piece]:
        """What it said next."""
        first = next(self._each_turn(), None)
        return list(pieces_of(first.last)) if first else []


class _Progress:
    """How far the assistant has come with what one message asks."""

    def __init__(self, asked: Sequence[Sentence]) -> None:
        self._text = " ".join(one.text for one in asked)
        self._is_question = any(one.traits & _QUESTION and not one.cues & _ASKS for one in asked)
        self._stood_before = asked[0].message == BEFORE
        self._endeavour = Endeavour(asked)
        self._parts = list(parts_of(asked))
        self._left = set(range(len(self._parts)))
        self._is_of_several = any(is_joined(one.text) for one in asked)

    def is_over(self, turns: Sequence[Turn]) -> bool:
        """Whether something said that it is done, and nothing that a part of it is to come."""
        reported = ahead = False
        for number, turn in enumerate(turns):
            last = turn.last
            if _offers_more(last[-1]):
                return True
            asks_back = inquires(last[-1])
            direct = number == 0 and not self._stood_before
            pieces = list(pieces_of(last, self._text))
            told = [piece for piece in pieces if self._tells(piece, turn, direct=direct)]
            in_vain = not turn.answers and self._endeavour.is_in_vain(pieces, told)
            if direct and not told and not asks_back and self._is_answer(pieces):
                told = [piece for piece in pieces if not self._is_under_way(piece)]
            if in_vain:
                reported = ahead = True
            elif told:
                reported = True
                self._cover(" ".join((*(one.text for one in turn.before), *(piece.text for piece in told))))
                ahead = any(self._is_ahead(piece) or self._is_rest(piece, told) for piece in pieces)
        # A report that names no part may say of all what became of them, in other words.
        covered = not self._left or len(self._left) == len(self._parts)
        return reported and not ahead and covered

    def _is_ahead(self, piece: Piece) -> bool:
        """Whether a clause says of a part of it that it is still to come."""
        is_about_it = bool(mentions(piece.text, self._text))
        return (self._is_of_several and piece.is_later) or (is_about_it and self._is_under_way(piece))

    def _is_rest(self, piece: Piece, told: Sequence[Piece]) -> bool:
        """Whether a clause says that something of it is left, and another one told of something else of it."""
        if self._is_question or not piece.is_left or not mentions(piece.text, self._text):
            return False
        others = (other.text for other in told if other is not piece)
        return any(mentions(other, self._text) and not mentions(other, piece.text) for other in others)

    def _is_under_way(self, piece: Piece) -> bool:
        """Whether a clause says that it is still to be done. A question may be answered by that: by what is left, by
        when something will be, that it is not so now, and by what somebody does."""
        is_about_it = bool(mentions(piece.text, self._text))
        if piece.is_handed_on and not is_about_it:
            return True
        if not self._is_question:
            return piece.is_at_work or piece.waits or (piece.is_left and is_about_it and self._is_of_several)
        if piece.is_left or piece.waits or mentions(piece.announced, self._text):
            return False
        return piece.is_ahead if is_about_it else piece.is_at_work

    def _tells(self, piece: Piece, turn: "Turn", *, direct: bool) -> bool:
        """Whether a clause of the assistant says that something of it is done."""
        if piece.asks or piece.wishes_well or self._is_under_way(piece):
            return False
        ends = bool(piece.cues & _OUTCOME)
        if inquires(turn.last[-1]):
            return ends
        # An answer to another question may have a word in common with this one.
        if mentions(piece.text, self._text) > turn.answers:
            return True
        return direct and piece.reports and piece.has_result

    def _is_answer(self, pieces: Sequence[Piece]) -> bool:
        """Whether clauses that share no word with what was asked say something all the same: they answer a question, or
        begin with what is so now."""
        if self._is_question:
            # `Good question, let me trace it.`
            if any(map(self._is_under_way, pieces)):
                return False
            # A loud answer is an answer (`Goethe!`), unless it has no word of its own.
            kind = (piece.thanks or piece.wishes_well or (piece.exclaims and not piece.words) for piece in pieces)
            return not all(kind)
        said = (piece for piece in pieces if not (piece.thanks or piece.wishes_well or piece.says_when))
        first = next((piece for piece in said if piece.words >= SAYS_SOMETHING), None)
        if first is None or self._is_under_way(first):
            return False
        return first.reports and not (first.exclaims or first.fails)

    def _cover(self, told: str) -> None:
        self._left -= {at for at in self._left if mentions(self._parts[at], told)}


def inquires(sentence: Sentence) -> bool:
    """Whether a sentence of the assistant is a question about the work, and none that only offers more of it."""
    return _is_question(sentence) and not _offers_more(sentence)


def _is_question(sentence: Sentence) -> bool:
    """Whether a sentence is a question, by its mark or by how it ends."""
    if sentence.traits & _QUESTION:
        return True
    script = script_of(sentence.text) if not sentence.text.isascii() else None
    expression = PARTICLES.get(script.code) if script is not None else None
    return expression is not None and expression.search(sentence.text) is not None


def _offers_more(sentence: Sentence) -> bool:
    """Whether a sentence of the assistant asks whether there is anything else: `Shall I go on?` does not."""
    if not _is_question(sentence) or not without_chatter(sentence).cues & _CHATTER:
        return False
    line = sentence.text.lower()
    return any(_MORE[language.code].search(line) for language in languages_in(sentence.text))


def _was_called(facts: Facts, message: int, asked_for: Sequence[Sentence]) -> bool:
    """Whether a call named like what was asked for has succeeded since: `cancel_order` for `Please cancel it`."""
    asked = {word for one in asked_for for word in words_of(one.text)}
    for place in reversed(facts.outcomes):
        outcome = facts.sentences[place]
        if outcome.message <= message:
            break
        if outcome.text.startswith(DONE) and not asked.isdisjoint(words_of_name(outcome.text.split("(")[0])):
            return True
    return False
