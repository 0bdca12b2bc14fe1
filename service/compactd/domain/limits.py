"""How large what a client writes may be: small enough that every answer fits the 4 MiB that gRPC clients receive."""

from collections.abc import Iterable, Mapping
from itertools import islice
from types import NoneType
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic_core import PydanticCustomError

from compactd.domain.errors import InvalidField

MAX_REQUEST_BYTES = 16 * 1024 * 1024
"""The size of a request: as protobuf over gRPC, as JSON over REST."""

MAX_ITEMS = 1_000
"""The most items of any list that a client writes: a million empty ones would each cost bytes on the wire, and
microseconds here."""

MANY_VALUES = 1_000
"""So many values are read or written in about a millisecond."""

MAX_NAME = 256
"""The most characters of a name, a label, a title, or an id that a provider made."""

MAX_DESCRIPTION_BYTES = 64 * 1024
"""The most bytes of a description in UTF-8."""

MAX_SYSTEM_BYTES = 1024 * 1024
"""The most bytes of a system prompt in UTF-8: as a template, and as it is rendered."""

MAX_RESOURCE_BYTES = 3 * 1024 * 1024
"""The most bytes of an agent as a whole, as `wire_bytes` measures it."""

_OVERHEAD = 12
"""Bytes: a protobuf field has at most six before its value, and a value in a Struct stands in two fields."""


def utf8_bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def wire_bytes(plain: Any) -> int:
    """The most bytes that plain data takes as a protobuf message. Numbers in a Struct take five times their JSON."""
    if isinstance(plain, str):
        return _OVERHEAD + utf8_bytes(plain)
    if isinstance(plain, Mapping):
        return _OVERHEAD + sum(_OVERHEAD + wire_bytes(name) + wire_bytes(value) for name, value in plain.items())
    if isinstance(plain, list | tuple):
        return _OVERHEAD + sum(map(wire_bytes, plain))
    return _OVERHEAD


def check_count(count: int, path: str) -> None:
    """InvalidField naming `path` for a list of more than MAX_ITEMS."""
    if count > MAX_ITEMS:
        raise InvalidField(path, too_many(count))


def too_many(count: int) -> str:
    return f"has {count} items, at most {MAX_ITEMS} are allowed."


_SCALARS = frozenset((str, int, float, bool, NoneType))
"""What holds no other value: most values do not, and are not looked into."""


def has_values(plain: Any, most: int = MANY_VALUES) -> bool:
    """Whether plain data, or models of it, hold `most` values or more, the outermost included. Looks at no more."""
    waiting, seen = [plain], 0
    while waiting and seen + len(waiting) < most:
        seen += 1
        for value in islice(_inside(waiting.pop()), most):
            if type(value) in _SCALARS:
                seen += 1
            else:
                waiting.append(value)
    return seen + len(waiting) >= most


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, Mapping):
        return value.values()
    if isinstance(value, list | tuple):
        return value
    return vars(value).values() if isinstance(value, BaseModel) else ()


def _check_description(text: str) -> str:
    if utf8_bytes(text) > MAX_DESCRIPTION_BYTES:
        raise ValueError(f"shorten the description to at most {MAX_DESCRIPTION_BYTES} bytes of UTF-8.")
    return text


def _check_system(text: str) -> str:
    if utf8_bytes(text) > MAX_SYSTEM_BYTES:
        raise ValueError(f"shorten the system prompt to at most {MAX_SYSTEM_BYTES} bytes of UTF-8.")
    return text


def told(sentence: str) -> WrapValidator:
    """What is said of a value that is not as its annotation wants it: what it must be, in which unit."""

    def check(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        try:
            return handler(value)
        except ValidationError:
            raise PydanticCustomError("limit", "{sentence}", {"sentence": sentence}) from None

    return WrapValidator(check)


Share = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False), told("a share above 0 up to 1: 0.3 for 30 %.")]
Tokens = Annotated[int, Field(ge=1), told("a number of tokens, 1 or more.")]
UsDollars = Annotated[float, Field(gt=0, allow_inf_nan=False), told("an amount in US dollars, above 0.")]

Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME)]
OptionalName = Annotated[str, Field(max_length=MAX_NAME)]
Description = Annotated[
    str, AfterValidator(_check_description), Field(json_schema_extra={"maxLength": MAX_DESCRIPTION_BYTES})
]
"""A text of so many bytes has at most as many characters: that is what JSON Schema can say of it, here and below."""

SystemTemplate = Annotated[str, AfterValidator(_check_system), Field(json_schema_extra={"maxLength": MAX_SYSTEM_BYTES})]
