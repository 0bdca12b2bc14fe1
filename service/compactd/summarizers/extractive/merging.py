"""Two parts made into one: their lines and values, whoever wrote them, chosen as if they were a conversation."""

import re
from collections.abc import Iterator, Mapping, Sequence

from compactd.domain.messages import Role
from compactd.strategies.secrets import redact
from compactd.summarizers.extractive.corrections import find_corrections
from compactd.summarizers.extractive.drafting import Draft
from compactd.summarizers.extractive.identifiers import Kind, classify
from compactd.summarizers.extractive.outcomes import DONE, FAILED, OPEN
from compactd.summarizers.extractive.reading import Reading, Sentence, Value, sentence_of
from compactd.summarizers.extractive.rendering import Section
from compactd.summarizers.extractive.sentences import split_sentences
from compactd.summarizers.extractive.weighing import weigh_values

_JOINT = "\n\n"
_SENTENCES = 0.6
"""Share of the limit for sentences: those of a part were worth their room once already."""

_HEADING = re.compile(r"#{1,6} +(?P<words>.+)|\*\*(?P<bold>[^*]+)\*\*:?$")
_OUTCOMES = tuple(f"- {opening}" for opening in (DONE, FAILED, OPEN))
_LEDGER = re.compile(r"- (?P<label>[a-z][\w ]{0,30}): (?P<values>\S.*)")
# Words of headings as models write them; what is none of these happened.
_SECTIONS: Mapping[str, Section] = {
    "goal": Section.GOALS,
    "detail": Section.DETAILS,
    "error": Section.ERRORS,
    "fix": Section.ERRORS,
    "decision": Section.DECISIONS,
    "constraint": Section.DECISIONS,
}


def merge(texts: Sequence[str], limit: int) -> str:
    """The texts of neighbouring parts as one of at most `limit` code points, the same for the same input.

    Joined as they are where they fit; else shortened, the headings merged. Raises nothing.
    """
    joined = _JOINT.join(text.strip() for text in texts if text.strip())
    if len(joined) <= limit:
        return joined
    reading = _read_parts(texts)
    replaced = find_corrections(reading.sentences)
    draft = Draft(reading, weigh_values(reading, "", replaced), replaced, "", limit)
    draft.add_goal()
    draft.add_last_instructions()
    draft.add_outcomes()
    draft.add_sentences(int(limit * _SENTENCES))
    draft.add_values()
    draft.add_sentences(limit)
    return draft.text()


def _read_parts(texts: Sequence[str]) -> Reading:
    reading = Reading(length=len(texts))
    for index, text in enumerate(texts):
        for section, line in _lines(redact(text)):
            ledger = _LEDGER.fullmatch(line) if section is Section.DETAILS else None
            if ledger:
                for value in ledger["values"].split(", "):
                    _list_value(reading, index, ledger["label"], value.strip())
            elif line.startswith(_OUTCOMES):
                _list_outcome(reading, index, line.removeprefix("- "))
            else:
                for piece in split_sentences(line.removeprefix("- ")):
                    _add_sentence(reading, sentence_of(piece, index, Role.USER, reading.vocabulary, section))
    return reading


def _lines(text: str) -> Iterator[tuple[Section, str]]:
    section = Section.EVENTS
    for line in text.splitlines():
        heading = _HEADING.fullmatch(line.strip())
        if heading:
            words = (heading["words"] or heading["bold"]).casefold()
            section = next((its for word, its in _SECTIONS.items() if word in words), Section.EVENTS)
        elif line.strip():
            yield section, line.strip()


def _list_outcome(reading: Reading, index: int, line: str) -> None:
    """As it stands: a full stop in an error ends no sentence."""
    reading.outcomes.append(len(reading.sentences))
    reading.sentences.append(sentence_of(line, index, Role.TOOL, reading.vocabulary, Section.EVENTS))


def _list_value(reading: Reading, index: int, label: str, text: str) -> None:
    if text:
        kind = Kind.COMMAND if " " in text else classify(text)[1]
        # Somebody found it worth listing: it counts as an id, whatever it looks like.
        value = reading.values.setdefault(
            text, Value(text, kind if kind not in (None, Kind.SYMBOL) else Kind.ID, label)
        )
        value.users += 1
        value.last = index


def _add_sentence(reading: Reading, sentence: Sentence) -> None:
    if sentence.text:
        reading.sentences.append(sentence)
        for text, kind in sentence.values():
            value = reading.values.setdefault(text, Value(text, kind))
            value.users += 1
            value.last = sentence.message
