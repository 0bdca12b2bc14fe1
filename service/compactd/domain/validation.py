"""Plain data to validated values, with errors that name the field's path in the request."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from compactd.domain.errors import FieldViolation, InvalidField

V = TypeVar("V", bound=BaseModel)


def validate(model: type[V], plain: Mapping[str, Any], path: str = "") -> V:
    """Makes a `model` of `plain`. InvalidField with every violation; `path` is that of `plain` in the request."""
    try:
        return model.model_validate(plain)
    except ValidationError as error:
        violations = [
            FieldViolation(join_path(path, item["loc"]), description_of(item["msg"]))
            for item in error.errors(include_url=False, include_input=False)
        ]
    raise InvalidField.of(violations)


def join_path(path: str, location: tuple[str | int, ...]) -> str:
    """Joins the steps of a path: `messages` and (3, "role") give `messages[3].role`."""
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path


def description_of(message: str) -> str:
    """What pydantic says of a value, or a validator of ours, as it continues the name of a field."""
    message = message.removeprefix("Value error, ")
    # Not what is a name: JSON, URL.
    begin = message[:1].lower() if message[1:2].islower() else message[:1]
    return f"{begin}{message[1:].removesuffix('.')}."
