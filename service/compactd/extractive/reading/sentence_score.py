"""How much a sentence says of several things, by weights that were learned from labelled sentences.

They weigh which words stand in it, how they begin and end, which stand side by side, and which cues it has; of Chinese
and Japanese, runs of up to three characters. What is looked up of a sentence is decided here alone.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise, repeat
from operator import add
from struct import Struct
from typing import Generic, TypeVar

from compactd.extractive.languages.words import plain_script, stem_of, without_accents
from compactd.extractive.memo import Memo

UNIT = 32
"""Weights are whole numbers, thirty-seconds of a logit, so that their sum does not depend on the order."""

HIGHEST = 255
"""Each score of a sentence lies between minus this and this."""

Scored = TypeVar("Scored", bound=tuple[int, ...])
"""Some scores, by their names."""

_SHIFT = 16
"""The weights of a feature are one integer, each shifted by so many bits more than the one before: they are added up at
once. No sum reaches a half of its place: the sentences are as short as `sentences.LONGEST`."""

_BEGIN, _END = "^", "$"
_STEM, _SUFFIX, _CUE = "~", "-", "#"
_QUESTION_MARKS, _ASKS = ("?", "？", "؟"), 1 << 30
_STEM_LENGTH, _SUFFIX_FROM = 5, 5
_SUFFIXES, _SUFFIXES_OF_KOREAN = (2, 3), (1, 2)
_LONGEST_RUN = 3
_HANGUL = "\uac00"
# Scripts whose words do not stand apart.
_UNSPACED = re.compile(r"[\u3005\u3040-\u30ff\u3400-\u9fff]+")


def plain_word(word: str) -> str:
    """A word as it is looked up, without what many people do not type."""
    return word if word.isascii() else without_accents(plain_script(word))


def features_of_word(word: str) -> Iterator[str]:
    """What is looked up of a word by itself: it, its stem, its ending."""
    plain = plain_word(word)
    yield plain
    stem = stem_of(word)[:_STEM_LENGTH]
    if stem:
        yield stem + _STEM
    if plain >= _HANGUL:
        yield from (_SUFFIX + plain[-length:] for length in _SUFFIXES_OF_KOREAN if len(plain) > length)
    elif len(plain) >= _SUFFIX_FROM:
        yield from (_SUFFIX + plain[-length:] for length in _SUFFIXES)


def marked(line: str, cues: int) -> int:
    """The cues of a line as they are looked up: whether it is a question is one of them."""
    return cues | _ASKS if line.endswith(_QUESTION_MARKS) else cues


def features_of_cues(cues: int) -> Iterator[str]:
    """What is looked up of the cues: that it is a sentence at all, each cue, any two of them."""
    yield _CUE
    bits = [bit for bit in range(cues.bit_length()) if cues >> bit & 1]
    for place, bit in enumerate(bits):
        yield f"{_CUE}{bit}"
        yield from (f"{_CUE}{bit}+{other}" for other in bits[place + 1 :])


def pairs_of(plain: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Plain words that stand side by side, the beginning and the end of the sentence among them."""
    return pairwise((_BEGIN, *plain, _END))


def runs_of(line: str) -> set[str]:
    """Runs of characters of a script whose words do not stand apart; none in any other. The beginning, the end and
    what parts them are looked up beside a character alone."""
    spoken = _UNSPACED.findall(line)
    if not spoken:
        return set()
    text = f"{_BEGIN}{' '.join(spoken)}{_END}"
    pairs = list(map(add, text, text[1:]))
    return {*"".join(spoken), *pairs, *map(add, pairs, text[2:])}


class SentenceScore(Generic[Scored]):
    """Scores sentences by a table of weights: feature → its weight for each score, in units. `named` makes one tuple of
    as many scores as a feature has weights."""

    def __init__(self, named: Callable[..., Scored], weights: Mapping[str, tuple[int, ...]]) -> None:
        self._named = named
        self._fields = Struct(f"<{max(map(len, weights.values()), default=0)}H")
        self._bias = _packed((1 << _SHIFT - 1,) * (self._fields.size // 2))
        packed = {key: _packed(its) for key, its in weights.items()}
        self._weights = packed
        self._runs = {key: weight for key, weight in packed.items() if not key.isascii() and len(key) <= _LONGEST_RUN}
        self._known_runs = frozenset(self._runs)
        self._pairs = {tuple(key.split(" ")): weight for key, weight in packed.items() if " " in key}
        self._of_words = Memo(self._weigh_word)
        self._plain = Memo(plain_word)
        self._of_cues = lru_cache(maxsize=4096)(self._weigh_cues)

    def of(self, line: str, words: Sequence[str], cues: int) -> Scored:
        """The scores of a sentence on one line, whose words are `words` (`words.words_of`)."""
        sums = self._of_cues(marked(line, cues)) + sum(map(self._of_words.__getitem__, set(words)))
        plain = words if line.isascii() else [*map(self._plain.__getitem__, words)]
        sums += sum(map(self._pairs.get, pairs_of(plain), repeat(0)))
        if not line.isascii():
            sums += sum(map(self._runs.__getitem__, self._known_runs & runs_of(line)))
        fields = self._fields.unpack((sums + self._bias).to_bytes(self._fields.size, "little"))
        return self._named(*map(_bounded, fields))

    def _weigh_word(self, word: str) -> int:
        return sum(self._weights.get(feature, 0) for feature in features_of_word(word))

    def _weigh_cues(self, cues: int) -> int:
        return sum(self._weights.get(feature, 0) for feature in features_of_cues(cues))


def _packed(scores: tuple[int, ...]) -> int:
    return sum(score << _SHIFT * place for place, score in enumerate(scores))


def _bounded(field: int) -> int:
    score = field - (1 << _SHIFT - 1)
    return score if -HIGHEST <= score <= HIGHEST else HIGHEST if score > 0 else -HIGHEST


def weights_in(package: str, name: str) -> dict[str, tuple[int, ...]]:
    """The table of weights in a file of a package, a feature a line with its weights behind tabs."""
    rows = (line.split("\t") for line in files(package).joinpath(name).read_text(encoding="utf-8").splitlines())
    return {feature: tuple(map(int, its)) for feature, *its in rows}
