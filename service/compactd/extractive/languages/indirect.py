"""What a sentence says before a question within it: `See whether the courier has been` tells nothing of the courier."""

import re
from collections.abc import Mapping

from compactd.extractive.languages.choice import languages_in

_EXPRESSIONS: Mapping[str, str] = {
    "en": r"\b(?:whether|if)\b",
    "de": r",? ?\bob\b",
    "fr": r"\bsi\b|\bs'ils?\b",
    "es": r"\bsi\b",
    # `se` is also oneself, but before these.
    "pt": r"\bse (?:o|a|os|as|ele|ela|eles|elas|alguém|já|há|tem|está)\b",
    "it": r"\bse\b",
    "ru": r"\b\w+ ли\b",
}
"""By the code of each language, over lower case: how such a question begins."""

_BEGINS: Mapping[str, re.Pattern[str]] = {code: re.compile(expression) for code, expression in _EXPRESSIONS.items()}


def before_question(text: str) -> str:
    """The text up to the first such question; all of it where there is none, or nothing before it."""
    line = text.lower().replace("’", "'")
    codes = (language.code for language in languages_in(text))
    found = [match.start() for code in codes if code in _BEGINS for match in _BEGINS[code].finditer(line)]
    return text[: min(found)].rstrip() or text if found else text
