"""How people say that they have taken down what they were told, or will keep to it, and do nothing about it now:
`Got it, noted.`"""

from collections.abc import Mapping

HEEDED: Mapping[str, str] = {
    "en": r"^(?:thanks, )?(?:duly |acknowledged|noted|recorded)|\b(?:i've|i have) (?:noted|made a note)\b|"
    r"\bi(?:'ll| will) (?:keep to|stick to|go by|remember|respect|bear|keep) (?:it|that|this|those|these)\b",
    "de": r"\b(?:notiert|vermerkt|gemerkt|aufgeschrieben)\b|\bich (?:halte|richte) mich (?:daran|danach)\b|"
    r"\bwerde (?:ich )?(?:mich )?(?:daran halten|danach richten|beachten)\b|^merke ich mir\b",
    "fr": r"\bnotée?s?\b|\b(?:je m'y tiendrai|j'en tiendrai compte|j'en tiens compte|je m'en souviendrai)\b",
    "es": r"\b(?:anotad[oa]s?|apuntad[oa]s?|tomo nota)\b|\b(?:lo|la) (?:tendré en cuenta|recordaré|respetaré)\b",
    "pt": r"\b(?:anotad[oa]s?|registad[oa]s?|registrad[oa]s?)\b|\b(?:terei|vou ter) (?:isso )?em conta\b|"
    r"\b(?:vou )?(?:respeitar|lembrar-me)(?:ei)? (?:isso|disso)\b",
    "it": r"\b(?:annotat[oa]|segnat[oa]|preso nota)\b|\b(?:ne terrò conto|mi atterrò|lo terrò (?:a mente|presente))\b",
    "ru": r"\b(?:учту|учтём|запомнил[аи]?|записал[аи]?|принято к сведению|буду (?:учитывать|придерживаться))\b",
    "ar": "(?:سجلت|سجّلت|دونت|دوّنت) (?:ذلك|هذا)|سألتزم بذلك|سأراعي ذلك|سآخذ ذلك بعين الاعتبار",
    "hi": "(?:नोट|दर्ज) कर लिया|ध्यान (?:में )?रखूँग|याद रखूँग",
    "zh": "记下了|记住了|已记录|我会(?:遵守|记住|注意)",
    "ja": "(?:メモ|記録|控え)(?:し|え)?ました|(?:そのように|それを)?(?:守り|心がけ|留意し|覚えておき)ます",
    "ko": "적어 ?(?:두|뒀|놓)|메모했|기록했|(?:지키|기억하|유의하|명심하)겠",
}
"""By the code of each language, over lower case, found anywhere in a clause."""
