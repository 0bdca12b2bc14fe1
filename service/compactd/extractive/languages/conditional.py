"""The mood of what is not so, and would be welcome: `A short list would help.`"""

import re
from collections.abc import Mapping

from compactd.extractive.languages.choice import languages_in

_EXPRESSIONS: Mapping[str, str] = {
    "en": r"^(?!(?:that|this|it|i|we|you|he|she|they|there|who|what)\b)(?!.*\b(?:would|could|should) have\b).*"
    r"\b(?:would|could do with)\b",
    "de": r"^(?!(?:das|dies\w*|es|ich|wir|er|sie|du|da)\b)(?!.*\b(?:gewesen|geworden)\b).*"
    r"\b(?:wäre|wären|käme|kämen|täte|müsste|müssten|gehörte|gehörten|hülfe|würde|würden)\b",
    "fr": r"^(?!(?:ça|ce|c'|cela|je|j'|il|elle|on|nous|tu|vous|ils|elles)\b).*\b(?!(?:au|se)raient? \w+é)\w+raient?\b",
    "es": r"^(?!(?:eso|esto|él|ella|ellos|yo)\b)(?!.*\b(?:habría|hubiera)n?\b).*\b\w+rían?\b",
    "pt": r"^(?!(?:isso|isto|ele|ela|eles|eu|a gente)\b)(?!.*\bteriam?\b).*"
    r"\b(?:(?!mar|ser|var|his|mate|secre|hist|bate|padar|livrar)\w+)(?:[aei]riam?|viriam?)\b",
    "it": r"^(?!(?:questo|quello|lui|lei|loro|io|ciò)\b)"
    r"(?!.*\b(?:sa|av)rebbe(?:ro)? (?:stat|\w+t[oaie]\b)).*\b\w+rebbe(?:ro)?\b",
    "ru": r"^(?!(?:это|он|она|они|я|мы)\b).*\b(?:бы|б)\b",
    "ar": r"(?:كم أتمنى|أتمنى|ليت|حبذا|يا ليت|لو أن|لو كان)",
    "hi": r"(?:ता|ती|ते) तो (?:अच्छा|बढ़िया|बेहतर|ठीक|मदद|आसान)|(?:जाए|जाएँ|हो) तो (?:अच्छा|बढ़िया|बेहतर|मदद)",
    "zh": r"(?:要是|如果|能).*就(?:好|太好|行|方便|帮大忙|省事)|最好(?:能|可以)",
    "ja": r"(?:と|たら|れば|なら)(?:、)?(?:助かる|助かり|嬉しい|うれしい|ありがたい|いい(?:な|の|んだ|です)|幸い)",
    "ko": r"(?:면|으면) (?:좋겠|좋을|고맙|감사|편하|도움)",
}
"""By the code of each language, over lower case: verbs of a third person in that mood where what is wanted is their
subject, and none of what would have been; no pronoun, which stands for something said before (`That would be sad`)."""

_WELCOME: Mapping[str, re.Pattern[str]] = {code: re.compile(expression) for code, expression in _EXPRESSIONS.items()}


def would_be_welcome(text: str) -> bool:
    """Whether a sentence says of something that it would be welcome, or would have to become so."""
    line = text.lower().replace("’", "'")
    return any(_WELCOME[language.code].search(line) is not None for language in languages_in(line))
