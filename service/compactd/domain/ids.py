"""Ids: a prefix that names the kind, and a lowercase UUID4; of an identifier half of a hash, in hexadecimal."""

import os
import re
from hashlib import sha256
from secrets import token_hex

from compactd.domain.errors import InvalidField

_UUID4 = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_FORMS = {
    **{
        kind: re.compile(f"{kind}-{_UUID4}")
        for kind in ("conv", "agent", "message", "block", "compaction", "job", "policy", "sweep")
    },
    "identifier": re.compile(r"identifier-[0-9a-f]{32}"),
}


REQUEST_ID_PATTERN = _UUID4.replace("a-f", "a-fA-F").replace("[89ab]", "[89abAB]")
"""What a request_id looks like, in either case."""


def id_pattern(kind: str) -> str:
    """What every id of `kind` matches as a whole."""
    return _FORMS[kind].pattern


_DIGITS = 32
_AT_ONCE = 256
"""Ids for which random digits are asked of the system at once: it is asked without the interpreter's lock, which is
waited for again, 0.1 ms where other threads are at work."""

_random_digits: list[str] = []
# A process that is forked from this one must not give the same ids.
os.register_at_fork(after_in_child=_random_digits.clear)


def new_uuid() -> str:
    """A fresh UUID4 in lower case. Made here, since Python's own class takes three times as long: each message that is
    appended gets one."""
    try:
        # One step, which no other thread comes between.
        digits = _random_digits.pop()
    except IndexError:
        drawn = token_hex(_AT_ONCE * _DIGITS // 2)
        digits, *others = (drawn[at : at + _DIGITS] for at in range(0, len(drawn), _DIGITS))
        _random_digits.extend(others)
    return _in_form_of_uuid4(digits)


def uuid_from(*parts: str) -> str:
    """The UUID, in the form of a UUID4, that belongs to these texts: the same for the same ones."""
    hashed = sha256()
    for part in parts:
        encoded = part.encode()
        # With its length: what ends one part is not what begins the next.
        hashed.update(len(encoded).to_bytes(8, "big") + encoded)
    return _in_form_of_uuid4(hashed.hexdigest())


def _in_form_of_uuid4(digits: str) -> str:
    variant = "89ab"[int(digits[16], 16) & 3]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:32]}"


def new_id(kind: str) -> str:
    """A fresh id of `kind`: conv, agent, message, block, compaction, job, policy or sweep."""
    return f"{kind}-{new_uuid()}"


def is_id(kind: str, value: str) -> bool:
    return _FORMS[kind].fullmatch(value) is not None


def check_id(kind: str, value: str, field: str) -> str:
    """The id itself. Raises InvalidField naming `field` for anything else than an id of that kind."""
    rest = "32 lowercase hexadecimal digits" if kind == "identifier" else "a lowercase UUID4"
    if not value:
        raise InvalidField(field, f"is missing: give {kind}- followed by {rest}.")
    if not is_id(kind, value):
        raise InvalidField(field, f"an id here is {kind}- followed by {rest}.")
    return value


def check_request_id(value: str, field: str = "request_id") -> None:
    """Rejects a request_id that is given and is no UUID4, by InvalidField naming `field`."""
    if value and not re.fullmatch(REQUEST_ID_PATTERN, value):
        raise InvalidField(field, "make a new UUID4 for each request, such as Python's uuid.uuid4().")
