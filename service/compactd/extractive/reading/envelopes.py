"""Messages that a program wrapped in JSON: `{"type": "user_message", "message": …, "time": …}`.

Told by shape: fields that carry words, beside others that say of what kind the message is, who speaks, and when.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from compactd.extractive.reading.speech_names import carries_words, is_person, is_program, names_person
from compactd.extractive.reading.tool_data import PARSED_AT_MOST, Leaf, document_of, leaves_of
from compactd.extractive.reading.voices import Passage, Voice

_KINDS = frozenset(("type", "kind", "event", "category"))
_SPEAKERS = frozenset(("role", "source", "origin", "author", "sender", "from", "speaker"))
_SHOWN = frozenset(("agent", "assistant", "bot", "function", "model", "tool"))
"""Roles whose words are shown to whom they are handed, rather than said by a harness."""

_DEPTH = 8
_WORDS_SHARE = 0.5
"""Share of an object's texts that its words take at least, where nothing says that it is a message."""

_HEAD = 200
"""Code points before the first envelope."""

_DOCUMENTS_AT_MOST = 50
_decoder = json.JSONDecoder()
_BLANK = re.compile(r"\s*+")
_STAMP = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d?:\d\d|\Z)|\d{10,13}\Z|\d\d?:\d\d")


def opened(text: str) -> list[Passage] | None:
    """What is said in a message of envelopes, in its order, with what stands before and behind them; of what stands in
    them beside the words, values are left.

    None for any other text, data in JSON among them.
    """
    start = 0 if text[:1] == "{" or text.lstrip()[:1] in ("{", "[") else text.find("\n{") + 1
    if start > _HEAD or text[start : start + 1].isalpha():
        return None
    head = text[:start].strip()
    announced = head.endswith((":", "："))
    passages = [Passage(Voice.OWN, head)] if head else []
    opened_one = False
    for document, rest in _documents(text[start:]):
        if document is None:
            passages.append(Passage(Voice.OWN, rest))
            continue
        found = _opened(document)
        if found is None:
            return None
        opened_one = True
        # What somebody announces is shown.
        passages += [Passage(Voice.QUOTED, one.text) if announced and one.voice is Voice.OWN else one for one in found]
    return passages if opened_one else None


def _documents(text: str) -> Iterator[tuple[Any, str]]:
    """The documents with which a text begins, side by side, and the rest of the text."""
    document = document_of(text)
    if document is not None:
        yield document, ""
        return
    at = 0
    for _ in range(_DOCUMENTS_AT_MOST if len(text) <= PARSED_AT_MOST else 0):
        if text[at : at + 1] != "{":
            break
        try:
            document, at = _decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        yield document, ""
        at = _BLANK.match(text, at).end()  # type: ignore[union-attr]
    yield None, text[at:]


def _opened(document: Any) -> list[Passage] | None:
    if isinstance(document, list) and not _is_message(document):
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
    for value in carried or [value for value in node.values() if _may_be_enveloped(value, node)]:
        yield from _said(value, depth - 1)


def _may_be_enveloped(value: Any, node: Mapping[str, Any]) -> bool:
    """Whether a value without a name of words is something in an envelope: an object, or messages or their parts; rows
    of data are not."""
    if isinstance(value, list):
        return bool(value) and isinstance(value[0], Mapping) and (_is_message(node) or _is_message(value))
    return isinstance(value, Mapping)


def _voice_of(node: Mapping[str, Any]) -> Voice:
    """Whose the words in an object are, as its fields say that tell kinds and speakers."""
    told = [value for key, value in node.items() if isinstance(value, str) and _tells(key)]
    if any(map(is_program, told)):
        return Voice.QUOTED if any(value in _SHOWN for value in told) else Voice.HARNESS
    if any(map(is_person, told)) or any(map(names_person, node)):
        return Voice.OWN
    # A kind that nobody knows may be a person's or a program's.
    return Voice.QUOTED if any(key in _KINDS for key in node) else Voice.OWN


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
