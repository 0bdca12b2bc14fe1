"""What tells how something was the last time, and not how it is to be: `I got five copies last time.`"""

import re
from collections.abc import Mapping

from compactd.extractive.languages.by_language import ByLanguage
from compactd.extractive.languages.choice import languages_in

_LAST_TIME: Mapping[str, str] = {
    "en": r"\blast time\b|\bback then\b|\bthe (?:last|previous) \w+ (?:was|were|had|came|took|got)\b",
    "de": r"\bletztes mal\b|\bletzten mal\b|\bdas letzte mal\b|\bdamals\b|\b(?:letzte|vorige)\w* \w+ (?:war|hatte|kam)",
    "fr": r"\bla dernière fois\b|\bà l'époque\b|\bderni(?:er|ère)s? \w+ (?:étai|avai|faisai|a eu)",
    "es": r"\bla última vez\b|\búltim[oa]s? \w+ (?:fue|era|tenía|tuv)",
    "pt": r"\b(?:da|na|a) última vez\b|\búltim[oa]s? \w+ (?:foi|fora|era|tinha|teve)",
    "it": r"\bl'ultima volta\b|\bultim[oaie] \w+ (?:era|aveva|è stat|ha avuto)",
    "ru": r"\bв прошлый раз\b|\b(?:последн|прошл|предыдущ)\w+ \w+ (?:был|состоял|содержал)",
    "ar": r"المرة (?:الماضية|السابقة|الأخيرة)|كانت? .*(?:الأخير|السابق|الماضي)",
    "hi": r"पिछली बार|पिछल[ेीा] .*(?:था|थी|थे)",
    "zh": r"上次|上一次|上回",
    "ja": r"前回|この前|この間",
    "ko": r"지난번|저번|지난 번",
}
"""By the code of each language, over lower case: what names the last time, or the last one and how it was."""

_LAST: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(_LAST_TIME[language.code]))
_TOLD: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(language.told))


def tells_of_last_time(text: str) -> bool:
    """Whether a text tells how something was the last time, and wants nothing."""
    line = text.lower().replace("’", "'")
    codes = [language.code for language in languages_in(text)]
    return any(_LAST[code].search(line) is not None and _TOLD[code].search(line) is not None for code in codes)
