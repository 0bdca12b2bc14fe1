"""Reading what tools were given and gave back."""

import re
from collections.abc import Collection, Iterable

from compactd.domain.messages import ChatMessage, ToolCall
from compactd.extractive.reading.digest import CallDigest, Labelled, Named, ResultDigest, Token
from compactd.extractive.reading.effects import acts, failure_of, given, made, shown_arguments
from compactd.extractive.reading.escapes import unescaped
from compactd.extractive.reading.grouped_numbers import grouped_numbers
from compactd.extractive.reading.identifiers import Kind, identifiers_in, phrase_kind, phrases_of, tokens_of
from compactd.extractive.reading.speech import pieces_of, read_sentence
from compactd.extractive.reading.tool_data import (
    READ_AT_MOST,
    SHORT_LEAF,
    Leaf,
    document_of,
    embedded_leaves,
    error_lines,
    leaves_of,
    looked_at,
    passed_over,
    quoted,
    readable,
)
from compactd.extractive.reading.vocabulary import Vocabulary
from compactd.strategies.secrets import Redact, redact, redact_in_steps
from compactd.strategies.steps import Steps

_VALUE_AT_MOST = SHORT_LEAF
"""Code points of a scalar that is a value as it stands; of a longer one the identifiers in it are."""

_CHARACTERS_A_STEP, _CHARACTERS_A_LEAF = 16 * 1024, 16
"""A step of some milliseconds: so many code points, a leaf counted as so many more than it has."""

_TOKENS_A_STEP = 1024

_COMMAND_AT_MOST = 160
"""Code points; no word that somebody wrote and that is no identifier is longer."""

_SAID_IN_WORDS = (Kind.DATE, Kind.AMOUNT, Kind.ERROR)
_PASSING = (Kind.NUMBER, Kind.SYMBOL)
_HIDDEN_AT_MOST = 4000
"""Identifiers of the output of a program that are no tokens of its."""

# Looked for first: a literal is found at the speed of memory, and most output has none.
_PHRASE_HINTS = ("$", " USD", " EUR", "USD ", "EUR ", " GBP", " CHF", "xit code", "HTTP ", "rrno ")

_COMMANDS = ("command", "cmd", "script")
# Going somewhere first and cutting the output afterwards is not what the command is about.
_AROUND_COMMAND = re.compile(r"^cd \S+ && |(?: 2>&1)?(?: \| (?:head|tail|grep|wc|sort)\b[^|&;]*)+$")


def read_call(call: ToolCall, vocabulary: Vocabulary, redact_text: Redact = redact_in_steps) -> Steps[CallDigest]:
    """A call, of whose arguments `looked_at` says what is read."""
    arguments = yield from redact_text(call.arguments)
    leaves = looked_at(leaves_of(document_of(arguments.replace("\x00", " "))))
    values = yield from _values_of_all(leaves, vocabulary)
    name = redact(call.name)
    if not acts(call, leaves):
        return CallDigest(call.id, name, values, acts=False)
    shown = yield from shown_arguments(leaves)
    return CallDigest(call.id, name, values, acts=True, arguments=shown, given=given(leaves))


def read_result(message: ChatMessage, text: str, vocabulary: Vocabulary) -> Steps[ResultDigest]:
    """The result `message`, whose text without credentials is `text`."""
    text = readable(text)
    document = document_of(text)
    if document is None and (read := unescaped(text)) is not text:
        text = redact(read)
        document = document_of(text)
    leaves = leaves_of(document)
    values = yield from _values_of_all(leaves or embedded_leaves(text), vocabulary)
    labelled = {value for value, _, _ in values}
    tokens, words = ([], []) if leaves else (yield from _tokens(text, labelled, vocabulary))
    return ResultDigest(
        call_id=message.tool_call_id,
        reporter=redact(message.name),
        failure=failure_of(document, text, is_error=message.is_error),
        made=made(document, text, vocabulary),
        values=tuple(values),
        tokens=tuple(tokens),
        words=tuple(words),
        errors=tuple(read_sentence(quoted(line), vocabulary) for line in error_lines(text, leaves)),
    )


def output_identifiers(text: str) -> Steps[tuple[Named, ...]]:
    """What the output of a program names beside its tokens: dates, amounts and errors of several words, and numbers in
    groups; and in the part that is not looked at whatever says something by its form."""
    found: dict[Named, None] = {}
    if text.lstrip()[:1] not in ("{", "[") or len(text) > READ_AT_MOST:
        shown = readable(text)
        hinted = _may_hold_phrases(shown)
        for piece in pieces_of(shown):
            found.update(((number, Kind.ID), None) for number in grouped_numbers(piece)[0])
            if hinted:
                found.update((named, None) for named in phrases_of(piece)[0].values() if named.kind in _SAID_IN_WORDS)
            yield
        for piece in pieces_of(passed_over(text)):
            found.update((named, None) for named in identifiers_in(piece) if named.kind not in _PASSING)
            yield
            if len(found) > _HIDDEN_AT_MOST:
                break
    return tuple(found)[:_HIDDEN_AT_MOST]


def _may_hold_phrases(text: str) -> bool:
    return not text.isascii() or any(hint in text for hint in _PHRASE_HINTS)


def _values_of_all(leaves: Iterable[Leaf], vocabulary: Vocabulary) -> Steps[tuple[Labelled, ...]]:
    values: list[Labelled] = []
    room = _CHARACTERS_A_STEP
    for leaf in leaves:
        values += _values_of(leaf if "\\" not in leaf.text else _read(leaf), vocabulary)
        room -= len(leaf.text) + _CHARACTERS_A_LEAF
        if room < 0:
            room = _CHARACTERS_A_STEP
            yield
    return tuple(values)


def _read(leaf: Leaf) -> Leaf:
    read = unescaped(leaf.text)
    return leaf if read is leaf.text else Leaf(leaf.label, redact(read).strip())


def _values_of(leaf: Leaf, vocabulary: Vocabulary) -> list[Labelled]:
    if not leaf.text:
        # `"separator": "\\n"` is a blank, once it is read.
        return []
    if len(leaf.text) <= _VALUE_AT_MOST and "\n" not in leaf.text and leaf.label not in _COMMANDS:
        kind = vocabulary.tokens[leaf.text][1] if " " not in leaf.text else phrase_kind(leaf.text)
        return [(leaf.text, kind or Kind.SYMBOL, leaf.label)]
    if leaf.label in _COMMANDS:
        command = _AROUND_COMMAND.sub("", leaf.text)
        if len(command) <= _COMMAND_AT_MOST and "\n" not in command:
            return [(command, Kind.COMMAND, "command")]
    return [(value, kind, "") for value, kind in vocabulary.identifiers_in(leaf.text)]


def _tokens(text: str, labelled: Collection[str], vocabulary: Vocabulary) -> Steps[tuple[list[Token], list[str]]]:
    """What the output of a program names, and the words that count only where somebody else wrote them."""
    tokens: list[Token] = []
    words: list[str] = []
    for place, token in enumerate(tokens_of(text), 1):
        if place % _TOKENS_A_STEP == 0:
            yield
        if token in labelled:
            continue
        value, kind = vocabulary.tokens[token]
        if value in labelled:
            kind = None
        if kind is not None and (value != token or (kind is not Kind.NUMBER and kind is not Kind.SYMBOL)):
            tokens.append((token, value, kind))
        elif len(token) <= _COMMAND_AT_MOST or kind is not None:
            words.append(token)
    return tokens, words
