"""The words of questions: those that ask for something, and those by which somebody wants to be told it."""

import re
from collections.abc import Mapping

INTERROGATIVES: Mapping[str, str] = {
    "en": r"\b(?:what|which|who|whom|whose|where|when|why|how|whether|if)\b",
    "de": r"\b(?:was|welche\w*|wer|wen|wem|wo|woran|wohin|woher|wann|warum|wieso|weshalb|wie|wieviel\w*|ob)\b",
    "fr": r"\b(?:quel\w*|quoi|qui|où|quand|pourquoi|comment|combien|ce que?)\b|\bce qu'|\bsi\b|\bs'ils?\b",
    "es": r"\b(?:qué|que|cuál\w*|quién\w*|dónde|cuándo|cómo|cuánt\w*|si)\b",
    "pt": r"\b(?:que|quê|qual|quais|quem|onde|quando|porque|como|quant\w*|se)\b",
    "it": r"\b(?:che|cosa|qual[ei]?|chi|dove|quando|perché|come|quant\w*|se)\b",
    "ru": r"\b(?:что|чего|чем|как\w*|кто|кого|где|куда|когда|почему|зачем|сколько|чей|ли)\b",
    "ar": r"(?<![ء-ي])(?:بما|ما|ماذا|أي|أين|متى|لماذا|كيف|كم|هل|مين|وين|ليش|إيه|شو|إن)(?![ء-ي])",
    "hi": r"क्या|कौन|किस|कहाँ|कब|क्यों|कैसे|कितन",
    "zh": r"什么|哪|谁|何时|为什么|怎么|怎样|多少|几|是否|有没有",
    "ja": r"何|なに|どの|どれ|どこ|誰|だれ|いつ|なぜ|なんで|どう|いくら|いくつ",
    "ko": r"무엇|뭐|뭘|뭔|어느|어떤|누구|누가|어디|언제|왜|어떻게|얼마|몇|지 ",
}
"""Words that ask for something, in a question of its own or within a sentence, over lower case."""

TELLING: Mapping[str, str] = {
    "en": r"\b(?:tell|show|let) me\b|\b(?:tell|show) us\b|\breport\b",
    "de": r"\b(?:sag\w*|erzähl\w*|zeig\w*|meld\w*|bericht\w*) (?:mir|uns)\b|\bgib (?:mir )?bescheid\b",
    "fr": r"\b(?:dis|dites|montre|montrez|explique|expliquez)-(?:moi|nous)\b",
    "es": r"\b(?:di|dí|dig[aá]|muéstra|enséña|cuénta|cuente|explíca)(?:me|nos)\b|\bavísa(?:me|nos)\b",
    "pt": r"\b(?:me (?:diz|diga|conta|conte|mostra|mostre|avisa|avise)|(?:diz|diga|conta|conte|mostra|avisa)-?me)\b",
    "it": r"\b(?:dim|dic|fam|mostram|spiegam|raccontam)(?:mi|i|elo)\b|\bfammi sapere\b",
    "ru": r"\b(?:скажи|скажите|сообщи|сообщите|расскажи|расскажите|покажи|напиши)\b",
    "ar": r"أخبرني|قل لي|قولي لي|خبرني|احكي لي|بلغني",
    "hi": r"बता(?:ओ|इए|ना|एँ|\s?दो|\s?देना)",
    "zh": r"告诉我|跟我说|说一?下|告知",
    "ja": r"教えて|知らせて|報告して",
    "ko": r"알려|말해|보고해",
}
"""How somebody wants to be told what became of something, over lower case."""

PARTICLES: Mapping[str, re.Pattern[str]] = {
    "ja": re.compile(r"(?:(?:です|ます|ません|しょう)か|でしょう)[。.]?$"),
    "zh": re.compile(r"(?:吗|呢|嗎)[。.]?$"),
    "ko": re.compile(r"(?:까요?|나요|인가요|은가요)[.]?$"),
}
"""By the code of a language, how a sentence ends that is a question without its mark."""

BEING: Mapping[str, str] = {
    "en": r"\W*(?:be (?:an?|so)\b|do me an?\b)",
    "de": r"\W*(?:(?:sei|seid|seien sie) so\b|tu mir den\b)",
    "fr": r"\W*(?:sois|soyez) (?:gentil|sympa|un)",
    "es": r"\W*(?:(?:sé|sea|sean) (?:tan|un)|hazme el favor)\b",
    "pt": r"\W*(?:sejam? (?:tão|um)|faz-me o favor)\b",
    "it": r"\W*(?:(?:sii|sia|siate) (?:così|un)|fammi il favore)\b",
    "ru": r"\W*будь(?:те)? (?:так|добр|любез)",
}
"""By the code of a language, over lower case, how a clause begins that asks somebody to be kind, and for no work: `be a
dear and …`."""
