"""Rules that a sentence says otherwise than for one case: both hold then.

`For the title, English is fine` leaves `Always reply in French` in force.
"""

from collections.abc import Iterable

from compactd.extractive.importance.given import Given
from compactd.extractive.importance.likeness import alike
from compactd.extractive.importance.named_values import OF_ANYTHING
from compactd.extractive.importance.subjects import GENERAL, Subject, content_words
from compactd.extractive.languages.cases import case_of, general_of


def excepted_by(newer: Subject, older: Iterable[Given]) -> list[Given]:
    """Those instructions which a sentence about `newer` makes an exception from: it confines itself to something that
    they do not name. What says that something is so again, or corrects what was said, is about all of it; so is what
    ends something and names a case by the way: `No need to note my hours in the sheet any more.`"""
    case = None if newer.anew or newer.corrects else case_of(newer.text)
    if case is None or (newer.ends and not case.leads):
        return []
    words, pairs = content_words(case.text)
    if not (words or pairs) or not GENERAL.isdisjoint(term for _, term in words):
        return []
    return [one for one in older if not alike(case.text, one.subject.text)]


def allows_throughout(newer: Subject) -> bool:
    """Whether a sentence that allows a value of something says that of all that is said, and names nothing else:
    `Our chats can be in English.`"""
    general = general_of(newer.text)
    if general is None:
        return False
    words, _ = content_words(general)
    return GENERAL.issuperset(newer.terms - {term for _, term in words})


def says_otherwise(newer: Subject, older: Subject) -> bool:
    """Whether the newer one has another value of the same thing: another language, another tone."""
    both = (newer.values.keys() & older.values.keys()) - OF_ANYTHING
    return any(newer.values[name].isdisjoint(older.values[name]) for name in both)
