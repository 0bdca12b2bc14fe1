"""Whether what was asked for was tried in vain.

What the speaker could not do is still to be done. What else failed may be what was to be found out, or done: it leaves
a request open only where the reply says nothing else, and the request neither wants to know something nor speaks of
failing itself.
"""

import re
from collections.abc import Mapping, Sequence

from compactd.extractive.importance.facts import Sentence
from compactd.extractive.importance.reply_clauses import Piece, pieces_of
from compactd.extractive.languages import Language
from compactd.extractive.languages.by_language import ByLanguage
from compactd.extractive.languages.choice import languages_in
from compactd.extractive.languages.cue import Cue
from compactd.extractive.languages.failure import FAILURES
from compactd.extractive.languages.questions import INTERROGATIVES
from compactd.extractive.reading.sentence_traits import Trait

_ERROR, _OUTCOME = int(Cue.ERROR), int(Cue.OUTCOME)
_ASKS, _QUESTION = int(Cue.ORDER | Cue.REQUEST), int(Trait.QUESTION)
_ASKED: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(INTERROGATIVES[language.code]))


def _wanted(language: Language) -> re.Pattern[str]:
    words = FAILURES[language.code]
    return re.compile(f"{words.other}|{words.wanted}|{words.told}")


_WANTED: Mapping[str, re.Pattern[str]] = ByLanguage(_wanted)


class Endeavour:
    """What was asked for, as far as it tells what failing at it is."""

    def __init__(self, asked: Sequence[Sentence]) -> None:
        line = " ".join(one.text for one in asked).lower().replace("’", "'")
        codes = [language.code for language in languages_in(line)]
        is_question = any(one.traits & _QUESTION and not one.cues & _ASKS for one in asked)
        wants_to_know = is_question or any(_ASKED[code].search(line) for code in codes)
        speaks_of_it = any(one.cues & _ERROR for one in asked) or any(_WANTED[code].search(line) for code in codes)
        self._is_question = is_question and not any(_ASKED[code].search(line) for code in codes)
        self.may_be_wanted = wants_to_know or speaks_of_it

    def is_in_vain(self, pieces: Sequence[Piece], told: Sequence[Piece]) -> bool:
        """Whether the clauses of a reply, of which some told something of it, say that it did not work."""
        if _ends(pieces, tried=True):
            return not self._is_question
        return not self.may_be_wanted and all(piece.failed for piece in told) and _ends(pieces, tried=False)


def ends_in_failure(said: Sequence[Sentence]) -> bool:
    """Whether what the assistant said ends with something that did not work."""
    return failed(list(pieces_of(said)))


def failed(pieces: Sequence[Piece]) -> bool:
    """Whether the clauses of a reply say that something did not work, whatever was asked for."""
    return Endeavour(()).is_in_vain(pieces, [piece for piece in pieces if piece.reports and piece.has_result])


def _ends(pieces: Sequence[Piece], *, tried: bool) -> bool:
    """Whether a clause says that something was tried in vain, or failed at all, and none behind it a result."""
    ends = (piece for piece in reversed(pieces) if _in_vain(piece, tried=tried) or piece.cues & _OUTCOME)
    last = next(ends, None)
    return last is not None and _in_vain(last, tried=tried)


def _in_vain(piece: Piece, *, tried: bool) -> bool:
    return piece.tried if tried else piece.failed
