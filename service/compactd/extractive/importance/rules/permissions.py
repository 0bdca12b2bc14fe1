"""Permissions that leave in force what forbids something: one on a condition, and one of another thing."""

from compactd.extractive.importance.rules.in_force import Instruction
from compactd.extractive.importance.rules.likeness import alike, named_besides
from compactd.extractive.importance.rules.subjects import Subject, content_words
from compactd.extractive.importance.rules.updates import Update
from compactd.extractive.languages.at_will import depends_on_wish
from compactd.extractive.languages.cases import allows
from compactd.extractive.languages.cue import Cue

_ON_CONDITION = int(Cue.PERMISSION | Cue.CONDITION)


def allows_on_condition(update: Update) -> bool:
    """Whether a sentence allows something, and says when."""
    if update.sentence.cues & _ON_CONDITION != _ON_CONDITION or update.subject.bans:
        return False
    return not depends_on_wish(update.sentence.text)


def allows_besides(update: Update, older: Instruction) -> bool:
    """Whether a sentence only says that something may be done, and an instruction forbids it with another thing."""
    if not update.releases or update.takes_back or depends_on_wish(update.sentence.text):
        return False
    return _is_of_another_thing(update.subject, older.subject)


def _is_of_another_thing(newer: Subject, older: Subject) -> bool:
    """Whether what a sentence allows is done with another thing than what a rule forbids, as far as words tell: each
    names something that the other does not, and both what is done: `Never delete logs`, `You may delete caches`."""
    if not older.bans or newer.bans or not alike(newer.text, older.text):
        return False
    own = [word for word in named_besides(newer.text, older.text) if not allows(word)]
    its = named_besides(older.text, newer.text)
    words, _ = content_words(older.text)
    # What a rule begins with is what is done, or when: `Ruf nie am Abend an` forbids what `du darfst anrufen` allows.
    return bool(own and its) and not (words and words[0][0] in its)
