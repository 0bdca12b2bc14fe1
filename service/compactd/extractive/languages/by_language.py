"""What is made of a language when a text in it is first met: most servers meet a few of the languages."""

from collections.abc import Callable
from typing import TypeVar

from compactd.extractive.languages import LANGUAGES, Language

Value = TypeVar("Value")

_LANGUAGES = {language.code: language for language in LANGUAGES}


class ByLanguage(dict[str, Value]):
    """The code of a language → what `make` makes of the language, once, when it is first asked for by its code. It is
    a dict, for what is there already is looked up as fast as in one. KeyError for a code of no language."""

    def __init__(self, make: Callable[[Language], Value]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, code: str) -> Value:
        value = self[code] = self._make(_LANGUAGES[code])
        return value
