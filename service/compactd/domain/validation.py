"""Plain data to validated values, with errors that name the field's path in the request."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from compactd.domain.error_shape import FieldViolation
from compactd.domain.errors import InvalidField

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

V = TypeVar("V", bound=BaseModel)


def validate(model: type[V], plain: Mapping[str, Any], path: str = "") -> V:
    """Makes a `model` of `plain`. InvalidField with every violation; `path` is that of `plain` in the request."""
    try:
        return model.model_validate(plain)
    except ValidationError as error:
        violations = [
            FieldViolation(join_path(path, item["loc"]), _description(item))
            for item in error.errors(include_url=False, include_input=False)
        ]
    raise InvalidField.of(violations)


def join_path(path: str, location: tuple[str | int, ...]) -> str:
    """Joins the steps of a path: `messages` and (3, "role") give `messages[3].role`."""
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path


_DESCRIPTIONS = {
    "missing": "is missing.",
    "extra_forbidden": "there is no such field.",
    "literal_error": "must be {expected}.",
    "enum": "must be {expected}.",
    "greater_than": "must be above {gt}.",
    "greater_than_equal": "must be {ge} or more.",
    "less_than": "must be below {lt}.",
    "less_than_equal": "must be {le} or less.",
    "finite_number": "must be a finite number.",
    "int_type": "must be a whole number.",
    "float_type": "must be a number.",
    "bool_type": "must be true or false.",
    "string_type": "must be a text.",
    "string_too_short": "must have {min_length} or more characters.",
    "string_too_long": "must have {max_length} or fewer characters.",
    "too_short": "must have {min_length} or more items.",
    "too_long": "must have {max_length} or fewer items.",
}
"""By pydantic's types of errors, with its names of what is in them."""


def _description(error: "ErrorDetails") -> str:
    context: Mapping[str, object] = error.get("ctx", {})
    template = _DESCRIPTIONS.get(error["type"])
    return description_of(error["msg"]) if template is None else template.format_map(context).replace("'", "")


def description_of(message: str) -> str:
    """What pydantic says of a value, or a validator of ours, as it continues the name of a field."""
    message = message.removeprefix("Value error, ")
    # Not what is a name: JSON, URL.
    begin = message[:1].lower() if message[1:2].islower() else message[:1]
    return f"{begin}{message[1:].removesuffix('.')}."
