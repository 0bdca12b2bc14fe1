"""Messages that a program wrapped in JSON: `{"type": "user_message", "message": …, "time": …}`.

Told by shape: fields that carry words, beside others that say of what kind the message is, who speaks, and when.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from compactd.extractive.speech_names import carries_words, is_person, is_program, names_person
from compactd.extractive.tool_data import Leaf, document_of, leaves_of
from compactd.extractive.voices import Passage, Voice

_KINDS = frozenset(("type", "kind", "event", "category"))
_SPEAKERS = frozenset(("role", "source", "origin", "author", "sender", "from", "speaker"))
_SHOWN = frozenset(("assistant", "tool", "function"))
"""Roles whose words are shown to whom they are handed, rather than said by a harness."""

_DEPTH = 5
_WORDS_SHARE = 0.5
"""Share of an object's texts that its words take at least, where nothing says that it is a message."""

_STAMP = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d?:\d\d|\Z)|\d{10,13}\Z|\d\d?:\d\d")


def opened(text: str) -> list[Passage] | None:
    """What is said in a message that is an envelope, in its order; of what stands beside the words, values are left.

    None for any other text, data in JSON among them.
    """
    document = document_of(text)
    if document is None:
        return None
    said = list(_said(document, _DEPTH))
    leaves = leaves_of(document)
    if not said:
        return [_beside(leaves, ())] if isinstance(document, Mapping) and _is_event(document, leaves) else None
    words = {passage.text for passage in said}
    if not _is_message(document):
        size = sum(len(leaf.text) for leaf in leaves)
        if sum(map(len, words)) < _WORDS_SHARE * size:
            return None
    return [*said, _beside(leaves, words)]


def _beside(leaves: Iterable[Leaf], words: Collection[str]) -> Passage:
    """What stands in an envelope beside its words; when something was said is nothing that was said."""
    values = [leaf.text for leaf in leaves if leaf.text not in words and not _STAMP.match(leaf.text)]
    return Passage(Voice.HARNESS, "\n".join(values))


def _said(node: Any, depth: int) -> Iterator[Passage]:
    """The words under the keys that carry words, in whatever they are nested, JSON in a text included."""
    if depth == 0:
        return
    if isinstance(node, str):
        within = list(_said(document_of(node), depth - 1))
        if within:
            yield from within
        elif node.strip():
            yield Passage(Voice.OWN, node.strip())
    elif isinstance(node, list):
        for item in node:
            if isinstance(item, Mapping | str):
                yield from _said(item, depth - 1)
    elif isinstance(node, Mapping):
        voice = _voice_of(node)
        for passage in _said_in_object(node, depth):
            yield passage if voice is Voice.OWN else Passage(voice, passage.text)


def _said_in_object(node: Mapping[str, Any], depth: int) -> Iterator[Passage]:
    carried = [value for key, value in node.items() if value and carries_words(key)]
    # Where it has no words itself, they are in what it is an envelope of: `{"event": …, "data": {"text": …}}`.
    for value in carried or [value for value in node.values() if isinstance(value, Mapping)]:
        yield from _said(value, depth - 1)


def _voice_of(node: Mapping[str, Any]) -> Voice:
    """Whose the words in an object are, as its fields say that tell kinds and speakers."""
    told = [value for key, value in node.items() if isinstance(value, str) and _tells(key)]
    if any(map(is_program, told)):
        return Voice.QUOTED if any(value in _SHOWN for value in told) else Voice.HARNESS
    if any(map(is_person, told)) or any(map(names_person, node)):
        return Voice.OWN
    return Voice.HARNESS if any(key in _KINDS for key in node) else Voice.OWN


def _tells(key: str) -> bool:
    return key in _KINDS or key in _SPEAKERS


def _is_message(document: Any) -> bool:
    """Whether a document, or the first of a list, says of what kind it is or who speaks."""
    first = document[0] if isinstance(document, list) and document else document
    return isinstance(first, Mapping) and any(isinstance(first.get(key), str) for key in (*_KINDS, *_SPEAKERS))


def _is_event(document: Mapping[str, Any], leaves: Iterable[Leaf]) -> bool:
    """Whether an object without words tells that something happened: of a program's kind, or with the time."""
    kinds = [value for key, value in document.items() if key in _KINDS and isinstance(value, str)]
    return any(map(is_program, kinds)) or (bool(kinds) and any(_STAMP.match(leaf.text) for leaf in leaves))
