"""The facts of a conversation, gathered from what was read of each of its messages."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import itemgetter

import msgspec

from compactd.domain.messages import Role
from compactd.extractive.importance.facts import BEFORE, Facts, Sentence, Value, sentence_of
from compactd.extractive.importance.outcomes import open_call, outcome_of
from compactd.extractive.languages.cue import Cue
from compactd.extractive.page import Section
from compactd.extractive.reading.digest import CallDigest, Digest, Labelled, Named, ResultDigest, Said
from compactd.extractive.reading.identifiers import Kind
from compactd.extractive.reading.speech import read_sentence
from compactd.extractive.reading.vocabulary import Vocabulary
from compactd.strategies.steps import A_STEP, Steps

_ERROR = int(Cue.ERROR)
NUMBER, SYMBOL = Kind.NUMBER, Kind.SYMBOL

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_FORMULA = re.compile(r"[-+*/().,\d ]{3,200}")
"""What a tool is given to calculate with: numbers and what stands between them."""


def gather_facts(digests: Iterable[Digest], left_open: Iterable[str] = ()) -> Steps[Facts]:
    """Puts together what was read of each message, in their order, in steps; before them what the part before left
    open, as a user's message."""
    facts = Facts(sentences=[_said_before(text) for text in left_open])
    for index, digest in enumerate(digests):
        facts.length += 1
        if digest.result is not None or digest.calls:
            facts.last_call = index
        elif digest.characters and not digest.sentences:
            facts.silent += 1
        if digest.result is not None:
            _add_result(facts, index, digest.result)
        else:
            yield from _add_speech(facts, index, digest)
        for call in digest.calls:
            facts.tools[call.name] = facts.tools.get(call.name, 0) + 1
            facts.calls.setdefault(call.id, []).append((call, index))
            for value in _labelled(facts, call.values, index, anew=True):
                value.arguments += 1
                if value.kind is SYMBOL and _FORMULA.fullmatch(value.value):
                    _count_operands(facts, value.value, index)
        yield
    left = [waiting for of_one_id in facts.calls.values() for waiting in of_one_id]
    for call, index in sorted(left, key=itemgetter(1)):
        if call.acts:
            _add_outcome(facts, index, *open_call(call))
    return facts


def _said_before(text: str) -> Sentence:
    return sentence_of(read_sentence(text, Vocabulary()), BEFORE, Role.USER, Section.OPEN)


def _add_speech(facts: Facts, index: int, digest: Digest) -> Steps[None]:
    """Counts each value once for a message."""
    first = len(facts.sentences)
    facts.sentences.extend([sentence_of(said, index, digest.role) for said in digest.sentences])
    by_user, values = digest.role is Role.USER, facts.values
    for number, (text, (kind, place)) in enumerate(_named(digest, first).items(), 1):
        if number % A_STEP == 0:
            yield
        value = values.get(text)
        if value is None:
            value = values[text] = Value(text, kind)
        value.last = index
        if by_user:
            value.users += 1
        else:
            value.assistants += 1
        if value.first_sentence < 0:
            value.first_sentence = place
    for text, kind in digest.notes:
        _value(facts, text, kind, index).notes += 1


def _named(digest: Digest, first: int) -> dict[str, tuple[Kind, int]]:
    """What a message names: value → kind, and the place of its sentence; the sentences begin at `first`."""
    named: dict[str, tuple[Kind, int]] = {}
    for place, said in enumerate(digest.sentences, first):
        for text, kind in said.identifiers:
            if text not in named:
                named[text] = kind, place
        for text in said.names:
            if text not in named:
                named[text] = Kind.NAME, place
    for text, kind in digest.middle:
        if text not in named:
            named[text] = kind, -1
    return named


def _count_operands(facts: Facts, formula: str, index: int) -> None:
    """What a tool was told to calculate with is as good as named in a call, if a result has brought it before."""
    for text in set(_NUMBER.findall(formula)):
        value = facts.values.get(text)
        if value is not None and value.results:
            value.arguments += 1
            value.last = index


def _add_outcome(facts: Facts, index: int, line: str, named: Sequence[Named]) -> None:
    facts.outcomes.append(len(facts.sentences))
    text = " ".join(line.split())
    facts.sentences.append(Sentence(text, index, Role.TOOL, 0, 0, 0, named, (), Section.EVENTS))


def _add_result(facts: Facts, index: int, result: ResultDigest) -> None:
    facts.results += 1
    call = _take_call(facts.calls.get(result.call_id))
    first = len(facts.sentences)
    if call is not None and call.acts:
        _add_outcome(facts, index, *outcome_of(call, result, facts.values))
    for value in _labelled(facts, result.values, index):
        value.results += 1
    _add_tokens(facts, index, result)
    if call is None or not call.acts:
        reporter = _reporter(call.name if call is not None else result.reporter)
        facts.sentences.extend(_reported(reporter, line, index) for line in result.errors)
    if call is not None:
        _note_failure(facts, call, result, first)


def _note_failure(facts: Facts, call: CallDigest, result: ResultDigest, first: int) -> None:
    """What went wrong in a call stands until the same call succeeds; `first` is the place of its first sentence."""
    same = (call.name, call.arguments, call.values)
    if result.failure is not None or (result.errors and not call.acts):
        facts.failed.setdefault(same, []).extend(range(first, len(facts.sentences)))
    elif same in facts.failed:
        gone = facts.failed.pop(same)
        facts.mended.extend(gone)
        _tell_as_past(facts, gone)


def _tell_as_past(facts: Facts, gone: Sequence[int]) -> None:
    """What the assistant said of what went wrong and is mended is an event, and no error any more."""
    for place in gone:
        for at in range(place + 1, len(facts.sentences)):
            sentence = facts.sentences[at]
            if sentence.role is Role.ASSISTANT:
                facts.sentences[at] = msgspec.structs.replace(sentence, cues=sentence.cues & ~_ERROR)
            elif at not in gone:
                break


def _take_call(waiting: list[tuple[CallDigest, int]] | None) -> CallDigest | None:
    """The call that a result answers: of the latest message with some of its id the first one (`domain.calls`)."""
    if not waiting:
        return None
    first = len(waiting) - 1
    while first and waiting[first - 1][1] == waiting[-1][1]:
        first -= 1
    return waiting.pop(first)[0]


def _add_tokens(facts: Facts, index: int, result: ResultDigest) -> None:
    """The values in the output of a program; a weak one counts only where somebody wrote it before."""
    known = facts.values
    for token, value, kind in result.tokens:
        if token in known:
            _value(facts, token, SYMBOL, index).results += 1
        elif (kind is not NUMBER and kind is not SYMBOL) or value in known:
            _value(facts, value, kind, index).results += 1
    for word in result.words:
        if word in known:
            _value(facts, word, SYMBOL, index).results += 1


@lru_cache(maxsize=256)
def _reporter(name: str) -> Said:
    """How a line that a tool reported begins: conversations have the same few tools."""
    return read_sentence(f"{f'tool {name}'.strip()} reported:", Vocabulary())


def _reported(reporter: Said, line: Said, index: int) -> Sentence:
    """A line of a tool's output as a sentence: what its beginning says and what the line says, nothing across."""
    return Sentence(
        f"{reporter.text} {line.text}",
        index,
        Role.TOOL,
        reporter.cues | line.cues,
        line.traits,
        reporter.terms + line.terms,
        [*reporter.identifiers, *line.identifiers],
        [*reporter.names, *line.names],
    )


def _labelled(facts: Facts, values: Iterable[Labelled], index: int, *, anew: bool = False) -> list[Value]:
    """The values, each with its first label; `anew` with this one: what a tool is given it under says more than what it
    was found under."""
    found = []
    for text, kind, label in values:
        value = _value(facts, text, kind, index)
        value.label = (label or value.label) if anew else (value.label or label)
        found.append(value)
    return found


def _value(facts: Facts, text: str, kind: Kind, index: int) -> Value:
    value = facts.values.get(text)
    if value is None:
        value = facts.values[text] = Value(text, kind)
    value.last = index
    return value
