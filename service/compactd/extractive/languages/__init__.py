"""The languages that the embedded summarizer reads: one file for each, `language.py` says what stands in it."""

from compactd.extractive.languages.arabic import ARABIC
from compactd.extractive.languages.chinese import CHINESE
from compactd.extractive.languages.english import ENGLISH
from compactd.extractive.languages.french import FRENCH
from compactd.extractive.languages.german import GERMAN
from compactd.extractive.languages.hindi import HINDI
from compactd.extractive.languages.italian import ITALIAN
from compactd.extractive.languages.japanese import JAPANESE
from compactd.extractive.languages.korean import KOREAN
from compactd.extractive.languages.language import Language
from compactd.extractive.languages.portuguese import PORTUGUESE
from compactd.extractive.languages.russian import RUSSIAN
from compactd.extractive.languages.spanish import SPANISH

LANGUAGES: tuple[Language, ...] = (
    ENGLISH,
    GERMAN,
    FRENCH,
    SPANISH,
    PORTUGUESE,
    ITALIAN,
    RUSSIAN,
    ARABIC,
    HINDI,
    CHINESE,
    JAPANESE,
    KOREAN,
)
"""English first: it is what a text is read as that tells nothing of its language."""

__all__ = ["LANGUAGES", "Language"]
