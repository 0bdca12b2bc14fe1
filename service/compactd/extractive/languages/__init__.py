"""The languages that the embedded summarizer reads.

`lexicons/` has a file for each language; `language.py` says what stands in it. Beside that room there is a file for
each thing that people say in all languages, such as that something failed: its words in twelve of them.
What all of them stand on is here too: what a word is (`words.py`), a cue (`cue.py`), a unit (`units.py`).
"""

from compactd.extractive.languages.language import Language
from compactd.extractive.languages.lexicons.arabic import ARABIC
from compactd.extractive.languages.lexicons.chinese import CHINESE
from compactd.extractive.languages.lexicons.english import ENGLISH
from compactd.extractive.languages.lexicons.french import FRENCH
from compactd.extractive.languages.lexicons.german import GERMAN
from compactd.extractive.languages.lexicons.hindi import HINDI
from compactd.extractive.languages.lexicons.italian import ITALIAN
from compactd.extractive.languages.lexicons.japanese import JAPANESE
from compactd.extractive.languages.lexicons.korean import KOREAN
from compactd.extractive.languages.lexicons.portuguese import PORTUGUESE
from compactd.extractive.languages.lexicons.russian import RUSSIAN
from compactd.extractive.languages.lexicons.spanish import SPANISH

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
