"""What tells that something is written somewhere, or that others say so: `According to the manual, it has to be oiled.`

Whoever tells that wants nothing by it, unless it is their own rule (`our style guide says`).
"""

import re
from collections.abc import Mapping

from compactd.extractive.languages.by_language import ByLanguage
from compactd.extractive.languages.choice import languages_in

_EXPRESSIONS: Mapping[str, str] = {
    "en": r"\baccording to (?!my|our|me\b|us\b|what i)|\b(?:it|they|which) says? (?:here|there|that)\b|"
    r"\b(?:the|a|this|that|their|his|her) (?:\w+ )?(?:sign|notice|poster|label|manual|handbook|leaflet|contract|"
    r"lease|law|brochure|recipe|website|faq|article|book|letter|email)s? (?:\w+ ){0,2}?(?:says?|said|states?|stated|"
    r"warns?|reads?|tells?|told|requires?|forbids?|claims?)\b",
    "de": r"^(?:laut|gemäß) (?!(?:mein|unser)\w*\b)\w+|\b(?:steht|stand|heißt es|hieß es)\b.*\bdass\b|\bangeblich\b|"
    r"\b(?:ist|war) (?:dort |da )?zu lesen\b",
    "fr": r"^(?:selon|d'après) (?!(?:moi|nous|notre|nos|mon|ma|mes)\b)|"
    r"\bil (?:est|était) (?:écrit|indiqué|précisé|dit)\b|"
    r"^(?:le|la|l'|les|un|une) ?(?!nôtre)\w+ (?:précise|indique|stipule|dit|affirme|explique|disait|prévoit|exige|veut)"
    r"(?:nt)? qu",
    "es": r"^según (?!(?:mi|nuestr\w+|yo|nosotros)\b)|"
    r"\b(?:pone|ponía|decía|está escrito|estipula|indica|advierte|explica) que\b|"
    r"^(?:el|la|los|las|un|una) \w+ (?:dice|exige)n? que\b",
    "pt": r"^(?:segundo|conforme|de acordo com) (?!(?:(?:o |a )?(?:meu|minha|noss[oa])|eu|nós)\b)|"
    r"\b(?:dizia|está escrito|estava escrito|estipula|indica|avisa|explica) que\b|"
    r"^(?:o|a|os|as|um|uma) \w+ (?:diz|exige)(?:em)? que\b",
    "it": r"^secondo (?!(?:me|noi|(?:il |la )?(?:mio|mia|nostr[oa]))\b)|\b(?:c'è|c'era) scritto\b|"
    r"^(?:il|lo|la|i|gli|le|l'|un|una) ?\w+ (?:dice|diceva|stabilisce|prevede|indica|avverte|spiega) (?:di|che)\b",
    "ru": r"\b(?:согласно|по словам|судя по)\b(?! (?:моему|нашему|моим|нашим))|"
    r"\b(?:сказано|написано|указано|говорится|пишут|говорят|требует)\b(?:, что|, чтобы| что)",
    "ar": r"(?:وفق[اً]* ل|بحسب|طبق[اً]* ل)(?!\S*نا )|^(?:و?(?:تقول|يقول|ينص|تنص)|مكتوب|جاء في|ورد في)(?: \S+){0,3} "
    r"(?:إن|أن|أنه)(?![ء-ي])|^(?:ينص|تنص) .* على أن",
    "hi": r"(?:के|की) (?:अनुसार|मुताबिक)|(?:लिखा|कहा|बताया) (?:है|था|गया|हुआ)\S*(?: \S+)? कि|कहते हैं कि|कहता है कि",
    "zh": r"^(?:据说|听说|根据(?!我))|(?:合同|说明书?|手册|牌子|法律|章程|告示|通知|广告)上?(?:规定|写|说|要求)|上面写",
    "ja": r"(?:によると|によれば)|(?:そうです|らしいです|とのことです|と書いて(?:あ|い)|と書かれ)",
    "ko": r"에 (?:따르면|의하면)|(?:라고|다고|고) (?:적혀|쓰여|써|나와|되어|돼) ?있|"
    r"(?:[다라]고 (?:해요|합니다|하더라)|대요|래요)\W*$",
}
"""By the code of each language, over lower case."""

_HEARSAY: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(_EXPRESSIONS[language.code]))


def is_hearsay(text: str) -> bool:
    """Whether a text says that somebody else says so, or where it is written."""
    line = text.lower().replace("’", "'")
    return any(_HEARSAY[language.code].search(line) is not None for language in languages_in(text))
