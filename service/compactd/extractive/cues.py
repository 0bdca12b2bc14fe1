"""Finding the words by which people mark what matters: corrections, decisions, constraints, errors, outcomes."""

import re
from collections.abc import Mapping, Sequence

from compactd.extractive.cue import Cue
from compactd.extractive.languages import LANGUAGES
from compactd.extractive.languages.choice import script_of, tables_of

_BY_NAME: Mapping[str, int] = {str(cue.name): int(cue) for cue in Cue}


def _pattern(patterns: Mapping[Cue, str], *, moods: bool) -> re.Pattern[str]:
    chosen = {cue: words for cue, words in patterns.items() if (cue >= Cue.SCOPE) is moods}
    return re.compile("|".join(f"(?P<{cue.name}>{words})" for cue, words in chosen.items()))


# Two for a language, since the same words tell a constraint and a ban.
_PATTERNS: Mapping[str, Sequence[re.Pattern[str]]] = {
    language.code: [_pattern(language.patterns, moods=moods) for moods in (False, True)]
    for language in LANGUAGES
    if language.patterns
}

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


def cues_of(line: str, words: Sequence[str]) -> int:
    """The cues of a line whose words are `words`, as bits of Cue: of its language, and of a script without spaces."""
    cues = 0
    if words:
        there = set(words)
        for table in tables_of(there):
            cues |= table.cues_of(words, there) | table.mood_of(line, there)
    return cues if line.isascii() else cues | _cues_of_script(line)


def _cues_of_script(line: str) -> int:
    language = script_of(line)
    cues = 0
    for pattern in _PATTERNS[language.code] if language is not None else ():
        for match in pattern.finditer(line):
            cues |= _BY_NAME[str(match.lastgroup)]
    return cues


def reads_as_instruction(line: str) -> bool:
    """Whether a line of tool output talks to the model instead of reporting something."""
    folded = line.casefold()
    return any(hint in folded for hint in _INSTRUCTION_HINTS) and _INSTRUCTION.search(folded) is not None
