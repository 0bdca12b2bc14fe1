"""What is wrong with a setting, told as what to write."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from compactd.domain.validation import description_of

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_SENTENCES = {
    "int_parsing": "write a whole number.",
    "int_from_float": "write a whole number.",
    "float_parsing": "write a number.",
    "finite_number": "write a number.",
    "bool_parsing": "write true or false.",
    "greater_than": "write a number above {gt}.",
    "greater_than_equal": "write a number from {ge} on.",
    "less_than": "write a number below {lt}.",
    "less_than_equal": "write a number of at most {le}.",
    "literal_error": "write {expected}.",
}
"""By pydantic's types of errors. What a validator of ours says stands as it is."""


def sentence_of(error: "ErrorDetails") -> str:
    """Of one error of Config, without the value that was written."""
    context: Mapping[str, object] = error.get("ctx", {})
    template = _SENTENCES.get(error["type"])
    return description_of(error["msg"]) if template is None else template.format_map(context).replace("'", "")
