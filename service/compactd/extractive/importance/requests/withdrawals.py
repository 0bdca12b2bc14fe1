"""What one message asks for and takes back in one breath."""

from collections.abc import Sequence
from functools import reduce
from itertools import pairwise
from operator import or_

from compactd.extractive.importance.facts import Sentence
from compactd.extractive.importance.reply_clauses import CLAUSES
from compactd.extractive.importance.word_forms import keys_of, mentions
from compactd.extractive.languages.choice import tables_of
from compactd.extractive.languages.cue import Cue
from compactd.extractive.languages.words import words_of
from compactd.extractive.reading.cues import cues_of, without_cues
from compactd.extractive.reading.speech import terms_of

_FEW_TERMS = 3
"""Content words beside those of taking back; a clause that takes back a task has fewer."""

_BRIEF = 16
"""Words of the longest clause that is looked at for what it takes back: each is looked at without each of them."""

_WITHDRAWN, _RELEASE = int(Cue.WITHDRAWAL), int(Cue.RELEASE)
_ANEW = int(Cue.ORDER | Cue.REQUEST | Cue.PREFERENCE)
_MARKS = int(Cue.WITHDRAWAL | Cue.RELEASE | Cue.CORRECTION | Cue.SHIFT)


def not_taken_back(sentences: Sequence[Sentence], spoken: Sequence[int], asking: Sequence[int]) -> list[int]:
    """What asks for something in one message, but for what is taken back there in one breath, in few words: `Can you
    look for a ladder? Oh, forget it, my aunt has one.`"""
    left = list(asking)
    for place in spoken:
        before = [one for one in left if one < place]
        # Without a text is what already stands in the next sentence, with what takes its place.
        if not before or not sentences[place - 1].text:
            continue
        clauses = _clauses_that_take_back(sentences[place])
        if clauses:
            gone = _meant(sentences, before, clauses)
            left = [one for one in left if one not in (*gone, place)] if gone else left
    return left


def only_takes_back(sentence: Sentence) -> bool:
    """Whether a sentence takes back whatever was asked for, and at most says why: `Cancel that, audit needs them.`"""
    clauses = _clauses_that_take_back(sentence)
    return bool(clauses and sentence.cues & _WITHDRAWN) and not keys_of(_beside_marks(clauses[0]))


def _clauses_that_take_back(sentence: Sentence) -> Sequence[str]:
    """The clauses of a sentence that say something, if the first takes something back and none asks for anything
    else."""
    clauses = [(cues_of(text, words_of(text)), text) for text in _clauses_that_say_something(sentence)]
    # `Wait, better for Sunday` says what is wanted instead, and not of what.
    anew = any(cues & _ANEW and not cues & _WITHDRAWN for cues, _ in clauses[1:])
    if not clauses or anew or not _takes_back(sentence, clauses[0][1]):
        return ()
    return [text for _, text in clauses]


def _meant(sentences: Sequence[Sentence], before: Sequence[int], clauses: Sequence[str]) -> Sequence[int]:
    """Which of the requests before it a sentence of these clauses takes back: `Forget the pizza` all that name most of
    what its first clause names, and so `No need to hurry` none; `Forget it` the last one, or those that what it says
    besides is about."""
    named = _beside_marks(clauses[0])
    about = len(keys_of(named))
    if about:
        return [one for one in before if 2 * mentions(named, sentences[one].text) > about]
    besides = " ".join(clauses[1:])
    return [one for one in before if mentions(besides, sentences[one].text)] or before[-1:]


def _beside_marks(clause: str) -> str:
    """The words of a clause without those that say that it takes something back: without which it would not say so."""
    words = words_of(clause)
    marked = _marks_of(words, words)
    kept = [word for word in words if _marks_of([one for one in words if one != word], words) == marked]
    return without_cues(clause if len(kept) == len(words) else " ".join(kept), _MARKS)


def _marks_of(kept: Sequence[str], words: Sequence[str]) -> int:
    """The cues of those words that are kept of a clause, in the language of all its `words`."""
    there, beside = set(kept), set(pairwise(kept))
    return _MARKS & reduce(or_, (table.cues_of(kept, there, beside) for table in tables_of(set(words))), 0)


def _clauses_that_say_something(sentence: Sentence) -> Sequence[str]:
    if not sentence.cues & (_WITHDRAWN | _RELEASE):
        return ()
    return [text for text in CLAUSES.split(sentence.text) if terms_of(text, words_of(text))]


def _takes_back(sentence: Sentence, first: str) -> bool:
    """Whether a sentence that begins with a clause takes something back: `You may drop the titles again` does so with a
    rule, by what it is about."""
    if len(words_of(first)) > _BRIEF:
        return False
    named = _beside_marks(first)
    if len(terms_of(named, words_of(named))) >= _FEW_TERMS:
        return False
    return bool(sentence.cues & _WITHDRAWN) or sentence.asks < sentence.releases
