"""Two parts made into one: their lines and values, whoever wrote them, chosen as if they were a conversation."""

import re
from collections.abc import Sequence

from compactd.domain.messages import Role
from compactd.extractive.drafting.draft import Draft
from compactd.extractive.drafting.filling import Filling
from compactd.extractive.drafting.outcomes import add_other_outcomes, add_outcomes
from compactd.extractive.drafting.reserved import (
    add_goals,
    add_instructions,
    add_last_instructions,
    add_open,
    find_instructions,
)
from compactd.extractive.drafting.summary_text import text_of
from compactd.extractive.fixed_words import BULLET, FixedWord
from compactd.extractive.importance.corrections.corrections import find_corrections
from compactd.extractive.importance.facts import Facts, Sentence, Value, sentence_of
from compactd.extractive.importance.outcomes import DONE, FAILED, OPEN
from compactd.extractive.importance.repetition import Earlier
from compactd.extractive.importance.weights import weigh_values
from compactd.extractive.page import AND, Section
from compactd.extractive.part_lines import language_of_headings, lines_of
from compactd.extractive.reading.identifiers import Kind, classify, phrase_kind
from compactd.extractive.reading.sentences import split_sentences
from compactd.extractive.reading.speech import as_shown, read_sentence
from compactd.extractive.reading.vocabulary import Vocabulary
from compactd.extractive.wording import in_english, listed_in
from compactd.strategies.secrets import redact
from compactd.strategies.steps import Steps, finished

_JOINT = "\n\n"
_OUTCOMES = tuple(f"{BULLET}{opening}" for opening in (DONE, FAILED, OPEN))
# What a tool reported, and what somebody showed: in quotes to the end of the line.
_SHOWN = re.compile(r"- (?P<reporter>tool[^\"“:]{0,80}: )?(?:\"[^\"]+\"|“[^“”]+”)")
# What was open, closed since.
_CLOSED = f"{BULLET}{FixedWord.CLOSED}: "


def merge(texts: Sequence[str], limit: int) -> str:
    """The texts of neighbouring parts as one of at most `limit` code points, the same for the same input.

    Joined as they are where they fit; else shortened, the headings merged. Raises nothing.
    """
    return finished(merge_in_steps(texts, limit))


def merge_in_steps(texts: Sequence[str], limit: int) -> Steps[str]:
    """Does what merge does."""
    joined = _JOINT.join(text.strip() for text in texts if text.strip())
    if len(joined) <= limit:
        return joined
    facts = yield from _facts_of(texts)
    replaced = yield from find_corrections(facts)
    nothing = Earlier("")
    weights = yield from weigh_values(facts, nothing, replaced)
    draft = Draft(facts, weights, replaced, nothing, limit, language_of_headings(texts))
    yield from draft.weigh_sentences()
    given = yield from find_instructions(draft)
    left_open = [place for place, one in enumerate(facts.sentences) if one.section is Section.OPEN]
    opened = add_open(draft, left_open, given)
    add_instructions(draft, given)
    draft.hold(opened)
    add_goals(draft)
    add_last_instructions(draft)
    add_outcomes(draft)
    filling = Filling(draft)
    yield from filling.fill()
    add_other_outcomes(draft)
    yield from filling.fill_gaps()
    return text_of(draft)


def _facts_of(texts: Sequence[str]) -> Steps[Facts]:
    facts, vocabulary = Facts(length=len(texts)), Vocabulary()
    parts = [[(section, in_english(line)) for section, line in lines_of(redact(text))] for text in texts]
    for index, lines in enumerate(parts):
        said_later = any(_tells_what_is_open(part) for part in parts[index + 1 :])
        for section, line in lines:
            # What a part leaves open the next one closes, or says again; the one before the first is not among these.
            if not (said_later and section is Section.OPEN) and not (index and line.startswith(_CLOSED)):
                _add_line(facts, index, section, line, vocabulary)
            yield
    return facts


def _tells_what_is_open(lines: Sequence[tuple[Section, str]]) -> bool:
    return any(section is Section.OPEN or line.startswith(_CLOSED) for section, line in lines)


def _add_line(facts: Facts, index: int, section: Section, line: str, vocabulary: Vocabulary) -> None:
    listed = listed_in(line) if section is Section.DETAILS else None
    if listed:
        label, values = listed
        for value in values:
            _list_value(facts, index, label, value)
    elif line.startswith(_CLOSED):
        said = as_shown(read_sentence(line.removeprefix(BULLET), vocabulary))
        _add_sentence(facts, sentence_of(said, index, Role.TOOL, Section.EVENTS))
    elif line.startswith(_OUTCOMES):
        # As they stand: a full stop in an error ends no sentence.
        for outcome in _told_apart(line.removeprefix(BULLET)):
            facts.outcomes.append(len(facts.sentences))
            said = read_sentence(outcome, vocabulary)
            facts.sentences.append(sentence_of(said, index, Role.TOOL, Section.EVENTS))
    elif shown := _SHOWN.fullmatch(line):
        # As it stands, too: each half of it would be somebody's word.
        said = as_shown(read_sentence(line.removeprefix(BULLET), vocabulary))
        _add_sentence(facts, sentence_of(said, index, Role.TOOL if shown["reporter"] else _speaker(section), section))
    else:
        for text in split_sentences(line.removeprefix(BULLET)):
            _add_sentence(facts, sentence_of(read_sentence(text, vocabulary), index, _speaker(section), section))


def _speaker(section: Section) -> Role:
    """Who says what stands in a section: what happened is told by the assistant, the rest are the user's words."""
    return Role.ASSISTANT if section in (Section.EVENTS, Section.ERRORS) else Role.USER


def _told_apart(line: str) -> list[str]:
    """A line for each of the calls of one tool that a line tells."""
    first, *others = line.split(f"{AND}(")
    opening = first.partition("(")[0]
    return [first, *(f"{opening}({other}" for other in others)]


def _list_value(facts: Facts, index: int, label: str, text: str) -> None:
    kind = phrase_kind(text) or (Kind.COMMAND if " " in text else classify(text)[1])
    # Somebody found it worth listing: it counts as an id, whatever it looks like.
    value = facts.values.setdefault(text, Value(text, kind if kind not in (None, Kind.SYMBOL) else Kind.ID, label))
    value.users += 1
    value.last = index


def _add_sentence(facts: Facts, sentence: Sentence) -> None:
    if sentence.text:
        place = len(facts.sentences)
        facts.sentences.append(sentence)
        for text, kind in sentence.values():
            value = facts.values.setdefault(text, Value(text, kind))
            value.users += 1
            value.last = sentence.message
            if value.first_sentence < 0:
                value.first_sentence = place
