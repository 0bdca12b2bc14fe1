"""JSON text to plain values, with the care that a server needs: no key twice, no bottomless nesting, no NaN."""

import json
import re
from decimal import Decimal, DecimalException
from json.scanner import py_make_scanner  # type: ignore[attr-defined]  # the standard library's own, without a stub
from typing import Any, NoReturn

MAX_DEPTH = 100
"""Levels of objects and lists in a body; what the contract can hold needs less than half of it."""


MAX_VALUES = 300_000
"""The most values of a body: keys, numbers, texts, objects and lists together. The contract's largest, a batch of
20,000 parts or a Struct of a mebibyte, has fewer. Millions of empty ones would stop every thread for as long as they
are decoded."""

MAX_DIGITS = 4_300
"""The most characters of a number: as many digits as Python reads of an integer."""

SLICE_BYTES = 64 * 1024
"""So much of a body is counted in one go, in which nothing else of the process runs: 4 ms at most."""

MANY_KEYS = 30_000
"""So many keys of one object are read in 20 ms in one go."""

SMALL_BYTES = 64 * 1024
SMALL_VALUES = 1_000
"""A body within both is read in a millisecond or two."""

_REST_OF_TEXT = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_BEFORE_VALUES = (b",", b":", b"[", b"{")


_SHORT_NUMBER = 16
"""The characters of a number, with its point, that a double holds as it is written, whatever the digits are."""


class WrittenNumber(float):
    """A number that a double does not hold: it has more digits, or is too large or too small. `text` is how it was
    written."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


class UnreadableText(ValueError):
    """Why a text is no JSON for this server, as the end of a sentence."""


def decode_json(body: bytes) -> Any:
    """The value of `body`. UnreadableText for anything else than one JSON value in UTF-8."""
    if _holds_more(body, MAX_VALUES):
        raise UnreadableText(f"it holds more than {MAX_VALUES} values.")
    try:
        decoder = _DECODER if body.count(b":") < MANY_KEYS else _PATIENT_DECODER
        value = decoder.decode(body.decode())
    except UnicodeDecodeError:
        raise UnreadableText("it is not UTF-8.") from None
    except json.JSONDecodeError as error:
        raise UnreadableText(f"broken at line {error.lineno}, column {error.colno}.") from None
    except RecursionError:
        raise _too_deep() from None
    except UnreadableText:
        raise
    except ValueError:
        # Python refuses to read integers of thousands of digits.
        raise UnreadableText("a number in it has too many digits.") from None
    if _depth_exceeds(value, MAX_DEPTH):
        raise _too_deep()
    return value


def is_small(body: bytes) -> bool:
    """Whether reading `body` is no work to speak of."""
    return len(body) <= SMALL_BYTES and _most_values(body) <= SMALL_VALUES


def _most_values(body: bytes) -> int:
    """An upper bound of the values: what stands before each, also counted inside of texts."""
    return sum(body.count(character) for character in _BEFORE_VALUES)


def _holds_more(body: bytes, values: int) -> bool:
    """Whether there are more, in slices: first with what stands in texts, and if that is too much without it."""
    found = 0
    for begin in range(0, len(body), SLICE_BYTES):
        found += _most_values(body[begin : begin + SLICE_BYTES])
        if found > values:
            return _holds_more_outside_texts(body, values)
    return False


def _holds_more_outside_texts(body: bytes, values: int) -> bool:
    at = found = texts = 0
    in_text = False
    # Each turn goes on by a byte or more. Before each text stands a value's sign, but for one that is all there is.
    while at < len(body) and found <= values and texts <= values + 1:
        end = at + SLICE_BYTES
        if in_text:
            at, in_text = _behind_text(body, at, end)
            continue
        quote = body.find(b'"', at, end)
        in_text = quote >= 0
        texts += in_text
        found += _most_values(body[at : quote if in_text else end])
        at = quote + 1 if in_text else end
    return found > values or texts > values + 1


def _behind_text(body: bytes, at: int, end: int) -> tuple[int, bool]:
    """How far a text goes in a slice, of which `at` is in the middle, and whether it goes on behind that."""
    match = _REST_OF_TEXT.match(body, at, end)
    stop = match.end() if match else at
    if stop >= len(body) or (body[stop : stop + 1] == b"\\" and stop + 1 >= len(body)):
        return len(body), True
    if stop < end and body[stop : stop + 1] == b'"':
        return stop + 1, False
    return stop, True


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise UnreadableText("a key stands twice in one object.")
    return value


def _integer(text: str) -> int:
    # In Python, so that others have their turn between thousands of long ones.
    return int(text)


def _number(text: str) -> float:
    if len(text) > MAX_DIGITS:
        raise UnreadableText("a number in it has too many digits.")
    number = float(text)
    if (len(text) <= _SHORT_NUMBER and "e" not in text.lower()) or repr(number) == text:
        return number
    try:
        holds = Decimal(text) == Decimal(repr(number))
    except DecimalException:
        # Its exponent is beyond any sense.
        holds = False
    return number if holds else WrittenNumber(text)


def _constant(_: str) -> NoReturn:
    raise UnreadableText("NaN and Infinity are no JSON.")


def _too_deep() -> UnreadableText:
    return UnreadableText(f"it nests deeper than {MAX_DEPTH} levels.")


def _depth_exceeds(value: Any, limit: int) -> bool:
    """Level by level: recursion is what has to be kept within limits."""
    level = [value]
    for _ in range(limit):
        level = [
            item
            for holder in level
            for item in (holder.values() if type(holder) is dict else holder if type(holder) is list else ())
            if type(item) is dict or type(item) is list
        ]
        if not level:
            return False
    return True


def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(
        object_pairs_hook=_object, parse_float=_number, parse_int=_integer, parse_constant=_constant
    )


def _patient_decoder() -> json.JSONDecoder:
    """It takes three times as long, since objects and lists are read by Python, which lets others have their turn."""
    decoder = _decoder()
    decoder.scan_once = py_make_scanner(decoder)  # type: ignore[attr-defined]  # as above
    return decoder


_DECODER = _decoder()
_PATIENT_DECODER = _patient_decoder()
