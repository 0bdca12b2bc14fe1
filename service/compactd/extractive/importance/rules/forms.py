"""What users say again and again in one form, each time of another thing: `Lars thinks it is the pool`, `Ines thinks it
is the pool`. They tell something each time, and want nothing from then on."""

import re
from collections.abc import Sequence, Set

from compactd.domain.messages import Role
from compactd.extractive.importance.facts import Sentence
from compactd.extractive.importance.rules.given import REPLACEABLE
from compactd.extractive.reading.cue import Cue
from compactd.extractive.reading.sentence_score import UNIT

_OFTEN = 3
"""Sentences of one form that are one too many."""

_SHORTEST = 24
"""Bytes of what is the same in them: `Invoices go to Petra` and `Receipts go to Tom` have little in common."""

# A number, and a word that begins with a capital, be it because a sentence does.
_NAMED = re.compile(r"[A-Za-z_]*\d[\dA-Za-z_:.,/-]*|(?<!\w)[A-ZÀ-ÞΑ-ΩА-ЯЁ]\w*")
_GAP = "_"
_WILLS = int(Cue.SCOPE | Cue.ORDER | Cue.BAN | Cue.DUTY)


def said_in_one_form(sentences: Sequence[Sentence]) -> Set[str]:
    """The texts of those that may be instructions by their score, order or forbid nothing in so many words, and have
    the form of others."""
    texts_of: dict[str, set[str]] = {}
    least = REPLACEABLE * UNIT
    for one in sentences:
        if one.role is Role.USER and one.standing > least and not one.cues & _WILLS:
            form = _NAMED.sub(_GAP, one.text)
            same = len(form.encode(errors="surrogatepass")) - form.count(_GAP)
            if same >= _SHORTEST and 3 * same >= 2 * len(one.text.encode(errors="surrogatepass")):
                texts_of.setdefault(form, set()).add(one.text)
    return set().union(*(texts for texts in texts_of.values() if len(texts) >= _OFTEN))
