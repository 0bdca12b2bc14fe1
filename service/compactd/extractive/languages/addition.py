"""The words by which something is said in addition to what was said of another: `Card 2 is fine, too.`"""

import re
from collections.abc import Mapping

from compactd.extractive.languages.by_language import ByLanguage
from compactd.extractive.languages.choice import languages_in

_EXPRESSIONS: Mapping[str, str] = {
    "en": r"\b(?:too|also|as well|besides|likewise)\b",
    "de": r"\b(?:auch|ebenfalls|ebenso|außerdem|zusätzlich)\b",
    "fr": r"\b(?:aussi|également|en plus)\b",
    "es": r"\b(?:también|además)\b",
    "pt": r"\b(?:também|além disso)\b",
    "it": r"\b(?:anche|inoltre|pure)\b",
    "ru": r"\b(?:тоже|также)\b",
    "ar": r"أيضا|كذلك",
    "hi": r"(?<![ऀ-ॣ])भी(?![ऀ-ॣ])|साथ ही",
    "zh": r"也|另外",
    # The particle behind a noun, and not that of what is allowed (`しても`, `해도`).
    "ja": r"(?:(?<![てで])|(?<=[ァ-ヿ一-龯]で))も(?!う|し)",
    "ko": r"[가-힣](?<![해아어여써려봐와줘돼져라])도(?= )|또한|역시",
}
"""By the code of each language, over lower case."""

_ADDITIONS: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(_EXPRESSIONS[language.code]))


def says_in_addition(text: str) -> bool:
    """Whether a text says that something is so in addition."""
    line = text.lower().replace("’", "'")
    return any(_ADDITIONS[language.code].search(line) is not None for language in languages_in(line))
