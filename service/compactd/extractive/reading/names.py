"""The names of people, places and products in a sentence: two capitalized words side by side, or a word like `GitHub`.

A single capitalized word is too often the beginning of a sentence, or a noun of German.
"""

import re

from compactd.extractive.languages import LANGUAGES
from compactd.extractive.languages.words import words_of

# Begins with a set of characters, not with a look ahead, because it is not tried anywhere else then.
_NO_NAME = (
    "The This That These For From In On At If When Where What Who Why How Only Please Send Ask Tell Let Also And But "
    "So Then It We My Our Your Is Are Was Can Could Use Take Forget Make Put Call See With By To Yes No Not Of"
)
_CAPITAL = "[A-ZÀ-ÖØ-Þ]"
_NONE = "|".join(f"(?<={word[0]}){word[1:]}" for word in _NO_NAME.split())
_NAME = re.compile(
    # Most words with a capital are followed by one without: that is found out first.
    rf"{_CAPITAL}(?=[a-zà-ÿ]++[ /-]?{_CAPITAL})(?<!\w.)(?!(?:{_NONE})\b)"
    rf"(?:[a-zà-ÿ]+(?:[ /-]{_CAPITAL}[\w/à-ÿ]*[a-zà-ÿ])+|[a-z]+[A-Z]\w*[a-zA-Z])\b"
)
_CYRILLIC = re.compile(r"[А-ЯЁ](?<!\w.)[а-яё]+(?:[ -][А-ЯЁ][а-яё]+)+\b")
_COMMON = frozenset(word for language in LANGUAGES for word in words_of(language.common))
_ORDERS = frozenset(word for language in LANGUAGES for word in words_of(f"{language.verbs}; {language.leads}"))


def names_in(line: str) -> tuple[str, ...]:
    """The names in a line, in their order. Of what stands at its beginning no article is part of a name, and no verb
    before a name of two words: `Die Berichte` is none, `Frag Anna Schmidt` has one."""
    found: list[str] = _NAME.findall(line)
    if not line.isascii():
        found += _CYRILLIC.findall(line)
    if found and line.startswith(found[0]):
        found[0] = _without_opening(found[0])
        if not found[0]:
            del found[0]
    return tuple(found)


def _without_opening(name: str) -> str:
    first, space, rest = name.partition(" ")
    if not space:
        return name
    word = first.lower()
    if word in _COMMON:
        return _without_opening(rest) if " " in rest else ""
    return rest if word in _ORDERS and " " in rest else name
