"""What a conversation says: its sentences and its values, with who said them, and when."""

import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from compactd.domain.messages import ChatMessage, Role, ToolCall
from compactd.extractive.cue import Cue
from compactd.extractive.cues import cues_of, cues_of_script, words_of
from compactd.extractive.identifiers import LONGEST, Identifier, Kind, classify, identifiers_in, tokens_of
from compactd.extractive.outcomes import acts, open_call, outcome_of
from compactd.extractive.page import Section
from compactd.extractive.sentences import split_sentences
from compactd.extractive.tool_data import (
    READ_AT_MOST,
    Leaf,
    embedded_leaves,
    error_lines,
    leaves_of,
    quoted,
    readable,
)
from compactd.extractive.vocabulary import Vocabulary
from compactd.strategies.secrets import redact

STEP = 64 * 1024
"""Code points that are read in one step, about 20 to 40 ms of CPU."""

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
_COMMANDS = ("command", "cmd", "script")
# Going somewhere first and cutting the output afterwards is not what the command is about.
_AROUND_COMMAND = re.compile(r"^cd \S+ && |(?: 2>&1)?(?: \| (?:head|tail|grep|wc|sort)\b[^|&;]*)+$")
NUMBER, SYMBOL = Kind.NUMBER, Kind.SYMBOL


class Sentence(NamedTuple):
    """A sentence of message `message`, on one line. `terms` are its content words, `names` capitalized ones;
    `section` is where it stood, if it stood in a summary."""

    text: str
    message: int
    role: Role
    cues: int
    identifiers: Sequence[Identifier]
    names: Sequence[str]
    terms: frozenset[str]
    section: Section | None = None

    def values(self) -> list[tuple[str, Kind]]:
        """Value and kind of everything in it that a later sentence could correct."""
        return [(found.value, found.kind) for found in self.identifiers] + [(name, Kind.NAME) for name in self.names]


@dataclass(slots=True)
class Value:
    """Where a value stands: messages of users, of the assistant, tool arguments, tool results."""

    value: str
    kind: Kind
    label: str = ""
    last: int = 0
    users: int = 0
    assistants: int = 0
    arguments: int = 0
    results: int = 0


@dataclass(slots=True)
class Facts:
    """A whole conversation, read once. `outcomes` are the places of the sentences about what tool calls changed;
    `calls` are those without a result so far, by their ids."""

    length: int
    sentences: list[Sentence] = field(default_factory=list)
    values: dict[str, Value] = field(default_factory=dict)
    tools: dict[str, int] = field(default_factory=dict)
    results: int = 0
    outcomes: list[int] = field(default_factory=list)
    calls: dict[str, tuple[ToolCall, list[Leaf], int]] = field(default_factory=dict)
    vocabulary: Vocabulary = field(default_factory=Vocabulary)


def gather_facts(messages: Sequence[ChatMessage]) -> Generator[None, None, Facts]:
    """Reads every message in order, and stops for others after each STEP of text.

    Credentials are replaced before anything else happens. Of what users and the assistant say, up to SPOKEN_AT_MOST
    code points of a message are read sentence by sentence; of a longer one its beginning and its end, and from the
    middle the identifiers only. Of a tool's result, and of each value in a call's arguments, `readable` says what is
    looked at.
    """
    facts = Facts(length=len(messages))
    done = 0
    for size in _add_each(facts, messages):
        done += size
        if done >= STEP:
            done = 0
            yield
    return facts


def _add_each(facts: Facts, messages: Sequence[ChatMessage]) -> Iterator[int]:
    """Reads the messages; gives the code points of what was read since it gave some before."""
    for index, message in enumerate(messages):
        text = redact(message.text).replace("\x00", " ")
        if message.role is Role.TOOL:
            _add_result(facts, index, message, text)
            yield min(len(text), READ_AT_MOST)
        else:
            yield from _add_speech(facts, index, message.role, text)
        for call in message.tool_calls:
            facts.tools[call.name] = facts.tools.get(call.name, 0) + 1
            yield from _add_call(facts, index, call)
    for call, leaves, index in facts.calls.values():
        if acts(call, leaves):
            _add_outcome(facts, index, *open_call(call, leaves))


def sentence_of(
    text: str, message: int, role: Role, vocabulary: Vocabulary, section: Section | None = None
) -> Sentence:
    """Everything that is known about one sentence."""
    line = " ".join(text.split())
    words = words_of(line)
    cues = cues_of(words)
    terms = frozenset([word[:_STEM] for word in words if len(word) >= _CONTENT_LENGTH])
    if not line.isascii():
        cues |= cues_of_script(line)
        pairs: set[str] = set()
        for run in _ASIAN_RUN.findall(line):
            pairs.update(run[at : at + 2] for at in range(len(run) - 1))
        terms |= pairs
    identifiers = vocabulary.identifiers_in(line, set(words))
    return Sentence(line, message, role, cues, identifiers, _NAME.findall(line), terms, section)


def _sentences(text: str, index: int, role: Role, vocabulary: Vocabulary) -> Iterator[Sentence]:
    """The sentences of a message; one that only takes something back (`No, not that.`) goes with the next."""
    held = ""
    for said in split_sentences(text):
        sentence = sentence_of(f"{held} {said}" if held else said, index, role, vocabulary)
        held = ""
        if sentence.cues & _CORRECTION and len(sentence.text) <= _HELD_AT_MOST:
            held = sentence.text
        elif sentence.text:
            yield sentence
    if held:
        yield sentence_of(held, index, role, vocabulary)


def _add_speech(facts: Facts, index: int, role: Role, content: str) -> Iterator[int]:
    seen: set[str] = set()
    beginning, middle, end = _divided(content)
    for sentence in _sentences(beginning, index, role, facts.vocabulary):
        facts.sentences.append(sentence)
        _count_spoken(facts, index, role, sentence.values(), seen)
        yield len(sentence.text)
    for stretch in middle:
        named = [(found.value, found.kind) for found in identifiers_in(stretch)]
        _count_spoken(facts, index, role, named, seen)
        yield len(stretch)
    if end:
        for sentence in _sentences(end, index, role, facts.vocabulary):
            facts.sentences.append(sentence)
            _count_spoken(facts, index, role, sentence.values(), seen)
            yield len(sentence.text)


def _divided(content: str) -> tuple[str, Iterable[str], str]:
    """What is read by sentences from the beginning, the stretches of the middle, and the end; cut at a space if one is
    near, so that no identifier is cut."""
    if len(content) <= SPOKEN_AT_MOST:
        return content, (), ""
    cuts = [_space_near(content, SPOKEN_AT_MOST * 3 // 4)]
    last = len(content) - SPOKEN_AT_MOST // 4
    while cuts[-1] + _MIDDLE < last:
        cuts.append(_space_near(content, cuts[-1] + _MIDDLE))
    cuts.append(_space_near(content, max(last, cuts[-1])))
    return content[: cuts[0]], (content[at:to] for at, to in pairwise(cuts)), content[cuts[-1] :]


def _space_near(content: str, at: int) -> int:
    match = _SPACE.search(content, at, at + LONGEST)
    return match.start() if match else at


def _count_spoken(facts: Facts, index: int, role: Role, named: Iterable[tuple[str, Kind]], seen: set[str]) -> None:
    """Counts each value once for a message."""
    for text, kind in named:
        if text not in seen:
            seen.add(text)
            value = _value(facts, text, kind, index)
            if role is Role.USER:
                value.users += 1
            else:
                value.assistants += 1


def _add_call(facts: Facts, index: int, call: ToolCall) -> Iterator[int]:
    leaves = leaves_of(redact(call.arguments).replace("\x00", " "))
    facts.calls[call.id] = (call, leaves, index)
    for leaf in leaves:
        looked_at = leaf._replace(text=readable(leaf.text))
        for value in _of_leaf(looked_at, index, facts):
            value.arguments += 1
        yield len(looked_at.text)


def _add_outcome(facts: Facts, index: int, line: str, named: Sequence[Identifier]) -> None:
    facts.outcomes.append(len(facts.sentences))
    text = " ".join(line.split())
    facts.sentences.append(Sentence(text, index, Role.TOOL, 0, named, (), frozenset(), Section.EVENTS))


def _add_result(facts: Facts, index: int, message: ChatMessage, text: str) -> None:
    facts.results += 1
    call, arguments, _ = facts.calls.pop(message.tool_call_id, (None, [], index))
    acted = call is not None and acts(call, arguments)
    if call is not None and acted:
        line, named = outcome_of(call, arguments, readable(text), is_error=message.is_error, known=facts.values)
        _add_outcome(facts, index, line, named)
    text = readable(text)
    leaves = leaves_of(text)
    labelled: set[str] = set()
    for leaf in leaves or embedded_leaves(text):
        for value in _of_leaf(leaf, index, facts):
            value.results += 1
            labelled.add(value.value)
    if not leaves:
        _add_tokens(facts, index, text, labelled)
    if acted:
        return
    reporter = call.name if call is not None else message.name
    for line in error_lines(text, leaves):
        reported = f"tool {reporter}".strip() + f" reported: {quoted(line)}"
        facts.sentences.append(sentence_of(reported, index, Role.TOOL, facts.vocabulary))


def _add_tokens(facts: Facts, index: int, text: str, labelled: set[str]) -> None:
    """The values in the output of a program; a weak one counts only where somebody wrote it before."""
    known = facts.values
    for token in tokens_of(text):
        value, kind = (token, SYMBOL) if token in known else classify(token)
        strong = kind is not None and kind is not NUMBER and kind is not SYMBOL
        if (strong or value in known) and kind is not None and value not in labelled:
            _value(facts, value, kind, index).results += 1


def _of_leaf(leaf: Leaf, index: int, facts: Facts) -> list[Value]:
    if len(leaf.text) <= 60 and "\n" not in leaf.text and leaf.label not in _COMMANDS:
        kind = classify(leaf.text)[1] if " " not in leaf.text else None
        return [_value(facts, leaf.text, kind or Kind.SYMBOL, index, leaf.label)]
    if leaf.label in _COMMANDS:
        command = _AROUND_COMMAND.sub("", leaf.text)
        if len(command) <= 160 and "\n" not in command:
            return [_value(facts, command, Kind.COMMAND, index, "command")]
    return [_value(facts, found.value, found.kind, index) for found in facts.vocabulary.identifiers_in(leaf.text)]


def _value(facts: Facts, text: str, kind: Kind, index: int, label: str = "") -> Value:
    value = facts.values.get(text)
    if value is None:
        value = facts.values[text] = Value(text, kind)
    value.last = index
    value.label = value.label or label
    return value
