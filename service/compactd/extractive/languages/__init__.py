"""The languages that the embedded summarizer reads: one file for each, `language.py` says what stands in it."""

from compactd.extractive.languages.chinese import CHINESE
from compactd.extractive.languages.english import ENGLISH
from compactd.extractive.languages.german import GERMAN
from compactd.extractive.languages.japanese import JAPANESE
from compactd.extractive.languages.language import Language

LANGUAGES: tuple[Language, ...] = (ENGLISH, GERMAN, CHINESE, JAPANESE)
"""English first: it is what a text is read as that tells nothing of its language."""

__all__ = ["LANGUAGES", "Language"]
