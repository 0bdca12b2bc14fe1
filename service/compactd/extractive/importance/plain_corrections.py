"""Corrections of values that are none elsewhere, a small number or a single name: `3, not 5` is about one thing."""

import re
from collections.abc import Iterator, MutableSequence

import msgspec

from compactd.domain.messages import Role
from compactd.extractive.importance.facts import Sentence
from compactd.extractive.languages import LANGUAGES
from compactd.extractive.reading.cue import Cue

_ASIDE = "|".join(language.aside_old for language in LANGUAGES if language.aside_old and language.common)
_VALUE = r"\d+(?:[.,]\d+)*|[A-ZÀ-Ý][a-zà-ÿ]+"
_NAMED = re.compile(rf"(?<!\w)(?P<new>{_VALUE})\s*[,;(]?\s+(?:{_ASIDE})\s+(?P<old>{_VALUE})(?![\w-]|[.,]\d)")
_FEWEST_TERMS = 2
"""Content words that the correction of a number shares with what it corrects."""

_CORRECTION = int(Cue.CORRECTION)


def correct_plainly(sentences: MutableSequence[Sentence]) -> None:
    """Puts the new value into what users said before of the same subject, and leaves out the clause that names the old
    one."""
    for place, sentence in enumerate(sentences):
        if sentence.role is not Role.USER or not sentence.cues & _CORRECTION:
            continue
        for named in _NAMED.finditer(sentence.text):
            new, old = named["new"], named["old"]
            if _is_whole(sentence, new) and _is_whole(sentence, old) and new[0].isdigit() is old[0].isdigit():
                for before in _about_the_same(sentences, place, old):
                    _put(sentences, before, rf"(?<!\w){re.escape(old)}(?![\w-]|[.,]\d)", new)
                _put(sentences, place, re.escape(named.group()), new)


def _is_whole(sentence: Sentence, word: str) -> bool:
    """Whether a word is no part of a name or a value of several: of `June 27` neither is one by itself."""
    return not any(word in named.split() and word != named for named, _ in sentence.values())


def _about_the_same(sentences: MutableSequence[Sentence], place: int, old: str) -> Iterator[int]:
    """Places before `place` where a user says the old value of something that the correction names; of a name it is
    enough that it is said."""
    subject = sentences[place].terms
    for before in range(place):
        one = sentences[before]
        named = one.role is Role.USER and old in one.text
        if named and (old[0].isalpha() or len(subject & one.terms) >= _FEWEST_TERMS):
            yield before


def _put(sentences: MutableSequence[Sentence], place: int, pattern: str, text: str) -> None:
    sentence = sentences[place]
    sentences[place] = msgspec.structs.replace(sentence, text=re.sub(pattern, lambda _: text, sentence.text, count=1))
