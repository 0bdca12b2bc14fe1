"""Words that stand for what was said right before: `We have a guest with an allergy, keep that in mind.`"""

import re
from collections.abc import Mapping

from compactd.extractive.languages.by_language import ByLanguage
from compactd.extractive.languages.choice import languages_in

_EXPRESSIONS: Mapping[str, str] = {
    "en": r"\b(?:this|that|these|those|it|them)\b",
    "de": r"\b(?:dies|dar(?:an|auf|aus|in|über|unter|um)|da(?:bei|durch|für|gegen|mit|nach|von|vor|zu))\b",
    "fr": r"\b(?:ça|cela|ceci)\b|-(?:en|y|les?|la)\b|\b[mts]'en\b",
    "es": r"\b(?:esto|eso|ello|tenl[oa]s?|\w+(?:me|te|se)l[oa]s?)\b",
    "pt": r"\b[nd]?(?:isso|isto|aquilo)\b|-l?[oa]s?\b",
    "it": r"\b(?:questo|quello|ciò|tien(?:ine|ilo|ila)|\w+(?:me|te|ce|glie)(?:l[oaie]|ne))\b",
    "ru": r"\b(?:это|этого|этому|этим|этом|него|неё|ним|ней|им|ими|ею)\b",
    "ar": r"(?:ذلك|هذا|هذه|تلك)(?![ء-ي])",
    "hi": r"(?<![ऀ-ॣ])(?:(?:यह|ये|वह|वही)(?![ऀ-ॣ])|(?:इस|उस|इन|उन)(?:का|की|के|को|में|से|पर))",
    "zh": r"[这那]一?[点个些样]|此|它",
    "ja": r"[こそ]れ(?!から|まで)|そちら|そう|その[点件]|そのこと",
    "ko": r"(?<![가-힣])[이그저](?:것|거|걸|게|건|점)",
}
"""By the code of each language, over lower case: pronouns, and what stands for a thing behind a verb."""

_POINTING: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(_EXPRESSIONS[language.code]))


def points_back(clause: str, text: str) -> bool:
    """Whether a clause of a text has such a word."""
    line = clause.lower().replace("’", "'")
    return any(_POINTING[language.code].search(line) is not None for language in languages_in(text))
