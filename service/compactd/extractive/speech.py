"""Reading what users and the assistant say: sentence by sentence, each with its cues, its values and its words."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from compactd.extractive.cue import Cue
from compactd.extractive.cues import cues_of, cues_of_script, words_of
from compactd.extractive.digest import Said
from compactd.extractive.identifiers import LONGEST, phrases_of
from compactd.extractive.sentence_traits import traits_of
from compactd.extractive.sentences import split_sentences
from compactd.extractive.vocabulary import Vocabulary

SPOKEN_AT_MOST = 256 * 1024
"""Code points of a user's or the assistant's message that are read sentence by sentence: three quarters of them from
its beginning, one from its end."""

_MIDDLE = 16 * 1024
_SPACE = re.compile(r"\s")
# A name is two capitalized words side by side; a single one is too often the beginning of a sentence. The pattern
# begins with a set of characters, not with a look ahead, because it is not tried anywhere else then.
_NO_NAME = (
    "The This That These For From In On At If When Where What Who Why How Only Please Send Ask Tell Let Also And But "
    "So Then It We My Our Your Is Are Was Can Could Use Take Forget Make Put Call See With By To Yes No Not Of"
)
_NAME = re.compile(
    rf"[A-Z](?<!\w.)(?!(?:{'|'.join(f'(?<={word[0]}){word[1:]}' for word in _NO_NAME.split())})\b)"
    r"(?:[a-zà-ÿ]+(?:[ /-][A-Z][\w/à-ÿ]*[a-zà-ÿ])+|[a-z]+[A-Z]\w*[a-zA-Z])\b"
)
# Without hiragana, which is grammar more than content.
_ASIAN_RUN = re.compile(r"[\u30a0-\u30ff\u3400-\u9fff]+")
_CONTENT_LENGTH = 4
_STEM = 7
_HELD_AT_MOST = 40
_CORRECTION = int(Cue.CORRECTION)


def read_sentence(text: str, vocabulary: Vocabulary) -> Said:
    """Everything that one sentence says by itself."""
    chunks = text.split()
    line = " ".join(chunks)
    words = words_of(line)
    cues = cues_of(words)
    if not line.isascii():
        cues |= cues_of_script(line)
    found, rest = phrases_of(line)
    for word in chunks if rest == line else rest.split():
        for identifier in vocabulary[word]:
            found.setdefault(identifier[0], identifier)
    identifiers = tuple(found.values())
    return Said(
        line,
        cues,
        traits_of(line, identifiers),
        len(terms_of(line, words)),
        identifiers,
        tuple(_NAME.findall(line)),
    )


def terms_of(line: str, words: Iterable[str]) -> set[str]:
    """The content words of a line whose Latin words are `words`: their stems, and pairs of Chinese and Japanese
    characters."""
    terms = {word[:_STEM] for word in words if len(word) >= _CONTENT_LENGTH}
    if not line.isascii():
        for run in _ASIAN_RUN.findall(line):
            terms.update(run[at : at + 2] for at in range(len(run) - 1))
    return terms


def read_sentences(text: str, vocabulary: Vocabulary) -> Iterator[Said]:
    """The sentences of a text; one that only takes something back (`No, not that.`) goes with the next."""
    held = ""
    for text_of_one in split_sentences(text):
        said = read_sentence(f"{held} {text_of_one}" if held else text_of_one, vocabulary)
        held = ""
        if said.cues & _CORRECTION and len(said.text) <= _HELD_AT_MOST:
            held = said.text
        elif said.text:
            yield said
    if held:
        yield read_sentence(held, vocabulary)


def divided(text: str) -> tuple[str, Iterable[str], str]:
    """What is read by sentences from the beginning of a text, the stretches of its middle, and its end; cut at a space
    if one is near, so that no identifier is cut."""
    if len(text) <= SPOKEN_AT_MOST:
        return text, (), ""
    cuts = [_space_near(text, SPOKEN_AT_MOST * 3 // 4)]
    last = len(text) - SPOKEN_AT_MOST // 4
    while cuts[-1] + _MIDDLE < last:
        cuts.append(_space_near(text, cuts[-1] + _MIDDLE))
    cuts.append(_space_near(text, max(last, cuts[-1])))
    return text[: cuts[0]], (text[at:to] for at, to in pairwise(cuts)), text[cuts[-1] :]


def _space_near(text: str, at: int) -> int:
    match = _SPACE.search(text, at, at + LONGEST)
    return match.start() if match else at
