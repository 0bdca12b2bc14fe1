"""What is so only then, there, or with that, and by one: `Refunds only to the old card`, `Only Ann may pay`.

Such a sentence needs no verb to be a rule, and is about every such case, though it names one thing.
"""

import re
from collections.abc import Mapping

from compactd.extractive.languages.by_language import ByLanguage
from compactd.extractive.languages.choice import languages_in

_EXPRESSIONS: Mapping[str, str] = {
    "en": r"\bonly (?:after|once|when|if|with(?:out)?|to|from|via|by|in|on|at|through|between|until|for|as|where|"
    r"within|against|over)\b",
    "de": r"\b(?:nur|erst|ausschließlich|lediglich),? (?:nach\w*|wenn|sobald|mit|ohne|auf|an|am|in|im|von|vom|über|bei|"
    r"beim|zu[mr]?|für|per|ab|bis|durch|gegen|zwischen|dann)\b",
    "fr": r"\b(?:seulement|uniquement|exclusivement|rien que) (?:après|avec|sans|quand|lorsque?|si|une fois|sur|à|aux?|"
    r"en|dans|par|pour|via|de|depuis|entre|chez|d')",
    "es": r"\b(?:solo|sólo|solamente|únicamente|exclusivamente) (?:después|tras|con|sin|cuando|si|una vez|al?|en|por|"
    r"para|desde|entre|hasta|del?|vía)\b",
    "pt": r"\b(?:só|somente|apenas|unicamente|exclusivamente) (?:depois|após|com|sem|quando|se|ao?|para|por|pel[oa]s?|"
    r"em|n[oa]s?|de|d[oa]s?|desde|entre|até|via)\b",
    "it": r"\b(?:solo|soltanto|solamente|esclusivamente|unicamente) (?:dopo|con|senza|quando|se|una volta|al?\w*|su\w*|"
    r"in|nel\w*|per|da\w*|tra|fra|fino|tramite|via)\b",
    "ru": r"\b(?:только|лишь|исключительно) (?:после|со?|без|когда|если|на|во?|через|по|для|от|к|до|при|из|между)\b",
    "ar": r"فقط (?:بعد|عند|إذا|مع|ب|إلى|في|من|عبر|على|ل)|(?:بعد|عند|إلى|على|في|عبر|مع| ب)\S*(?: \S+){0,4} فقط\.?$",
    "hi": r"(?:केवल|सिर्फ़|सिर्फ|बस) .*(?:बाद|साथ|पर|में|से|को|तक|ज़रिए)(?: ही)?[ ।.]*$|तभी,? जब|के बाद ही",
    "zh": r"(?:之后|以后|后)才|才(?:能|可以|行)|只(?:能|在|从|对|用|退|给|通过|限)|"
    r"仅(?:限|在|能|通过|用)",
    "ja": r"(?:のみ|だけ|に限る|に限ります|[てで]から)(?:で(?:す)?|に(?:して(?:ください)?)?)?。?$",
    "ko": r"(?:에만|로만|때만)(?:요|입니다|이에요)?[ .]*$",
}
"""By the code of each language, over lower case: that it is so only then, there, or with that."""

_BY_ONE: Mapping[str, str] = {
    "en": r"\b(?:only|nobody but|no one but|none but) (?:\S+ ){1,4}?(?:may|can|is allowed|are allowed)\b",
    "de": r"\b(?:nur|allein|ausschließlich|niemand außer) (?:\S+ ){1,4}?(?:darf|dürfen|kann|können)\b|"
    r"\b(?:darf|dürfen|kann|können) (?:nur|allein|ausschließlich|niemand außer)\b",
    "fr": r"\b(?:seule?s?|uniquement) (?:\S+ ){1,4}?(?:peut|peuvent|a le droit|ont le droit)\b|"
    r"\bpersonne d'autre que\b",
    "es": r"\b(?:solo|sólo|solamente|únicamente|nadie más que) (?:\S+ ){1,4}?puede[n]?\b|"
    r"\bpuede[n]? \w+ (?:solo|sólo|solamente|únicamente)\b",
    "pt": r"\b(?:só|somente|apenas|unicamente|ninguém além d\w+) (?:\S+ ){1,4}?pode[m]?\b",
    "it": r"\b(?:solo|soltanto|solamente|unicamente|nessuno tranne) (?:\S+ ){1,4}?(?:può|possono)\b|"
    r"\bpu(?:ò|ossono) \w+ (?:solo|soltanto|solamente)\b",
    "ru": r"\b(?:только|лишь|исключительно|никто,? кроме) (?:\S+ ){1,4}?(?:может|могут|вправе|имеет право)\b|"
    r"\b(?:может|могут|вправе|имеет право) (?:\S+ ){0,2}?(?:только|лишь|исключительно)\b",
    "ar": r"(?:لا (?:يحق|يمكن|يجوز)) .*إلا|(?:يحق|يمكن|يجوز) .*(?:فقط|وحده|وحدها)|(?:وحده|وحدها) (?:من )?(?:يحق|يمكن)",
    "hi": r"(?:केवल|सिर्फ़|सिर्फ) .* ही .*(?:सकत|करे|करेग|दे|देग)",
    "zh": r"(?:只有|唯有)[^我]{1,8}(?:能|可以|有权)",
    "ja": r"(?:のみ|だけ)が.*(?:でき|られ|え)る?|(?:できる|られる|える)のは.*(?:のみ|だけ)",
    "ko": r"(?:오직 |[가-힣]만이? ).*(?:수 있|할 수)",
}
"""That only one, or those of a kind, may do something."""

_CONFINES: Mapping[str, re.Pattern[str]] = ByLanguage(
    lambda language: re.compile(f"{_EXPRESSIONS[language.code]}|{_BY_ONE[language.code]}")
)


def confines(text: str) -> bool:
    """Whether a text confines something to a case. What comes first, and what then, is told of what happened in the
    same words as of what is to happen, and is none."""
    line = text.lower().replace("’", "'")
    return any(_CONFINES[language.code].search(line) is not None for language in languages_in(text))
