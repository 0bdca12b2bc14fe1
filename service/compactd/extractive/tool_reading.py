"""Reading what tools were given and gave back."""

import re
from collections.abc import Collection

from compactd.domain.messages import ChatMessage, ToolCall
from compactd.extractive.digest import CallDigest, Labelled, ResultDigest, Token
from compactd.extractive.effects import acts, failure_of, given, made, shown_arguments
from compactd.extractive.identifiers import Kind, classify, tokens_of
from compactd.extractive.speech import read_sentence
from compactd.extractive.tool_data import (
    Leaf,
    document_of,
    embedded_leaves,
    error_lines,
    leaves_of,
    quoted,
    readable,
)
from compactd.extractive.vocabulary import Vocabulary
from compactd.strategies.secrets import redact

_VALUE_AT_MOST = 60
"""Code points of a scalar that is a value as it stands; of a longer one the identifiers in it are."""

_COMMAND_AT_MOST = 160
"""Code points; no word that somebody wrote and that is no identifier is longer."""

_COMMANDS = ("command", "cmd", "script")
# Going somewhere first and cutting the output afterwards is not what the command is about.
_AROUND_COMMAND = re.compile(r"^cd \S+ && |(?: 2>&1)?(?: \| (?:head|tail|grep|wc|sort)\b[^|&;]*)+$")


def read_call(call: ToolCall, vocabulary: Vocabulary) -> CallDigest:
    """A call, of each of whose arguments `readable` says what is looked at."""
    leaves = leaves_of(document_of(redact(call.arguments).replace("\x00", " ")))
    values = tuple(value for leaf in leaves for value in _values_of(Leaf(leaf.label, readable(leaf.text)), vocabulary))
    if not acts(call, leaves):
        return CallDigest(call.id, call.name, values, acts=False)
    return CallDigest(call.id, call.name, values, acts=True, arguments=shown_arguments(leaves), given=given(leaves))


def read_result(message: ChatMessage, text: str, vocabulary: Vocabulary) -> ResultDigest:
    """The result `message`, whose text without credentials is `text`."""
    text = readable(text)
    document = document_of(text)
    leaves = leaves_of(document)
    values = tuple(value for leaf in leaves or embedded_leaves(text) for value in _values_of(leaf, vocabulary))
    tokens, words = ([], []) if leaves else _tokens(text, {value for value, _, _ in values}, vocabulary)
    return ResultDigest(
        call_id=message.tool_call_id,
        reporter=message.name,
        failure=failure_of(document, text, is_error=message.is_error),
        made=made(document, text, vocabulary),
        values=values,
        tokens=tuple(tokens),
        words=tuple(words),
        errors=tuple(read_sentence(quoted(line), vocabulary) for line in error_lines(text, leaves)),
    )


def _values_of(leaf: Leaf, vocabulary: Vocabulary) -> list[Labelled]:
    if len(leaf.text) <= _VALUE_AT_MOST and "\n" not in leaf.text and leaf.label not in _COMMANDS:
        kind = classify(leaf.text)[1] if " " not in leaf.text else None
        return [(leaf.text, kind or Kind.SYMBOL, leaf.label)]
    if leaf.label in _COMMANDS:
        command = _AROUND_COMMAND.sub("", leaf.text)
        if len(command) <= _COMMAND_AT_MOST and "\n" not in command:
            return [(command, Kind.COMMAND, "command")]
    return [(value, kind, "") for value, kind in vocabulary.identifiers_in(leaf.text)]


def _tokens(text: str, labelled: Collection[str], vocabulary: Vocabulary) -> tuple[list[Token], list[str]]:
    """What the output of a program names, and the words that count only where somebody else wrote them."""
    tokens: list[Token] = []
    words: list[str] = []
    for token in tokens_of(text):
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
