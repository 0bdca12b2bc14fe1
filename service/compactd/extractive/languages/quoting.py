"""How a line says that what stands below it are the words of somebody else: `The carrier wrote back:`, `Her mail:`."""

import re
from collections.abc import Mapping

from compactd.extractive.languages.by_language import ByLanguage
from compactd.extractive.languages.choice import languages_in

_EXPRESSIONS: Mapping[str, str] = {
    "en": r"\b(?<!\bi )(?<!\bwe )(?:wrote|writes|said|says|told|tells|answer(?:ed|s)|repl(?:ied|ies)|respond(?:ed|s)|"
    r"states?|stated|reads|read out)\b|\b(?:the|this|that|an?|his|her|their|its|\w+'s) (?:\w+ )?"
    r"(?:e-?mails?|mails?|letter|messages?|note|comments?|memo|post|reply|answer|response|statement|notice)\b|"
    r"\b(?:mail|letter|message|note|comment|reply|answer|response|statement)s? (?:from|by)\b",
    "de": r"(?<!\bich )(?<!\bwir )\b(?:schrieb(?:en)?|schreibt|sagte[n]?|sagt|antwortet(?:e|en)?|meint(?:e|en)?|"
    r"erklärte[n]?|teilte[n]?|lautet(?:e)?)\b(?! (?:ich|wir)\b)|"
    r"\b(?:hat|haben)\b.*\b(?:geschrieben|gesagt|geantwortet|mitgeteilt|gemeldet)\b|"
    r"\b(?:der|die|das|dem|den|diese[rsmn]?|ihr\w*|seine?\w*|eine?\w*|\w+s) (?:\w+ )?(?:e-?mails?|mails?|brief|"
    r"nachricht|notiz|antwort|kommentar|schreiben|mitteilung|hinweis)\b|"
    r"\b(?:mail|brief|nachricht|notiz|antwort|kommentar|schreiben|mitteilung) (?:von|vom)\b",
    "fr": r"\b(?:a|ont) (?:\w+ )?(?:écrit|dit|répondu|déclaré|indiqué|précisé)\b|\b(?:écrit|écrivent|dit|disent|répond|"
    r"répondent|répondait|écrivait|disait)\b(?<!ai écrit)(?<!ai dit)(?<!avons écrit)(?<!avons dit)|"
    r"\b(?:le|la|les|l'|ce|cet|cette|son|sa|leur|un|une) ?(?:courriels?|mails?|e-mails?|lettre|message|note|réponse|"
    r"commentaire|mot|avis)\b|\b(?:courriel|mail|lettre|message|note|réponse|commentaire) (?:de|du|des)\b",
    "es": r"\b(?:escribió|escribieron|escribe[n]?|dijo|dijeron|dice[n]?|respondió|respondieron|responde[n]?|contestó|"
    r"contestaron|contesta|ha[n]? (?:escrito|dicho|respondido|contestado))\b|"
    r"\b(?:el|la|los|las|este|esta|ese|esa|su|sus|un|una) (?:\w+ )?(?:correos?|mails?|emails?|carta|mensajes?|nota|"
    r"respuesta|comentario|aviso)\b|\b(?:correo|mail|carta|mensaje|nota|respuesta|comentario) (?:de|del)\b",
    "pt": r"\b(?:escreveu|escreveram|escreve[m]?|disse|disseram|diz|dizem|respondeu|responderam|responde[m]?)\b"
    r"(?<!eu disse)|\b(?:o|a|os|as|este|esta|esse|essa|seu|sua|um|uma) (?:\w+ )?(?:e-?mails?|carta|mensagem|nota|"
    r"resposta|comentário|aviso|recado)\b|"
    r"\b(?:e-?mail|carta|mensagem|nota|resposta|comentário|recado) (?:de|d[oa]s?)\b",
    "it": r"\b(?:scrisse|scrive|scrivono|disse|dice|dicono|rispose|risponde|rispondono|"
    r"ha(?:nno)? (?:scritto|detto|risposto))\b|"
    r"\b(?:il|la|l'|lo|i|le|quest[oa]|su[oa]|un|una|un') ?(?:\w+ )?(?:mail|e-?mail|lettera|messaggio|nota|risposta|"
    r"commento|avviso)\b|\b(?:mail|lettera|messaggio|nota|risposta|commento) (?:di|del|dell[aeo]|da|dal|dall[ao])\b",
    "ru": r"\b(?<!я )(?<!мы )(?:написал[аи]?|пишет|пишут|сказал[аи]?|говорит|ответил[аи]?|отвечает|сообщил[аи]?|"
    r"сообщает)\b|\bответ\b|\b(?:письмо|сообщение|записка|комментарий) (?:от\b|\w+[аиыя]\b)|"
    r"\b(?:его|её|ее|их|это|этот) (?:\w+ )?(?:письмо|сообщение|записка|комментарий)\b",
    "ar": r"(?<![ء-ي])(?:كتب|كتبت|كتبوا|قال|قالت|قالته|قالوا|رد|ردت|أجاب|أجابت|يقول|تقول|جاء في)(?![ء-ي])|"
    r"(?<![ء-ي])(?:رسالة|رد|جواب|بريد|تعليق) (?:من )?(?!ي)[ء-ي]|(?<![ء-ي])(?:رسالته|رسالتها|رده|ردها|جوابه|جوابها)",
    "hi": r"(?<!मैं)ने .*(?:लिखा|कहा|बताया|जवाब दिया)|(?:का|की|के) .*(?:जवाब|संदेश|ईमेल|मेल|चिट्ठी|पत्र|टिप्पणी)|"
    r"लिखते हैं|कहते हैं",
    "zh": r"^(?!.*我(?:写|说|跟|对|告诉)).*(?:写道|说|回复|回信|答复|来信|表示|告诉|回了)|"
    r"的(?:邮件|信|消息|留言|回答|便条|评论|通知)",
    "ja": r"^(?!.*(?:私が|僕が|俺が)).*(?:から(?:の|です|、|[:：]|$)|返信|返事|回答|書いて|書き|言って|言いました|"
    r"言った|述べ|(?<!私)(?<!僕)の(?:メール|手紙|メモ|コメント|伝言))",
    "ko": r"^(?!.*(?:내가|제가)).*(?:답장|답변|회신|썼|적었|말했|말씀|라고|에서 온|에게서|[가-힣](?<!내)(?<!제)의 "
    r"(?:메일|편지|메시지|메모|댓글)|보낸 (?:메일|편지|메시지|메모))",
}
"""By the code of each language, over lower case: that somebody else says or said something, or a thing that they wrote.
What the speaker says, and what has a heading alone (`Rules:`, `Note:`), is the speaker's."""

_QUOTES: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(_EXPRESSIONS[language.code]))


def names_another_speaker(line: str) -> bool:
    """Whether a line says that what follows it was said or written by somebody else."""
    line = line.lower().replace("’", "'")
    return any(_QUOTES[language.code].search(line) is not None for language in languages_in(line))
