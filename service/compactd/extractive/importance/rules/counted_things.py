"""What a sentence counts: `29 pupils` says nothing of `at most 15 words`."""

import re
from functools import lru_cache
from itertools import pairwise

from compactd.extractive.importance.rules.named_values import MEASURES, NUMBER, VALUE_WORDS
from compactd.extractive.importance.rules.subjects import Subject, content_words
from compactd.extractive.languages.choice import line_of

_WORD = re.compile(r"[^\W_]+")


def counts_another_thing(newer: Subject, older: Subject) -> bool:
    """Whether both say how many there are, and the newer one does not name what the older one counts. Time, money and
    the like are measured in units, of which it need not be the same."""
    if not (MEASURES - {NUMBER}).isdisjoint((*newer.values, *older.values)):
        return False
    its = _counted(older.text)
    return bool(its) and its.isdisjoint(newer.terms) and bool(_counted(newer.text))


@lru_cache(maxsize=1024)
def _counted(text: str) -> frozenset[str]:
    """What the words behind numbers name."""
    named = dict(content_words(text)[0])
    codes = line_of(text).codes
    counting = {word for code in codes for word, (kind, _) in VALUE_WORDS.get(code, {}).items() if kind == NUMBER}
    pairs = pairwise(_WORD.findall(text.lower()))
    return frozenset(named[word] for one, word in pairs if word in named and (one.isdigit() or one in counting))
