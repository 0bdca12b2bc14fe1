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
            FieldViolation(join_path(path, item["loc"]), _sentence(item["msg"]))
            for item in error.errors(include_url=False, include_input=False)
        ]
    first, *others = violations
    raise InvalidField(first.field, first.description, *others)


def join_path(path: str, location: tuple[str | int, ...]) -> str:
    """Joins the steps of a path: `messages` and (3, "role") give `messages[3].role`."""
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path


def _sentence(text: str) -> str:
    text = text.removeprefix("Value error, ")
    return text if text.endswith(".") else f"{text}."
