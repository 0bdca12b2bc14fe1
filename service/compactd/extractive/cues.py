"""Finding the words by which people mark what matters: corrections, decisions, constraints, errors, outcomes."""

import re
from collections.abc import Mapping

from compactd.extractive.cue import Cue
from compactd.extractive.cue_words import ASIAN, ENGLISH

_WORD = re.compile(r"[a-z\u00df-\u024f]++(?:['-][a-z\u00df-\u024f]++)*+")
_ASCII_WORD = re.compile(r"[a-z]++(?:['-][a-z]++)*+")
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
_CUE_WORDS = frozenset(_SINGLE)
_FOLLOWERS: Mapping[str, frozenset[str]] = {
    first: frozenset(key[1] for key in _PHRASES if key[0] == first and len(key) > 1)
    for first in {key[0] for key in _PHRASES if len(key) > 1}
}
_FIRSTS = frozenset(_FOLLOWERS)
_BY_NAME: Mapping[str, int] = {str(cue.name): int(cue) for cue in Cue}

_INSTRUCTION = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:previous|prior|above|earlier|all|your|any)\b"
    r"|\b(?:system prompt|new instructions|you are now|you must now|as an ai|act as|do not tell|exfiltrate|jailbreak)\b"
    r"|\b(?:assistant|agent|model|you)\b.{0,24}\b(?:must|should|shall|always|now|need to|have to)\b"
    r"|\b(?:must|should|always|now)\b.{0,24}\b(?:assistant|agent)\b"
    r"|<\s*/?\s*(?:system|instructions?|assistant|user)\b|\[/?inst\]|<\|im_|忽略.{0,10}(?:指令|指示|以上)|指示を無視"
)
# Each alternative of the pattern holds one of these; a literal is found at the speed of memory.
_INSTRUCTION_HINTS = (
    "ignore", "disregard", "forget", "override", "system prompt", "new instructions", "you are now", "you must now",
    "as an ai", "act as", "do not tell", "assistant", "agent", "model", "you",
    "exfiltrate", "jailbreak", "<", "[", "忽略", "指示を無視",
)  # fmt: skip


def words_of(text: str) -> list[str]:
    """Latin words in lower case, typographic apostrophes made plain."""
    lowered = text.lower().replace("’", "'")
    return (_ASCII_WORD if lowered.isascii() else _WORD).findall(lowered)


def cues_of(words: list[str]) -> int:
    """The cues, as bits of Cue, of the words of a sentence: each alone, and two or three side by side."""
    cues = 0
    there = set(words)
    for word in _CUE_WORDS & there:
        cues |= _SINGLE[word]
    for word in _FIRSTS & there:
        # Nearly always this says no, and where words stand need not be looked for.
        if not _FOLLOWERS[word].isdisjoint(there):
            index = -1
            for _ in range(words.count(word)):
                index = words.index(word, index + 1)
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
    folded = line.casefold()
    return any(hint in folded for hint in _INSTRUCTION_HINTS) and _INSTRUCTION.search(folded) is not None
