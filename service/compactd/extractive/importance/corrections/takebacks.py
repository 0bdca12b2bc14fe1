"""Sentences that a user takes back in the next one: `We wanted a refund. No, better a replacement.` They are one."""

import re
from collections.abc import Mapping, MutableSequence
from itertools import pairwise

import msgspec

from compactd.domain.messages import Role
from compactd.extractive.importance.facts import Sentence
from compactd.extractive.languages.by_language import ByLanguage
from compactd.extractive.languages.choice import languages_in
from compactd.extractive.languages.cue import Cue
from compactd.extractive.languages.sequence import SEQUELS
from compactd.extractive.reading.sentence_traits import Trait

_LONGEST = 200
"""Code points of a sentence that is taken back: only what is short is said and taken back in one breath."""

_INSTEAD: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(SEQUELS[language.code].instead))
# Looked for before the language is: hardly a sentence begins so.
_ANY = re.compile("|".join(f"(?:{sequel.instead})" for sequel in SEQUELS.values()))
_NEVER = int(Trait.QUOTED | Trait.TABLE_ROW)
_CORRECTION = int(Cue.CORRECTION)
_NOTHING = int(Trait.ANNOUNCEMENT)


def join_takebacks(sentences: MutableSequence[Sentence]) -> None:
    """Puts what was taken back and what holds instead into one sentence, at the place of the second; the first says
    nothing any more."""
    for place, (older, newer) in enumerate(pairwise(list(sentences)), 1):
        if newer.role is not Role.USER or newer.message != older.message or older.role is not Role.USER:
            continue
        if newer.section is older.section is None and _takes_back(newer, older):
            # Of three in a row the second holds what the first said.
            before = sentences[place - 1]
            joint = " " if older.text.isascii() or " " in older.text else ""
            sentences[place] = msgspec.structs.replace(
                newer,
                text=f"{before.text}{joint}{newer.text}",
                cues=before.cues | newer.cues | _CORRECTION,
                term_count=before.term_count + newer.term_count,
                identifiers=(*before.identifiers, *newer.identifiers),
                names=(*before.names, *newer.names),
            )
            sentences[place - 1] = msgspec.structs.replace(
                before, text="", cues=0, traits=_NOTHING, term_count=0, identifiers=(), names=(), standing=0, asks=0
            )


def _takes_back(newer: Sentence, older: Sentence) -> bool:
    if (newer.traits | older.traits) & _NEVER or len(older.text) > _LONGEST:
        return False
    line = newer.text[:48].lower().replace("’", "'")
    if _ANY.match(line) is None:
        return False
    return any(_INSTEAD[language.code].match(line) is not None for language in languages_in(newer.text))
