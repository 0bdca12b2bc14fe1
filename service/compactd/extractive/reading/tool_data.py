"""What tools were given and gave back: labelled values, and lines that report an error. The rest is noise."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

import orjson

from compactd.extractive.memo import Memo
from compactd.extractive.reading.cues import reads_as_instruction
from compactd.extractive.reading.escapes import python_value
from compactd.strategies.clip import clip
from compactd.strategies.secrets import is_secret_name

READ_AT_MOST = 64 * 1024
"""Code points of a tool result that are looked at: the beginning and, a quarter of it, the end."""

PARSED_AT_MOST = 1024 * 1024
"""Code points of a JSON document; of a longer one nothing is read: so many are parsed in one go, in milliseconds."""

SHORT_LEAF = 60
"""Code points of a scalar that is looked at however many others there are."""

_OPENING, _CLOSING = ("{", "["), ("}", "]")
_NESTED = ('"{', "'{", '"[', "'[")
_DEPTH = 12
"""Levels of a document that are looked through for texts that are documents again."""

_LEAVES_AT_MOST = 4000
_NUMBERS = (int, float)
_IS_SECRET = Memo(is_secret_name)
_ERRORS_AT_MOST = 3
_ERROR_LINE = 240

# What programs print at the beginning of a line, after a time stamp or a level at most, when they fail.
_ERROR = re.compile(
    r"(?:Error|Exception|Failure)\b|\b(?:ERROR|FATAL|CRITICAL|panic|[Ee]rror|fatal|failed)(?=[:\s])"
    r"|[Pp]ermission denied|[Aa]ccess denied|[Cc]onnection (?:refused|reset)|[Cc]ommand not found|No such file|Killed\b"
    r"|[Tt]imed out|not found\b|does not exist|[Ee]xit(?:ed)?(?: with)?(?: code| status)?:? +[1-9]"
)
# Looked for first: a literal is found at the speed of memory.
_HINTS = (
    "rror", "ailed", "ailure", "xception", "enied", "refused", "reset", "atal", "anic", "ot found", "CRITICAL", "RROR",
    "No such", "illed", "imed out", "not exist", "xit", "FATAL",
)  # fmt: skip
_ERROR_KEYS = frozenset(("error", "errors", "error_message", "exception", "failure", "reason", "stderr", "traceback"))
_LISTING = re.compile(r"\s*\d+[:\s|]|\s*[#+*/]")
_CODE = ("def ", "class ", "import ", "raise ", "except ", "assert ", "return ")
_NO_ERROR = re.compile(r"\b(?:0|no|without) (?:\w+ )?(?:errors?|failed|failures?)\b")


class Leaf(NamedTuple):
    """A scalar of a JSON document and the key it stands under (of the list it is in, if it has none itself)."""

    label: str
    text: str


def quoted(text: str) -> str:
    """A text of a tool as data: in quotes that do not occur in it, on one line."""
    line = " ".join(text.split())
    if '"' not in line:
        return f'"{line}"'
    inner = line.replace("“", '"').replace("”", '"')
    return f"“{inner}”"


def readable(text: str) -> str:
    """The part of a tool result that is looked at."""
    if len(text) <= READ_AT_MOST:
        return text
    tail = READ_AT_MOST // 4
    return f"{text[: READ_AT_MOST - tail]}\n{text[-tail:]}"


def passed_over(text: str) -> str:
    """The part of a tool result that is not looked at."""
    return "" if len(text) <= READ_AT_MOST else text[READ_AT_MOST - READ_AT_MOST // 4 : -READ_AT_MOST // 4]


def document_of(text: str) -> Any:
    """The JSON document that a text is, or that the repr of a Python dict or list stands for, the documents in its
    texts read too; None if it is none, or only a scalar itself."""
    # Nearly always the first character says so, and the text need not be copied.
    if (text[:1] not in _OPENING and text.lstrip()[:1] not in _OPENING) or len(text) > PARSED_AT_MOST:
        return None
    try:
        document = orjson.loads(text)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        document = python_value(text) if text.rstrip()[-1:] in _CLOSING else None
    if document is None or not any(sign in text for sign in _NESTED):
        return document
    return _with_nested(document, _DEPTH)


def _with_nested(node: Any, depth: int) -> Any:
    """A document with those of its texts read that are documents again."""
    if depth == 0:
        return node
    if isinstance(node, dict):
        return {key: _with_nested(value, depth - 1) for key, value in node.items()}
    if isinstance(node, list):
        return [_with_nested(value, depth - 1) for value in node]
    return (document_of(node) or node) if isinstance(node, str) else node


def leaves_of(document: Any) -> list[Leaf]:
    """The scalars of a document in its order; none of what is no document."""
    if document is None:
        return []
    leaves: list[Leaf] = []
    pending: list[tuple[str, Any]] = [("", document)]
    while pending and len(leaves) < _LEAVES_AT_MOST:
        label, node = pending.pop()
        if isinstance(node, str):
            text = node.strip()
            if text and not _IS_SECRET[label]:
                leaves.append(Leaf(label, text))
        elif isinstance(node, dict):
            pending.extend(reversed(node.items()))
        elif isinstance(node, list):
            pending.extend((label, item) for item in reversed(node))
        elif isinstance(node, _NUMBERS) and not isinstance(node, bool) and not _IS_SECRET[label]:
            leaves.append(Leaf(label, str(node)))
    return leaves


def looked_at(leaves: Iterable[Leaf]) -> list[Leaf]:
    """The leaves as far as they are looked at: the short ones, and of the others, one after the other, no more than of
    a tool's result."""
    found: list[Leaf] = []
    room = READ_AT_MOST
    for leaf in leaves:
        if len(leaf.text) <= SHORT_LEAF:
            found.append(leaf)
        elif room > 0:
            text = readable(leaf.text)[:room]
            room -= len(text)
            found.append(Leaf(leaf.label, text))
    return found


def embedded_leaves(text: str) -> list[Leaf]:
    """The scalars of the lines of a text that are JSON objects by themselves."""
    if "{" not in text:
        return []
    lines = [line for line in text.splitlines() if line[:1] == "{" and line.rstrip()[-1:] == "}"]
    return [leaf for line in lines for leaf in leaves_of(document_of(line))]


def error_lines(text: str, leaves: list[Leaf]) -> list[str]:
    """The first few lines, or the values under an error's key, that report a failure; none that gives orders."""
    if not _hints_at_error(text):
        return []
    if leaves:
        failures = (leaf for leaf in leaves if leaf.label in _ERROR_KEYS or _ERROR.match(leaf.text))
        lines = [f"{leaf.label}: {leaf.text}" for leaf in failures]
    else:
        lines = text.splitlines()
    found: list[str] = []
    for line in lines:
        short = clip(line.strip(), _ERROR_LINE)
        if _hints_at_error(short) and _reports_error(short) and not reads_as_instruction(short):
            found.append(short)
            if len(found) == _ERRORS_AT_MOST:
                break
    return found


def _hints_at_error(text: str) -> bool:
    # A plain loop, since it is gone through for every result: a generator takes twice as long.
    for hint in _HINTS:  # noqa: SIM110
        if hint in text:
            return True
    return False


def _reports_error(line: str) -> bool:
    if not _ERROR.search(line) or _LISTING.match(line):
        return False
    first = line.partition("\n")[0]
    return not any(word in first for word in _CODE) and not _NO_ERROR.search(line.lower())
