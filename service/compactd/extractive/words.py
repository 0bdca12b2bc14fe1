"""The words of a text, in the scripts that put spaces between them."""

import re

# Latin, Greek and Cyrillic; Arabic and Devanagari with their marks; Hangul.
_LETTER = r"a-z\u00df-\u024f\u0370-\u052f\u0620-\u065f\u066e-\u06d3\u0900-\u0963\uac00-\ud7a3"
_WORD = re.compile(rf"[{_LETTER}]++(?:['-][{_LETTER}]++)*+")
_ASCII_WORD = re.compile(r"[a-z]++(?:['-][a-z]++)*+")


def words_of(text: str) -> list[str]:
    """The words in lower case, typographic apostrophes made plain."""
    lowered = text.lower().replace("’", "'")
    return (_ASCII_WORD if lowered.isascii() else _WORD).findall(lowered)
