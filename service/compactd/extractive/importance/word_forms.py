"""Whether a text names what another one names, in whatever form: `Tagging next.` what `tag it as 4.2.0` does.

`python -m tests.quality.fit_bounds` prints what is kept by other figures.
"""

import re
from functools import lru_cache

from compactd.extractive.languages.choice import COMMON
from compactd.extractive.languages.words import plain_script, root_of, stem_of, without_accents, words_of
from compactd.extractive.reading.speech import terms_of

_SCRIPTS, HANGUL = "\u0600", "\uac00"
"""From here on words are Arabic or Hindi, told by their stems, and Korean."""

_RUN, _RUN_OF_KOREAN = 5, 2
"""Letters, or syllables, of a run of a word: hardly two words share one that have not the same stem."""

_SHORTEST = 3
"""Letters of the shortest word that names something: `tag`, `van`."""

_ELISION = "'"
_NUMBER = re.compile(r"\d+")


def mentions(text: str, other: str) -> int:
    """How many words of a text are forms of one of the `other`; of Chinese and Japanese, how many pairs of characters
    both have."""
    keys = keys_of(text)
    return len(keys) - sum(map(_all_keys_of(other).isdisjoint, keys))


@lru_cache(maxsize=2048)
def keys_of(text: str) -> tuple[frozenset[str], ...]:
    """For each word of a text that says something, what it has in common with other forms of it."""
    keys = [_keys_of_word(word) for word in words_of(text) if word not in COMMON]
    if not text.isascii():
        keys += [frozenset((pair,)) for pair in sorted(terms_of(text, ()))]
    keys += [frozenset((number,)) for number in _NUMBER.findall(text)]
    return tuple(filter(None, keys))


@lru_cache(maxsize=2048)
def _all_keys_of(text: str) -> frozenset[str]:
    """What its words have in common with other forms of them."""
    return frozenset().union(*keys_of(text))


@lru_cache(maxsize=8192)
def _keys_of_word(word: str) -> frozenset[str]:
    plain = without_accents(plain_script(word.rpartition(_ELISION)[2]))
    first = plain[:1]
    if first >= _SCRIPTS:
        if first >= HANGUL:
            return frozenset(plain[at : at + _RUN_OF_KOREAN] for at in range(len(plain) - _RUN_OF_KOREAN + 1))
        stem = stem_of(word)
        return frozenset((stem,)) if stem else frozenset()
    if len(plain) < _SHORTEST or plain in COMMON:
        return frozenset()
    return frozenset({root_of(plain), *(plain[at : at + _RUN] for at in range(len(plain) - _RUN + 1))})
