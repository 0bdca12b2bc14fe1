"""How people say no to what they were asked: `No, leave it.`"""

from collections.abc import Mapping

REFUSALS: Mapping[str, str] = {
    "en": r"\b(?:no|nope|nah|not|don't|never)\b",
    "de": r"\b(?:nein|nee|nö|ne|nicht|kein\w*)\b",
    "fr": r"\b(?:non|nan|pas|inutile)\b",
    "es": r"\b(?:no|nada)\b",
    "pt": r"\b(?:não|nao|nada)\b",
    "it": r"\b(?:no|non|niente)\b",
    "ru": r"\b(?:нет|не|неа)\b",
    "ar": r"(?<![ء-ي])(?:لا|ليس|ما|مو|مش|كلا)(?![ء-ي])",
    "hi": r"नहीं|\bना\b|मत ",
    "zh": r"不|没|别|算了",
    "ja": r"いいえ|いや|いえ|ない|結構|ません",
    "ko": r"아니|안 |않|말고|괜찮|됐",
}
"""By the code of each language, over lower case, found anywhere in a short answer."""
