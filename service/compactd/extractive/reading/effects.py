"""What a tool call changes in the world, as far as the call by itself and the result by itself say so."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from compactd.domain.messages import ToolCall
from compactd.extractive.memo import Memo
from compactd.extractive.reading.cues import reads_as_instruction
from compactd.extractive.reading.identifiers import Kind, classify, identifiers_in
from compactd.extractive.reading.tool_data import Leaf, quoted
from compactd.extractive.reading.vocabulary import Vocabulary
from compactd.strategies.clip import clip
from compactd.strategies.steps import A_STEP, Steps

MADE_AT_MOST = 3
"""Identifiers that a line names of what a call made."""

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
_GIVEN_AT_MOST = 1024
_ERROR = 120
_DEPTH = 4
_SHORT_RESULT = 600
"""Code points; a longer plain text is a listing, and what it names was not made by the call."""

_NAME_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_ID_LABEL = re.compile(r"(?:.*[_-])?(?:id|ids|key|url|sha|number|reference|ref|confirmation|code)|.*(?:Id|Url|Number)")
_IS_ID_LABEL: Memo[str, bool] = Memo(lambda label: _ID_LABEL.fullmatch(label) is not None)
_NODES = (dict, list)
_CREATED = (Kind.ID, Kind.HASH, Kind.URL)
_FAILURE = re.compile(r"\W*(?:error|exception|failed|failure|fatal|traceback)\b", re.IGNORECASE)
_RAISED = re.compile(r"^\W*(?:[A-Z]\d+ )?[\w.]*[A-Z]\w*(?:Error|Exception)\b.*", re.MULTILINE)
_FAILURE_KEYS = ("error", "errors", "error_message", "exception")
_FAILED_STATES = frozenset(("error", "failed", "failure"))

Candidates = tuple[tuple[str, str], ...]
"""(label, value) of what a call may have made; the label is empty in plain text."""


def acts(call: ToolCall, leaves: Sequence[Leaf]) -> bool:
    """Whether a call changes something, as its name, its action or its command line says; unknown words read."""
    told = next((leaf.text.casefold() for leaf in leaves if leaf.label in _VERB_KEYS and leaf.text.isalpha()), "")
    for word in (told, *words_of_name(call.name)):
        if word in _ACTS or word in _READS:
            return word in _ACTS
    return any(leaf.label in _SHELL_KEYS and _SHELL_ACT.search(leaf.text) for leaf in leaves)


def words_of_name(name: str) -> list[str]:
    """The words of a tool's name, in lower case: `createOrder` and `create_order` have two."""
    return [word.lower() for word in _NAME_WORD.findall(name)]


def shown_arguments(leaves: Sequence[Leaf]) -> Steps[tuple[str, ...]]:
    """The arguments that the line about a call may show: those for which there is room, whatever room that is."""
    could: dict[str, None] = {}
    for place, leaf in enumerate(leaves, 1):
        could.update(dict.fromkeys(_shown_of(leaf)))
        if place % A_STEP == 0:
            yield
    # A choice out of these is the choice out of all: what found no room among all finds none among fewer.
    chosen = {*arguments_that_fit(could, of_made=False), *arguments_that_fit(could, of_made=True)}
    return tuple(argument for argument in could if argument in chosen)


def arguments_that_fit(arguments: Iterable[str], *, of_made: bool) -> list[str]:
    """The arguments in their order, as many as there is room for. What a call made is found by its id, so where that
    is told too (`of_made`) the arguments may be fewer."""
    room = _ARGUMENTS_OF_MADE if of_made else _ARGUMENTS
    fitting = []
    for argument in arguments:
        if len(argument) + 2 <= room:
            fitting.append(argument)
            room -= len(argument) + 2
    return fitting


def given(leaves: Iterable[Leaf]) -> tuple[str, ...]:
    """The texts of arguments that a result might repeat."""
    return tuple({leaf.text: None for leaf in leaves if len(leaf.text) <= _GIVEN_AT_MOST})


def _shown_of(leaf: Leaf) -> list[str]:
    """A short argument, a plain word by its name, or the identifiers of a long one."""
    if leaf.label in _SHELL_KEYS:
        return [clip(match.group().strip(), _SHELL_PART) for match in _SHELL_ACT.finditer(leaf.text)]
    if "\n" not in leaf.text:
        kind = classify(leaf.text)[1] if " " not in leaf.text else None
        if kind not in (None, Kind.NUMBER, Kind.SYMBOL) or (kind is Kind.SYMBOL and "_" in leaf.text):
            return [leaf.text]
        if len(leaf.text) <= _ARGUMENT:
            return [f"{leaf.label}: {leaf.text}" if leaf.label else leaf.text]
    return [one.value for one in identifiers_in(leaf.text[:1000]) if one.kind in _CREATED]


def failure_of(document: Any, text: str, *, is_error: bool) -> str | None:
    """What a failed call says, in quotes; empty where it says nothing, or gives orders; None for one that succeeded."""
    failure = _failure(document, text, is_error=is_error)
    if failure is None or not failure or reads_as_instruction(failure):
        return None if failure is None else ""
    return quoted(clip(failure, _ERROR))


def _failure(document: Any, text: str, *, is_error: bool) -> str | None:
    if isinstance(document, Mapping):
        told = next((document[key] for key in _FAILURE_KEYS if document.get(key)), None)
        negative = document.get("ok") is False or document.get("success") is False
        state = str(document.get("status", "")).casefold() in _FAILED_STATES
        if told is not None or negative or state or is_error:
            return told if isinstance(told, str) else " ".join(str(document.get("message") or _line(text)).split())
        return None
    if document is None and ("Error" in text or "Exception" in text):
        raised = _RAISED.search(text)
        if raised is not None:
            return raised.group().strip()
    line = _line(text)
    return line if is_error or (document is None and _FAILURE.match(line)) else None


def _line(text: str) -> str:
    """The first line that is not blank."""
    lines = text.lstrip().partition("\n")[0].splitlines()
    return lines[0].rstrip() if lines else ""


def made(document: Any, text: str, vocabulary: Vocabulary) -> tuple[Candidates, ...]:
    """What a call may have made: what its result calls an id, level by level; in a short plain text any identifier."""
    if document is None:
        if len(text) > _SHORT_RESULT:
            return ()
        identifiers = vocabulary.identifiers_in(text)
        named = [value for value, kind in identifiers if kind in _CREATED and ":" not in value[:4]]
        return (tuple(("", value) for value in named),) if named else ()
    levels: list[Candidates] = []
    level = [document]
    for _ in range(_DEPTH):
        found = tuple(candidate for node in level if isinstance(node, dict) for candidate in _ids(node))
        if found:
            levels.append(found)
        level = [child for node in level for child in _children(node)]
    return tuple(levels)


def _ids(node: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for label, value in node.items():
        if value and _IS_ID_LABEL[label] and not isinstance(value, _NODES):
            yield label, str(value)


def _children(node: Any) -> Iterable[Any]:
    if isinstance(node, dict):
        return [value for value in node.values() if isinstance(value, _NODES)]
    return node[:MADE_AT_MOST] if isinstance(node, list) else ()
