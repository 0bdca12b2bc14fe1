"""What tool calls changed in the world: who goes on must not do it twice, nor take for done what failed."""

from collections.abc import Collection, Sequence

from compactd.extractive.fixed_words import FixedWord
from compactd.extractive.reading.digest import CallDigest, ResultDigest
from compactd.extractive.reading.effects import MADE_AT_MOST, arguments_that_fit, words_of_name
from compactd.extractive.reading.identifiers import Identifier, Kind, classify

DONE, FAILED, OPEN = f"{FixedWord.DONE}: ", f"{FixedWord.FAILED}: ", f"{FixedWord.UNANSWERED}: "
"""How a line begins; a summary shows it in the language of its conversation (`extractive.wording`)."""

ARROW = " → "
OTHERS = f"{FixedWord.OTHERS}: "


def outcome_of(call: CallDigest, result: ResultDigest, known: Collection[str]) -> tuple[str, Sequence[Identifier]]:
    """A line about a call that acts and its result, and the identifiers in it. `known` are the values that the
    conversation had before the result."""
    shown = arguments_that_fit(call.arguments, of_made=False)
    if result.failure is not None:
        said = f": {result.failure}" if result.failure else ""
        return f"{FAILED}{_head(call, shown)}{said}", _named(shown)
    created = _created(call, result, known)
    if not created:
        return f"{DONE}{_head(call, shown)}", _named(shown)
    shown = arguments_that_fit(call.arguments, of_made=True) or shown
    return f"{DONE}{_head(call, shown)}{ARROW}{', '.join(created)}", _named((*shown, *created))


def open_call(call: CallDigest) -> tuple[str, Sequence[Identifier]]:
    """A line about a call that acts and whose result is not there."""
    shown = arguments_that_fit(call.arguments, of_made=False)
    return f"{OPEN}{_head(call, shown)}", _named(shown)


def _head(call: CallDigest, shown: Sequence[str]) -> str:
    return f"{call.name}({', '.join(shown)})"


def _named(texts: Sequence[str]) -> list[Identifier]:
    return [Identifier(text, classify(text)[1] or Kind.SYMBOL) for text in texts if " " not in text]


def _created(call: CallDigest, result: ResultDigest, known: Collection[str]) -> list[str]:
    """The identifiers a result brings: those nearest to the top that the call was not given. An id under the name of
    what was made is told again; any other only if nobody has seen it."""
    about = {*words_of_name(call.name), "id"}
    for level in result.made:
        found = [
            value
            for label, value in level
            if value not in call.given and (value not in known or label.lower().removesuffix("_id") in about)
        ]
        if found:
            short = [value for value in found if "://" not in value]
            return list(dict.fromkeys(short or found))[:MADE_AT_MOST]
    return []
