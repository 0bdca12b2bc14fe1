"""What tool calls changed in the world: who goes on must not do it twice, nor take for done what failed."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import orjson

from compactd.domain.messages import ToolCall
from compactd.extractive.cues import reads_as_instruction
from compactd.extractive.identifiers import Identifier, Kind, classify, identifiers_in
from compactd.extractive.tool_data import Leaf, quoted
from compactd.strategies.clip import clip

DONE, FAILED, OPEN = "Done: ", "Failed: ", "Called, no result yet: "
ARROW = " → "
OTHERS = "Also done: "

_ACT_WORDS = (
    "add apply approve archive assign book buy cancel change charge close comment commit create delete deploy disable "
    "downgrade drop edit email enable escalate exchange grant insert install invite issue kill merge modify move "
    "notify order patch pay post publish purchase push put refund register reject release remove rename reopen replace "
    "reply reschedule reserve resolve restart restore resume return revert revoke rollback save schedule send set "
    "submit subscribe suspend transfer trigger unassign unsubscribe update upgrade upload write"
)
_READ_WORDS = (
    "calculate cat check count describe fetch find get list load lookup open query read search show status think "
    "validate view"
)
_ACTS, _READS = frozenset(_ACT_WORDS.split()), frozenset(_READ_WORDS.split())
# Where one tool does several things, the argument under which it is told which one.
_VERB_KEYS = frozenset(("action", "command", "method", "operation"))
_SHELL_KEYS = frozenset(("command", "cmd", "script"))
_SHELL_ACT = re.compile(
    r"\b(?:git (?:commit|push|merge|revert|tag -a)|(?:gh|glab) (?:pr|mr|issue|release) (?:create|merge|close)"
    r"|kubectl (?:apply|delete|patch|scale|create|rollout)|helm (?:install|upgrade|rollback)"
    r"|terraform (?:apply|destroy)|argocd app sync|(?:npm|cargo|poetry|uv) publish|docker push)\b[^&|;\n]{0,200}"
)
_SHELL_PART = 40
_ARGUMENTS, _ARGUMENTS_OF_MADE = 56, 36
_ARGUMENT = 40
_ERROR = 120
_IDS = 3
_DEPTH = 4
_SHORT_RESULT = 600
"""Code points; a longer plain text is a listing, and what it names was not made by the call."""

_NAME_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_ID_LABEL = re.compile(r"(?:.*[_-])?(?:id|ids|key|url|sha|number|reference|ref|confirmation|code)|.*(?:Id|Url|Number)")
_CREATED = (Kind.ID, Kind.HASH, Kind.URL)
_FAILURE = re.compile(r"\W*(?:error|exception|failed|failure|fatal|traceback)\b", re.IGNORECASE)
_RAISED = re.compile(r"^\W*(?:[A-Z]\d+ )?[\w.]*[A-Z]\w*(?:Error|Exception)\b.*", re.MULTILINE)
_FAILURE_KEYS = ("error", "errors", "error_message", "exception")
_FAILED_STATES = frozenset(("error", "failed", "failure"))


def acts(call: ToolCall, leaves: Sequence[Leaf]) -> bool:
    """Whether a call changes something, as its name, its action or its command line says; unknown words read."""
    told = next((leaf.text.casefold() for leaf in leaves if leaf.label in _VERB_KEYS and leaf.text.isalpha()), "")
    for word in (told, *_words(call.name)):
        if word in _ACTS or word in _READS:
            return word in _ACTS
    return any(leaf.label in _SHELL_KEYS and _SHELL_ACT.search(leaf.text) for leaf in leaves)


def outcome_of(
    call: ToolCall, leaves: Sequence[Leaf], result: str, *, is_error: bool, known: Collection[str]
) -> tuple[str, Sequence[Identifier]]:
    """A line about a call that acts and its result, and the identifiers in it.

    `leaves` are those of its arguments, `known` the values that the conversation had before the result.
    """
    shown = _arguments(leaves)
    head = f"{call.name}({', '.join(shown)})"
    document = _document(result)
    failure = _failure(document, result, is_error=is_error)
    if failure is not None:
        said = "" if not failure or reads_as_instruction(failure) else f": {quoted(clip(failure, _ERROR))}"
        return f"{FAILED}{head}{said}", _named(shown)
    given = {leaf.text for leaf in leaves}
    # What it made is found by its id: the arguments may be fewer.
    created = _created(document, result, call.name, given, known)
    if created:
        shown = _arguments(leaves, _ARGUMENTS_OF_MADE) or shown
        head = f"{call.name}({', '.join(shown)})"
    return f"{DONE}{head}{ARROW if created else ''}{', '.join(created)}", _named((*shown, *created))


def open_call(call: ToolCall, leaves: Sequence[Leaf]) -> tuple[str, Sequence[Identifier]]:
    """A line about a call that acts and whose result is not there."""
    shown = _arguments(leaves)
    return f"{OPEN}{call.name}({', '.join(shown)})", _named(shown)


def _words(name: str) -> list[str]:
    return [word.lower() for word in _NAME_WORD.findall(name)]


def _arguments(leaves: Sequence[Leaf], room: int = _ARGUMENTS) -> list[str]:
    """The short arguments in their order, plain words by their name, or the identifiers of a long one; as many as
    there is room for."""
    found: dict[str, None] = {}
    for leaf in leaves:
        for argument in _shown_of(leaf):
            if argument not in found and len(argument) + 2 <= room:
                found[argument] = None
                room -= len(argument) + 2
    return list(found)


def _shown_of(leaf: Leaf) -> list[str]:
    if leaf.label in _SHELL_KEYS:
        return [clip(match.group().strip(), _SHELL_PART) for match in _SHELL_ACT.finditer(leaf.text)]
    if "\n" not in leaf.text:
        kind = classify(leaf.text)[1] if " " not in leaf.text else None
        if kind not in (None, Kind.NUMBER, Kind.SYMBOL) or (kind is Kind.SYMBOL and "_" in leaf.text):
            return [leaf.text]
        if len(leaf.text) <= _ARGUMENT:
            return [f"{leaf.label}: {leaf.text}" if leaf.label else leaf.text]
    return [one.value for one in identifiers_in(leaf.text[:1000]) if one.kind in _CREATED]


def _named(texts: Sequence[str]) -> list[Identifier]:
    return [Identifier(text, classify(text)[1] or Kind.SYMBOL) for text in texts if " " not in text]


def _document(text: str) -> Any:
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return orjson.loads(text)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return None


def _failure(document: Any, text: str, *, is_error: bool) -> str | None:
    """What a failed call says; None for one that succeeded."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if isinstance(document, Mapping):
        told = next((document[key] for key in _FAILURE_KEYS if document.get(key)), None)
        negative = document.get("ok") is False or document.get("success") is False
        state = str(document.get("status", "")).casefold() in _FAILED_STATES
        if told is not None or negative or state or is_error:
            return told if isinstance(told, str) else " ".join(str(document.get("message") or line).split())
        return None
    raised = _RAISED.search(text) if document is None else None
    if raised is not None:
        return raised.group().strip()
    return line if is_error or (document is None and _FAILURE.match(line)) else None


def _created(document: Any, text: str, name: str, given: Collection[str], known: Collection[str]) -> list[str]:
    """The identifiers a result brings: what it calls an id, nearest to the top; in plain text any that is new."""
    if document is None:
        new = [one for one in identifiers_in(text) if one.kind in _CREATED] if len(text) <= _SHORT_RESULT else []
        new = [one for one in new if one.value not in given and one.value not in known and ":" not in one.value[:4]]
        short = [one.value for one in new if one.kind is not Kind.URL]
        return (short or [one.value for one in new])[:_IDS]
    about = set(_words(name)) | {"id"}
    level = [document]
    for _ in range(_DEPTH):
        children: list[Any] = []
        found: list[str] = []
        for node in level:
            if isinstance(node, Mapping):
                for label, value in node.items():
                    if isinstance(value, Mapping | list):
                        children.append(value)
                    elif value and _ID_LABEL.fullmatch(label) and _is_new(label, str(value), about, given, known):
                        found.append(str(value))
            elif isinstance(node, list):
                children.extend(node[:_IDS])
        if found:
            short = [value for value in found if "://" not in value]
            return list(dict.fromkeys(short or found))[:_IDS]
        level = children
    return []


def _is_new(label: str, value: str, about: Collection[str], given: Collection[str], known: Collection[str]) -> bool:
    """An id under the name of what was made is told again; any other only if nobody has seen it."""
    if value in given:
        return False
    return value not in known or label.lower().removesuffix("_id") in about
