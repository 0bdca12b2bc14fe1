"""Words that only one sentence of a conversation has: what it says stands nowhere else."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from compactd.domain.messages import Role
from compactd.extractive.importance.facts import Sentence
from compactd.strategies.steps import A_STEP, Steps

_WORD = re.compile(r"\w{4,}")
_SHORTEST = 4
"""Shorter ones are mostly of the grammar; of a script without spaces whole clauses are compared."""

# Letters of ASCII in lower case, digits, and blanks for what is between words: bytes are mapped at the speed of memory.
_ASCII = bytes(range(128)).lower()
_FOLDED = bytes(code if chr(code).isalnum() or code == ord("_") else ord(" ") for code in _ASCII).ljust(256)


def words_of_their_own(sentences: Sequence[Sentence]) -> Steps[Mapping[int, int]]:
    """Place of a sentence that a user said → how many of its words no other one has that anybody said."""
    said: set[bytes] = set()
    again: set[bytes] = set()
    by_users: dict[int, set[bytes]] = {}
    known: dict[str, set[bytes]] = {}
    by_assistants: set[str] = set()
    for place, sentence in enumerate(sentences):
        if place % A_STEP == 0:
            yield
        if sentence.role is Role.USER:
            # Much of a long conversation is said again.
            if sentence.text not in known:
                known[sentence.text] = _words_of(sentence.text)
            words = by_users[place] = known[sentence.text]
            again |= words & said
            said |= words
        elif sentence.role is not Role.TOOL and sentence.text not in by_assistants:
            by_assistants.add(sentence.text)
            again |= _words_of(sentence.text)
    return {place: len(words - again) for place, words in by_users.items()}


def _words_of(text: str) -> set[bytes]:
    if text.isascii():
        return {word for word in text.encode().translate(_FOLDED).split() if len(word) >= _SHORTEST}
    return {word.encode("utf-8", "surrogatepass") for word in _WORD.findall(text.lower())}


def said_often(sentences: Sequence[Sentence]) -> Mapping[str, int]:
    """Text → how often users said it."""
    return Counter([one.text for one in sentences if one.role is Role.USER])
