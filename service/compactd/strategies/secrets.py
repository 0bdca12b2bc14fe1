"""Credentials that people and tools paste into conversations: none of them may travel into a summary.

`strategies.credential_forms` has those that can be told by themselves, `strategies.credential_places` those that are
told by where they stand (and so have `credential_settings` and `credential_speech`), `strategies.credential_names`
those that are said to be some. Transcripts and digests of messages are stored without them: a rule more or less here
raises RULES_VERSION (`strategies.rules_version`) and VERSION (`extractive.digest`), so that older ones are written
again.
"""

import re
from collections.abc import Callable, Set
from unicodedata import category

from ahocorasick_rs import BytesAhoCorasick, Implementation

from compactd.strategies import credential_forms
from compactd.strategies.credential_names import (
    ASSIGNED,
    ASSIGNS,
    COMPARED,
    KEYS,
    LONGEST_ASSIGNMENT,
    NAMES,
    REVERSED,
    SHORT,
    secret_within,
)
from compactd.strategies.credential_settings import NEAR, SETTINGS
from compactd.strategies.credential_speech import SPEECH
from compactd.strategies.steps import Steps, finished
from compactd.strategies.stretches import STRETCH, overlapping, substitute

REDACTED = "[secret]"

Redact = Callable[[str], Steps[str]]
"""Redacts a text, in steps of a stretch."""

_Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]

FORMS = (*credential_forms.FORMS, *SETTINGS, *NEAR, *SPEECH)
"""What is taken out wherever it stands; names with what is assigned to them are tried behind these."""

_KEY_ENDS = (*KEYS, "_pass", "_pwd")
# In a document that is a string of a string of a document: backslashes of a quote, and of what ends a line.
_NESTED = ('\\\\\\"', "\\\\" * 2)
_DEEP = re.compile(r"\\(?<!\\\\)(?:(?:\\\\){1,64}(?=[\"'])|\\{1,127}(?=[nrt]))")
_ONE = r"\\"
"""As the rules expect it; the document around stays one."""

# In a document that is a string of a string … of a document, up to seven deep: each string doubles the backslashes.
_ESCAPED = re.compile(r"(?<!\\)\\{1,128}u(?!d[89a-f]|D[89A-F])([0-9A-Fa-f]{4})")
_JOINING = frozenset("=:_-")
_QUOTED_NAME = re.compile(r"(?P<quote>\\?\")\s*:\s*$")


def redact(text: str) -> str:
    """`text` with every known form of a credential replaced by `[secret]`; the same object if there is none."""
    if len(text) > STRETCH:
        return finished(redact_in_steps(text))
    shown = _DEEP.sub(_ONE, text) if _is_nested(text) else text
    shown = _ESCAPED.sub(_letter, shown) if "\\u" in shown else shown
    places = _places_in(shown)
    return _unless_same(finished(_redact(shown, places)), shown, text) if places else text


def redact_in_steps(text: str) -> Steps[str]:
    """The same, in steps of a stretch."""
    if len(text) <= STRETCH:
        return redact(text)
    shown = (yield from substitute(_DEEP, lambda found: found.expand(_ONE), text)) if _is_nested(text) else text
    shown = (yield from substitute(_ESCAPED, _letter, shown)) if "\\u" in shown else shown
    places: set[int] = set()
    for stretch in overlapping(shown, _OVERLAP):
        places |= _places_in(stretch)
        yield
    return _unless_same((yield from _redact(shown, places)), shown, text)


class Redactions:
    """Redacts the texts of a request, each of them once however often it is asked for."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def redact(self, text: str) -> Steps[str]:
        """As redact_in_steps."""
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = yield from redact_in_steps(text)
        return known


def _is_nested(text: str) -> bool:
    return any(mark in text for mark in _NESTED)


def _letter(escape: re.Match[str]) -> str:
    """The letter, mark or digit that an escape stands for, or the sign that joins a name and its value; any other
    escape as it is, for it may be part of a form."""
    character = chr(int(escape[1], 16))
    if character == '"':
        return '\\"'  # The document stays one.
    return character if category(character)[0] in "LMN" or character in _JOINING else escape[0]


def _unless_same(redacted: str, shown: str, text: str) -> str:
    """The text as it was, where nothing was taken out of what it shows."""
    return text if redacted is shown else redacted


def _places_in(text: str) -> Set[int]:
    """The places of rules that may have something to say of a text."""
    folded = text.casefold().encode("utf-8", "surrogatepass")
    hits = _FINDER.find_matches_as_indexes(folded, overlapping=True)
    if not hits:
        return _NOWHERE
    places: set[int] = set()
    for index, _, end in hits:
        if index < _FIRST_NAME:
            places.update(_PLACES[index])
        elif folded[end : end + 1] not in _LETTERS and _ASSIGNS.match(folded, end):
            # The pattern costs ten times what all the rest does: it runs only where something is assigned to a name.
            places.add(_ASSIGNED)
    return places


def _redact(text: str, places: Set[int]) -> Steps[str]:
    """What replaces a credential adds nothing that could matter."""
    redacted = text
    for place in sorted(places):
        redacted = yield from substitute(*_rule(place), redacted)
    return redacted if redacted != text else text


def is_secret_name(label: str) -> bool:
    """Whether what stands under this key of a document is a credential: `token`, `db_pass`, `apiKey`."""
    name = label.lower().replace("-", "_")
    return name in SHORT or name.endswith(_KEY_ENDS)


def _replaced(match: re.Match[str]) -> str:
    if "kept" not in match.re.groupindex:
        return REDACTED
    return _in_place(match["kept"]) if match.start() == match.start("kept") else REDACTED + match["kept"]


def _in_place(kept: str) -> str:
    """What stands behind the name, which stays: in quotes where it was a number in a JSON document."""
    named = _QUOTED_NAME.search(kept)
    return f"{kept}{named['quote']}{REDACTED}{named['quote']}" if named else kept + REDACTED


def _assigned(match: re.Match[str]) -> str:
    secret = secret_within(match)
    if secret is None:
        return match.group()
    rest = match["value"][len(secret) :]
    return match["kept"] + match["open"] + REDACTED + rest if match["open"] else _in_place(match["kept"]) + rest


def _compared(match: re.Match[str]) -> str:
    return match["open"] + REDACTED + match["kept"]


_NAMED = ((ASSIGNED, _assigned), (REVERSED, _compared))
_ASSIGNED, _REVERSED = len(FORMS), len(FORMS) + 1


def _rule(place: int) -> _Rule:
    """The rule at a place: first those of FORMS, behind them those of what is assigned to a name."""
    return (FORMS[place].pattern, _replaced) if place < len(FORMS) else _NAMED[place - len(FORMS)]


def _places() -> dict[str, list[int]]:
    """The places of rules of each word that is not a name."""
    places: dict[str, list[int]] = {}
    for place, form in enumerate(FORMS):
        for marker in form.markers:
            places.setdefault(marker, []).append(place)
    return places | {sign: [_REVERSED] for sign in COMPARED}


_MARKERS = _places()
_PLACES = tuple(_MARKERS.values())
_WORDS = (*_MARKERS, *NAMES)
_FIRST_NAME = len(_MARKERS)
# One pass finds all words that matter: 3 µs for 500 characters, where a search for each of them took 20.
_FINDER = BytesAhoCorasick([word.encode() for word in _WORDS], implementation=Implementation.DFA)
_OVERLAP = max(*map(len, _WORDS), LONGEST_ASSIGNMENT)
_ASSIGNS = re.compile(ASSIGNS.encode())
_LETTERS = frozenset(bytes((letter,)) for letter in range(ord("a"), ord("z") + 1))
_NOWHERE: frozenset[int] = frozenset()
