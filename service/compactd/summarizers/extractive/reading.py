"""What a conversation says: its sentences and its values, with who said them, and when."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from compactd.domain.messages import ChatMessage, Role
from compactd.summarizers.extractive.cue import Cue
from compactd.summarizers.extractive.cues import cues_of_phrases, cues_of_script
from compactd.summarizers.extractive.identifiers import Identifier, Kind, classify, identifiers_in, phrases_of, tokens_of
from compactd.summarizers.extractive.rendering import Section
from compactd.summarizers.extractive.secrets import redact
from compactd.summarizers.extractive.sentences import split_sentences
from compactd.summarizers.extractive.tool_data import Leaf, embedded_leaves, error_lines, leaves_of, readable
from compactd.summarizers.extractive.vocabulary import Vocabulary

# A name is two capitalized words side by side; a single one is too often the begin of a sentence. The pattern begins with
# a set of characters, not with a look ahead, because it is not tried anywhere else then.
_NO_NAME = (
    "The This That These For From In On At If When Where What Who Why How Only Please Send Ask Tell Let Also And But So "
    "Then It We My Our Your Is Are Was Can Could Use Take Forget Make Put Call See With By To Yes No Not Of"
)
_NAME = re.compile(
    rf"[A-Z](?<!\w.)(?!(?:{'|'.join(f'(?<={word[0]}){word[1:]}' for word in _NO_NAME.split())})\b)"
    r"(?:[a-zà-ÿ]+(?:[ /-][A-Z][\w/à-ÿ]*[a-zà-ÿ])+|[a-z]+[A-Z]\w*[a-zA-Z])\b"
)
# Without hiragana, which is grammar more than content.
_ASIAN_RUN = re.compile(r"[\u30a0-\u30ff\u3400-\u9fff]+")
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
class Reading:
    """A whole conversation, read once."""

    length: int
    sentences: list[Sentence] = field(default_factory=list)
    values: dict[str, Value] = field(default_factory=dict)
    tools: dict[str, int] = field(default_factory=dict)
    results: int = 0
    vocabulary: Vocabulary = field(default_factory=Vocabulary)


def read(messages: Sequence[ChatMessage]) -> Reading:
    """Reads every message in order; credentials are replaced before anything else happens."""
    reading = Reading(length=len(messages))
    for index, message in enumerate(messages):
        text = redact(message.text).replace("\x00", " ")
        if message.role is Role.TOOL:
            _read_result(reading, index, text)
        else:
            _read_speech(reading, index, message.role, text)
        for call in message.tool_calls:
            reading.tools[call.name] = reading.tools.get(call.name, 0) + 1
            _read_arguments(reading, index, redact(call.arguments).replace("\x00", " "))
    return reading


def sentence_of(
    text: str, message: int, role: Role, vocabulary: Vocabulary, section: Section | None = None
) -> Sentence:
    """Everything that is known about one sentence."""
    pieces = text.split()
    line = " ".join(pieces)
    entries = [vocabulary[piece] for piece in pieces]
    words: list[str] = []
    terms: set[str] = set()
    cues = 0
    may_begin = False
    for entry in entries:
        words += entry.words
        terms.update(entry.terms)
        cues |= entry.cues
        may_begin = may_begin or entry.may_begin
    if may_begin:
        cues |= cues_of_phrases(words)
    if not line.isascii():
        cues |= cues_of_script(line)
        for run in _ASIAN_RUN.findall(line):
            terms.update(run[at : at + 2] for at in range(len(run) - 1))
    found, rest = phrases_of(line)
    if rest is not line:
        entries = [vocabulary[piece] for piece in rest.split()]
    for entry in entries:
        for identifier in entry.identifiers:
            found.setdefault(identifier.value, identifier)
    return Sentence(line, message, role, cues, list(found.values()), _NAME.findall(line), frozenset(terms), section)


def _sentences(text: str, index: int, role: Role, vocabulary: Vocabulary) -> Iterator[Sentence]:
    """The sentences of a message; one that only takes something back (`No, not that.`) goes with the next."""
    held = ""
    for piece in split_sentences(text):
        sentence = sentence_of(f"{held} {piece}" if held else piece, index, role, vocabulary)
        held = ""
        if sentence.cues & _CORRECTION and len(sentence.text) <= _HELD_AT_MOST:
            held = sentence.text
        elif sentence.text:
            yield sentence
    if held:
        yield sentence_of(held, index, role, vocabulary)


def _read_speech(reading: Reading, index: int, role: Role, content: str) -> None:
    seen: set[str] = set()
    for sentence in _sentences(content, index, role, reading.vocabulary):
        reading.sentences.append(sentence)
        for text, kind in sentence.values():
            if text not in seen:
                seen.add(text)
                value = _value(reading, text, kind, index)
                if role is Role.USER:
                    value.users += 1
                else:
                    value.assistants += 1


def _read_arguments(reading: Reading, index: int, arguments: str) -> None:
    for leaf in leaves_of(arguments):
        found = _of_leaf(leaf, index, reading)
        for value in found:
            value.arguments += 1


def _read_result(reading: Reading, index: int, text: str) -> None:
    reading.results += 1
    text = readable(text)
    leaves = leaves_of(text)
    labelled: set[str] = set()
    for leaf in leaves or embedded_leaves(text):
        for value in _of_leaf(leaf, index, reading):
            value.results += 1
            labelled.add(value.value)
    if not leaves:
        _read_tokens(reading, index, text, labelled)
    for line in error_lines(text, leaves):
        reading.sentences.append(sentence_of(line, index, Role.TOOL, reading.vocabulary))


def _read_tokens(reading: Reading, index: int, text: str, labelled: set[str]) -> None:
    """The values in the output of a program; a weak one counts only where somebody wrote it before."""
    known = reading.values
    for token in tokens_of(text):
        value, kind = (token, SYMBOL) if token in known else classify(token)
        strong = kind is not None and kind is not NUMBER and kind is not SYMBOL
        if (strong or value in known) and kind is not None and value not in labelled:
            _value(reading, value, kind, index).results += 1


def _of_leaf(leaf: Leaf, index: int, reading: Reading) -> list[Value]:
    if len(leaf.text) <= 60 and "\n" not in leaf.text and leaf.label not in _COMMANDS:
        kind = classify(leaf.text)[1] if " " not in leaf.text else None
        return [_value(reading, leaf.text, kind or Kind.SYMBOL, index, leaf.label)]
    if leaf.label in _COMMANDS:
        command = _AROUND_COMMAND.sub("", leaf.text)
        if len(command) <= 160 and "\n" not in command:
            return [_value(reading, command, Kind.COMMAND, index, "command")]
    return [_value(reading, found.value, found.kind, index) for found in identifiers_in(leaf.text)]


def _value(reading: Reading, text: str, kind: Kind, index: int, label: str = "") -> Value:
    value = reading.values.get(text)
    if value is None:
        value = reading.values[text] = Value(text, kind)
    value.last = index
    value.label = value.label or label
    return value
