"""How many words of two texts are forms of the same: `the archive` and `archived`, `Testdatenbank` and `Datenbank`."""

from functools import lru_cache

from compactd.extractive.importance.rules.subjects import content_words
from compactd.extractive.languages.words import plain_script, without_accents

_SCRIPTS, _HANGUL = "\u0600", "\uac00"
"""From here on words are Arabic or Hindi, and Korean."""

_RUN, _RUN_OF_SCRIPT, _RUN_OF_KOREAN = 5, 3, 2
"""Letters, or syllables, of a run of a word: hardly two words share one that have not the same stem."""


def alike(newer: str, older: str) -> int:
    """The content words of a text that another one has too, in whatever form."""
    runs = runs_of(newer)
    return len(runs) - sum(map(all_runs_of(older).isdisjoint, runs))


def named_besides(newer: str, older: str) -> list[str]:
    """The content words, and pairs of characters, of a text that another one has in no form."""
    words, pairs = content_words(newer)
    its = all_runs_of(older)
    return [
        one
        for one, runs in zip((*[word for word, _ in words], *pairs), runs_of(newer), strict=True)
        if its.isdisjoint(runs)
    ]


@lru_cache(maxsize=1024)
def runs_of(text: str) -> tuple[frozenset[str], ...]:
    """For each content word what it has in common with other forms of it: what it names, and all its runs of letters.
    A pair of characters is one by itself."""
    words, pairs = content_words(text)
    return (*[_runs_of_word(word, term) for word, term in words], *[frozenset((pair,)) for pair in pairs])


@lru_cache(maxsize=1024)
def all_runs_of(text: str) -> frozenset[str]:
    """What its content words have in common with other forms of them."""
    return frozenset().union(*runs_of(text))


@lru_cache(maxsize=8192)
def _runs_of_word(word: str, term: str) -> frozenset[str]:
    first = word[:1]
    length = _RUN if first < _SCRIPTS else _RUN_OF_KOREAN if first >= _HANGUL else _RUN_OF_SCRIPT
    plain = without_accents(plain_script(word))
    return frozenset((term, *[plain[at : at + length] for at in range(len(plain) - length + 1)]))
