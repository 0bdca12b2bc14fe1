"""How people say that whoever works is to go on as before, and want nothing else: `Thanks, please go on.`"""

import re
from collections.abc import Mapping

from compactd.extractive.languages.by_language import ByLanguage
from compactd.extractive.languages.choice import languages_in

_EXPRESSIONS: Mapping[str, str] = {
    "en": r"\b(?:go (?:on|ahead|for it)|carry on|(?:i(?:'ll| will) )?continu(?:e|ing)|"
    r"proceed(?:ing)?|keep (?:going|at it|it up)|move on)\b",
    "de": r"\b(?:(?:mach\w*|geh\w*|arbeite\w*) (?:\w+ )?weiter|fahr\w* (?:\w+ )?fort|weiter(?:machen|so)?(?: so)?|"
    r"fortfahren|nur zu|los geht's)\b",
    "fr": r"\b(?:continu\w+|poursui\w+|vas-y|allez-y|va de l'avant)\b(?: comme ça)?(?:,? s'il (?:te|vous) pla[iî]t)?",
    "es": r"\b(?:sig[au]\w*|contin[uú]\w+|adelante|prosig\w+)(?: así| adelante)?(?!\w)",
    "pt": r"\b(?:(?:pode\w* )?(?:continu\w+|segu\w+|siga|prossig\w+|avanç\w+)|adiante|em frente)"
    r"(?: assim| em frente)?(?!\w)",
    "it": r"\b(?:continu\w+|prosegu\w+|proced\w+|(?:vai|andate|va) (?:pure )?avanti|avanti)\b(?: così| pure)?",
    "ru": r"\b(?:(?:давай\w* )?(?:продолжа\w+|дальше)|действуй\w*)\b(?: так же)?",
    "ar": r"(?<![ء-ي])(?:و?واصل\w*|تابع\w*|استمر\w*|أكمل\w*|اكمل\w*|امض\w*)(?: قدما)?",
    "hi": r"(?:आगे बढ़\S*|जारी रख\S*|चालू रख\S*|आगे चल\S*)",
    "zh": r"(?:继续|接着)(?:吧|做|干|进行|下去)*",
    "ja": r"(?:そのまま)?(?:続けて|進めて|続行して)(?:ください|下さい|もらえますか)?",
    "ko": r"(?:계속)?(?:해서 ?| )?(?:진행(?:해)?|계속(?:해)?|이어서(?: ?해)?)(?: ?주세요| ?줘| ?주십시오)?",
}
"""By the code of each language, over lower case."""

_GOES_ON: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(_EXPRESSIONS[language.code]))


def besides_going_on(text: str) -> str | None:
    """What a text says besides that; None where it does not say it."""
    line = text.lower().replace("’", "'")
    for language in languages_in(text):
        rest, times = _GOES_ON[language.code].subn(" ", line)
        if times:
            return rest
    return None
