"""The parts of what a message asks for: `book the van` and `ask Ruth` are two things."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from compactd.extractive.importance.facts import Sentence
from compactd.extractive.importance.reply_clauses import CLAUSES
from compactd.extractive.importance.requests.open_bounds import LISTED, OF_ITS_OWN
from compactd.extractive.importance.word_forms import HANGUL, keys_of
from compactd.extractive.languages.by_language import ByLanguage
from compactd.extractive.languages.choice import languages_in
from compactd.extractive.languages.cue import Cue
from compactd.extractive.languages.indirect import before_question
from compactd.extractive.languages.questions import BEING, INTERROGATIVES, TELLING
from compactd.extractive.languages.sequence import SEQUELS
from compactd.extractive.languages.words import words_of
from compactd.extractive.reading.cues import cues_of
from compactd.extractive.reading.sentence_traits import Trait
from compactd.extractive.reading.standing_score import scores_of

_QUESTION = int(Trait.QUESTION)
_MANNER = int(Cue.MANNER)
_WANTS = int(Cue.ORDER | Cue.REQUEST | Cue.GOAL | Cue.DUTY)
_JOINS: Mapping[str, re.Pattern[str]] = ByLanguage(
    lambda language: re.compile(SEQUELS[language.code].joins, re.IGNORECASE)
)
_TELLING: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(TELLING[language.code]))
_INTERROGATIVES: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(INTERROGATIVES[language.code]))


def parts_of(asked: Iterable[Sentence]) -> Iterator[str]:
    """What is asked for in each clause: `book the van` and `ask Ruth` are two things."""
    for sentence in asked:
        yield from _parts_of_text(sentence.text, is_question=bool(sentence.traits & _QUESTION))


@lru_cache(maxsize=1024)
def _parts_of_text(text: str, *, is_question: bool) -> Sequence[str]:
    joined = _joined(text)
    listed = joined if is_question else [clause for piece in joined for clause in _listed(piece)]
    parts = asking = [piece for piece in listed if _asks_for_something(piece)]
    if asking or is_question:
        # What stands beside what asks may do so in words that no table has.
        own = [piece for piece in joined if len(keys_of(piece)) >= OF_ITS_OWN]
        parts = [piece for piece in listed if (piece in asking or piece in own) and not _is_brief_korean(piece)]
    parts = [piece for piece in parts if not _wants_to_be_told(piece) and not _wants_kindness(piece)]
    if len(parts) < 2:
        return ()
    # Where one has few words, that no table has, those before may be steps to it: `open the file, count its lines`.
    is_sure = is_question or all(part in asking or len(keys_of(part)) >= LISTED for part in parts)
    return [part if is_sure else " ".join(parts[at:]) for at, part in enumerate(parts)]


def _wants_to_be_told(piece: str) -> bool:
    """Whether a clause only asks what comes of the others, which whoever says what became of them tells: `and tell me
    what fails`."""
    line = piece.lower().replace("’", "'")
    for code in (language.code for language in languages_in(piece)):
        telling = _TELLING[code].search(line)
        if telling is not None and _INTERROGATIVES[code].search(line) is not None:
            return True
    return False


def _wants_kindness(piece: str) -> bool:
    """Whether a clause asks for no work: of `be a dear and order flowers` the first."""
    line = piece.lower()
    return any(language.code in BEING and re.match(BEING[language.code], line) for language in languages_in(piece))


def _is_brief_korean(piece: str) -> bool:
    """Whether a clause has Korean words of two syllables alone: with an ending, a reply has each in another form."""
    return all(len(keys) == 1 and min(keys) >= HANGUL for keys in keys_of(piece))


def _listed(piece: str) -> Sequence[str]:
    """The clauses of a piece that each ask for a thing of their own, if they are more than one: `rename the invoice
    template, tell Ruth about the fees`, but not `please`, `keep it short`, `tell me what is wrong`, nor what only
    announces the other; else the piece. With each stand those behind it: who has come to one is past those before."""
    clauses = [clause for clause in CLAUSES.split(piece) if _asks_for_something(clause) and not _tells_how(clause)]
    asking = [clause for at, clause in enumerate(clauses) if _names_its_own(clause, LISTED if at else OF_ITS_OWN)]
    return [" ".join(asking[at:]) for at in range(len(asking))] if len(asking) > 1 else [piece]


def _tells_how(clause: str) -> bool:
    """Whether a clause says how something is to be done, and not what: `halte ihn kurz`."""
    return bool(cues_of(clause, words_of(clause)) & _MANNER)


def _names_its_own(clause: str, words: int) -> bool:
    """Whether a clause says in so many words what is to be done with what, outside a question within it. Chinese and
    Japanese put commas between any clauses."""
    is_spaced = " " in clause.strip()
    return is_spaced and not clause.endswith((":", "：")) and len(keys_of(_before_question(clause))) >= words


def _before_question(clause: str) -> str:
    """What a clause says before a question within it: of `see what went wrong` one word."""
    line = clause.lower().replace("’", "'")
    codes = [language.code for language in languages_in(clause)]
    begins = [match.start() for code in codes for match in _INTERROGATIVES[code].finditer(line) if match.start()]
    return before_question(clause[: min(begins)] if begins else clause)


def _joined(text: str) -> Sequence[str]:
    codes = [language.code for language in languages_in(text)]
    return [piece for code in codes[:1] for piece in _JOINS[code].split(text) if piece]


def is_joined(text: str) -> bool:
    return sum(bool(keys_of(piece)) for piece in _joined(text)) > 1


def _asks_for_something(piece: str) -> bool:
    words = words_of(piece)
    cues = cues_of(piece, words)
    return bool(keys_of(piece)) and bool(cues & _WANTS or scores_of(piece, words, cues).asks > 0)
