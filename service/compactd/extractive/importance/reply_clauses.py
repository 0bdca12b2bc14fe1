"""What the clauses of a reply say: how something is, that something is being done, is not so yet, or only thanks."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from compactd.extractive.importance.facts import Sentence
from compactd.extractive.importance.word_forms import keys_of
from compactd.extractive.languages import Language
from compactd.extractive.languages.by_language import ByLanguage
from compactd.extractive.languages.choice import COMMON, languages_in
from compactd.extractive.languages.cue import Cue
from compactd.extractive.languages.failure import FAILURES
from compactd.extractive.languages.first_person import FIRST_PERSON
from compactd.extractive.languages.going_on import besides_going_on
from compactd.extractive.languages.good_wishes import CALLED, wishes_well
from compactd.extractive.languages.handing_on import HANDED_ON
from compactd.extractive.languages.heeding import HEEDED
from compactd.extractive.languages.sequence import AS_SOON_AS, REMAINS, SEQUELS
from compactd.extractive.languages.words import words_of
from compactd.extractive.memo import Lazy
from compactd.extractive.reading.cues import cues_of
from compactd.extractive.reading.sentences import split_sentences

CLAUSES = re.compile(r"(?<=[,;:–—])\s+|(?<=[，、；：،؛])\s*")
_QUESTION_MARKS = ("?", "？", "؟")
_EXCLAIMS = ("!", "！")
_COMMAS = (",", "，", "、", "،")
_GREETING = 2
"""Clauses of a greeting with the name of whom it is said to."""

_NAME, _NAME_ENDS = 3, " .,!。！，،।"
"""Words of the longest name that somebody is called by, with its title; what follows it."""

_CHATTER, _OUTCOME, _ERROR = int(Cue.CHATTER), int(Cue.OUTCOME), int(Cue.ERROR)
_WORKING: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(language.working))
_ANNOUNCING: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(FIRST_PERSON[language.code]))


def _waiting(language: Language) -> re.Pattern[str]:
    sequel = SEQUELS[language.code]
    return re.compile(f"{sequel.later}|{sequel.pending}")


_LATER: Mapping[str, re.Pattern[str]] = ByLanguage(_waiting)
_LEFT: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(REMAINS[language.code]))
_AS_SOON_AS: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(AS_SOON_AS[language.code]))
_ABSENT: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(SEQUELS[language.code].absent))
_TRIED: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(FAILURES[language.code].tried))
_FAILED: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(FAILURES[language.code].other))
_HANDED_ON: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(HANDED_ON[language.code]))
_HEEDED: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(HEEDED[language.code]))


class Piece:
    """A clause of what the assistant said, in one of the languages of these `codes`. Its cues need not be known where
    it neither thanks nor says what became of something."""

    def __init__(self, text: str, codes: tuple[str, ...], cues: int | None) -> None:
        self.text = text
        self.asks = text.endswith(_QUESTION_MARKS)
        self._line = text.lower().replace("’", "'")
        self._codes = codes
        self._cues = cues

    @Lazy
    def cues(self) -> int:
        """What its words say about it."""
        return cues_of(self.text, words_of(self.text)) if self._cues is None else self._cues

    @property
    def thanks(self) -> bool:
        """Whether it thanks, agrees or greets, and says nothing of a result."""
        return self.cues & (_CHATTER | _OUTCOME) == _CHATTER

    @property
    def exclaims(self) -> bool:
        """Whether it wishes or feels something, loudly, and says nothing of a result: `Safe travels!`"""
        return self.text.endswith(_EXCLAIMS) and not self.cues & _OUTCOME and not any(map(str.isdigit, self.text))

    @Lazy
    def wishes_well(self) -> bool:
        """Whether it is a kind word, which answers nothing, and says nothing of a result: `Good luck!`"""
        return not self.cues & _OUTCOME and any(wishes_well(self._line, code) for code in self._codes)

    @property
    def fails(self) -> bool:
        """Whether it says that something went wrong, and of no result."""
        return self.cues & (_ERROR | _OUTCOME) == _ERROR

    @Lazy
    def tried(self) -> bool:
        """Whether it says that the speaker tried something in vain."""
        return any(_TRIED[code].search(self._line) for code in self._codes)

    @Lazy
    def failed(self) -> bool:
        """Whether it says that something did not work, whoever tried it."""
        return self.tried or any(_FAILED[code].search(self._line) for code in self._codes)

    @Lazy
    def is_handed_on(self) -> bool:
        """Whether it says that something was begun with, or that somebody else was asked about it."""
        return any(_HANDED_ON[code].search(self._line) for code in self._codes)

    @Lazy
    def heeds(self) -> bool:
        """Whether it says that what was told was taken down, or will be kept to."""
        return any(_HEEDED[code].search(self._line) for code in self._codes)

    @property
    def goes_on(self) -> bool:
        """Whether it says that whoever works goes on as before."""
        return besides_going_on(self.text) is not None

    @Lazy
    def is_left(self) -> bool:
        """Whether it says what is left: of the work, or of anything."""
        return any(_LEFT[code].search(self._line) for code in self._codes)

    @Lazy
    def waits(self) -> bool:
        """Whether it says that something waits for something else; before a comma that is said of the clause behind."""
        return self._says_when and not self._line.endswith(_COMMAS)

    @property
    def says_when(self) -> bool:
        """Whether it says only when the clause behind it holds."""
        return self._says_when and not self.waits

    @Lazy
    def _says_when(self) -> bool:
        return any(_AS_SOON_AS[code].search(self._line) for code in self._codes)

    @Lazy
    def announced(self) -> str:
        """The words by which it says that the speaker is about to do something."""
        found = (_ANNOUNCING[code].search(self._line) for code in self._codes)
        return " ".join(match.group() for match in found if match is not None)

    @Lazy
    def is_at_work(self) -> bool:
        """Whether it says no more than that something is being done, is still to come, or is not so yet or for now."""
        return self.is_ahead or self._is_absent

    @Lazy
    def is_ahead(self) -> bool:
        """Whether it says no more than that something is being done, is still to come, or is not so yet."""
        later = any(_LATER[code].search(self._line) for code in self._codes)
        return later or any(_WORKING[code].search(self._line) for code in self._codes) or bool(self.announced)

    @Lazy
    def is_later(self) -> bool:
        """Whether it says that something is still to come, or not so yet or for now."""
        return self._is_absent or any(_LATER[code].search(self._line) for code in self._codes)

    @Lazy
    def _is_absent(self) -> bool:
        return any(_ABSENT[code].search(self._line) for code in self._codes)

    @property
    def reports(self) -> bool:
        """Whether it says how something is or was, and does not only thank, ask or announce."""
        if self.asks or self.is_at_work or self.thanks or self.wishes_well:
            return False
        return bool(keys_of(self.text)) or any(map(str.isdigit, self.text))

    @property
    def has_result(self) -> bool:
        """Whether it says what became of something, or a number."""
        return bool(self.cues & _OUTCOME) or any(map(str.isdigit, self.text))

    @property
    def words(self) -> int:
        """How many of its words, or pairs of Chinese and Japanese characters, say something."""
        words = {*words_of(self.text)}
        return len(words - COMMON) if words else len(self.text) // 2


piece_of = lru_cache(maxsize=2048)(Piece)
"""The clause that a text is: a reply is read anew for each request that it follows, and for what it says by itself."""


def pieces_of(said: Sequence[Sentence], asked: str = "") -> Iterator[Piece]:
    """The clauses of what was said, in the language of that and of what was asked."""
    spoken = " ".join(one.text for one in said)
    # A short line may be read as one of another language.
    codes = _codes_of(spoken, asked)
    for one in said:
        # Of a sentence that has none of these no clause does.
        cues = None if one.cues & (_CHATTER | _OUTCOME) else one.cues & _ERROR
        for text in split_sentences(one.text):
            clauses = _without_name(list(filter(None, CLAUSES.split(text))), codes)
            for clause in clauses:
                yield piece_of(clause, codes, one.cues if clause == one.text else cues)


def _codes_of(spoken: str, asked: str) -> tuple[str, ...]:
    """The codes of the languages that something spoken may be in: of several those that what was asked may be in, too.
    A short line that is told may be told wrongly."""
    own = [language.code for language in languages_in(spoken)]
    both = [language.code for language in languages_in(f"{spoken} {asked}")] if asked else own
    shared = [code for code in own if code in both]
    return tuple(shared) if len(own) > 1 and shared else tuple(dict.fromkeys((*own, *both)))


def _without_name(clauses: list[str], codes: tuple[str, ...]) -> Sequence[str]:
    """The clauses of a sentence; of one that greets or thanks somebody by name only that, as loud as without it."""
    if len(clauses) == _GREETING and _is_name(clauses[1]):
        greeting = f"{clauses[0].rstrip(_NAME_ENDS)}!"
        piece = piece_of(greeting, codes, None)
        if piece.thanks or piece.wishes_well:
            return [greeting]
    return clauses


def _is_name(clause: str) -> bool:
    """Whether a clause behind a greeting or thanks only says to whom: `Cheers, Ruth!`, `Buenos días, doña Carmen.`"""
    words = clause.rstrip(_NAME_ENDS).split()
    if not words or len(words) > _NAME:
        return False
    return words[-1][:1].isupper() or CALLED.fullmatch(" ".join(words)) is not None


def tells_work(text: str) -> bool:
    """Whether a text says that somebody is doing something, or about to."""
    line = text.lower().replace("’", "'")
    return any(_WORKING[language.code].search(line) is not None for language in languages_in(text))
