"""Finding the words by which people mark what matters: corrections, decisions, constraints, errors, outcomes."""

import re
from collections.abc import Mapping, Sequence

from compactd.summarizers.extractive.cue import Cue
from compactd.summarizers.extractive.cue_words import ASIAN, ENGLISH

_WORD = re.compile(r"[a-z\u00df-\u024f]+(?:['’-][a-z\u00df-\u024f]+)*")
_ASIAN_PATTERN = re.compile("|".join(f"(?P<{cue.name}>{words})" for cue, words in ASIAN.items() if cue.name))


def _table(phrases: Mapping[Cue, str]) -> Mapping[tuple[str, ...], int]:
    table: dict[tuple[str, ...], int] = {}
    for cue, text in phrases.items():
        for phrase in text.split(";"):
            key = tuple(phrase.split())
            table[key] = table.get(key, 0) | int(cue)
    return table


# Plain integers: an enum's own operators cost more than everything else that is done with a word.
_PHRASES = _table(ENGLISH)
_SINGLE: Mapping[str, int] = {key[0]: cue for key, cue in _PHRASES.items() if len(key) == 1}
_STARTS = frozenset(key[0] for key in _PHRASES if len(key) > 1)
_BY_NAME: Mapping[str, int] = {str(cue.name): int(cue) for cue in Cue}

_INSTRUCTION = re.compile(
    r"(?i)\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:previous|prior|above|earlier|all|your|any)\b"
    r"|\b(?:system prompt|new instructions|you are now|you must now|as an ai|act as|do not tell|exfiltrate|jailbreak)\b"
    r"|<\s*/?\s*(?:system|instructions?|assistant|user)\b|\[/?INST\]|<\|im_|忽略.{0,10}(?:指令|指示|以上)|指示を無視"
)


def words_of(text: str) -> list[str]:
    """Latin words in lower case, typographic apostrophes made plain."""
    lowered = text.lower()
    if lowered.isalpha() and lowered.isascii():
        return [lowered]
    return [word.replace("’", "'") for word in _WORD.findall(lowered)]


def cues_of_words(words: Sequence[str]) -> int:
    """The cues, as bits of Cue, of words each by itself."""
    cues = 0
    for word in words:
        cues |= _SINGLE.get(word, 0)
    return cues


def may_begin_phrase(words: Sequence[str]) -> bool:
    """Whether a cue of several words begins with one of these."""
    return not _STARTS.isdisjoint(words)


def cues_of_phrases(words: Sequence[str]) -> int:
    """The cues of two or three words of a sentence side by side."""
    cues = 0
    for index, word in enumerate(words):
        if word in _STARTS:
            cues |= _PHRASES.get(tuple(words[index : index + 2]), 0)
            cues |= _PHRASES.get(tuple(words[index : index + 3]), 0)
    return cues


def cues_of_script(line: str) -> int:
    """The cues of Chinese and Japanese, which put no space between words."""
    cues = 0
    for match in _ASIAN_PATTERN.finditer(line):
        cues |= _BY_NAME[str(match.lastgroup)]
    return cues


def reads_as_instruction(line: str) -> bool:
    """Whether a line of tool output talks to the model instead of reporting something."""
    return _INSTRUCTION.search(line) is not None
