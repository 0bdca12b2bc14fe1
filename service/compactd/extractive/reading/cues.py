"""Finding the words by which people mark what matters: corrections, decisions, constraints, errors, outcomes."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain, pairwise

from compactd.extractive.languages import Language
from compactd.extractive.languages.by_language import ByLanguage
from compactd.extractive.languages.choice import script_of, tables_of
from compactd.extractive.languages.cue import Cue
from compactd.extractive.languages.words import Clause, clauses_of, plain_script

# `=== DONE ===` is a program's marker in any language, and nobody's word; `###STOP###` is not even read (`sentences`).
_MARKER = re.compile(r"([#*=<>\[\]{}_~|-])\1+\s*[\w ]{1,40}[#*=<>\[\]{}_~|-]{2,}")

_ORDER, _FRAGMENT = int(Cue.ORDER), int(Cue.FRAGMENT)


def _pattern(language: Language, words: str) -> re.Pattern[str]:
    return re.compile(plain_script(f"{language.before_word}(?:{words or '(?!)'}){language.after_word}"))


_PATTERNS: Mapping[str, Mapping[int, re.Pattern[str]]] = ByLanguage(
    lambda language: {int(cue): _pattern(language, words) for cue, words in language.patterns.items()}
)
"""Cue → expression, by language: one for each cue, since the same words tell a constraint and a ban."""

_FILLERS: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: _pattern(language, language.fillers))

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


def cues_of(line: str, words: Sequence[str], clauses: Sequence[Clause] | None = None) -> int:
    """The cues of a line whose words are `words`, and whose `clauses` may be known, as bits of Cue: of its language, be
    it told by its words or by its script."""
    if _MARKER.fullmatch(line):
        return 0
    clauses = clauses_of(line) if clauses is None and words else clauses or ()
    cues = _cues_of_clauses(tuple(map(tuple, clauses)))
    return cues if line.isascii() else cues | _cues_of_script(line)


@lru_cache(maxsize=2048)
def _cues_of_clauses(clauses: Sequence[Clause]) -> int:
    """The cues of words that stand apart. Many lines of a table, a form or data have the same words, and differ in
    numbers alone."""
    cues = 0
    words = [*chain.from_iterable(clauses)]
    there, beside = set(words), set(pairwise(words))
    tables = tables_of(there) if words else ()
    for table in tables:
        cues |= table.cues_of(words, there, beside)
        if table.may_order(there):
            cues |= table.mood_of(clauses)
    if not cues & _ORDER and len(tables) == 1 and tables[0].is_fragment(words, there):
        cues |= _FRAGMENT
    return cues


def _cues_of_script(line: str) -> int:
    language = script_of(line)
    if language is None:
        return 0
    plain = plain_script(line)
    return sum(cue for cue, pattern in _PATTERNS[language.code].items() if pattern.search(plain))


def without_cues(line: str, cues: int) -> str:
    """The line without fillers and the words that are one of the `cues`, if its language is told by its script; else as
    it is."""
    language = script_of(line) if not line.isascii() else None
    if language is not None:
        line = plain_script(line)
        for cue, pattern in _PATTERNS[language.code].items():
            if cue & cues:
                line = pattern.sub(" ", line)
        line = _FILLERS[language.code].sub(" ", line)
    return line


def reads_as_instruction(line: str) -> bool:
    """Whether a line of tool output talks to the model instead of reporting something."""
    folded = line.casefold()
    return any(hint in folded for hint in _INSTRUCTION_HINTS) and _INSTRUCTION.search(folded) is not None
