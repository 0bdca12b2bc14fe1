"""Answers by which a model refuses, or only repeats what was put into its mouth."""

import regex

from compactd.strategies.prompts import ACKNOWLEDGEMENT, PAUSE

REFUSAL_LIMIT = 300
"""Characters: an answer as short as this that begins like a refusal is one; a longer one has said something."""

_REGRETS = (
    r"(?:so |very |truly )?sorry|(?:must )?apologi[sz]e|(?:am |'m )?afraid|unfortunately|regrettably|(?:my )?apologies"
)

_VERBS = (
    "assist|help|provide|comply|fulfill?|summari[sz]e|do|create|produce|write|generate|continue|complete|process|engage|"
    "answer|respond|discuss|support|share|carry out"
)

# What a refusal is of: what was asked for. A summary tells of what else could not be done.
_ASKED = r"summar\w+|conversations?|transcripts?|chats?|dialogues?|discussion|request|content|instructions|assistance"
_END = r"(?: it)?[\s.!…]*$"
_OBJECT = (
    rf"(?:{_END}|(?: (?:with|in|to|on|for|about|of|out|any|the|an?|more))* "
    rf"(?:(?:this|that|these|those|you|your|help|such)\b|(?:\w+ )?(?:{_ASKED})\b))"
)
_TO_THE_USER = r"(?:assist|help|comply)(?:[.,;!]| with (?:requests|\w+ing)\b)"
# It had nothing to summarize, as it says.
_TO_READ = (
    rf"(?:see|view|access|read|find|identify|retrieve|recall)(?: \w+){{0,4}} "
    rf"(?:{_ASKED}|(?:earlier|previous|prior) messages)\b"
)
_UNABLE = (
    r"(?:i|we)(?:(?:'m| am|'re| are) (?:not able|unable|not allowed|not permitted)|"
    r"(?:(?:'ll| will) not| won't) be (?:able|allowed))"
)
_FRENCH = (
    r"(?:aider|faire (?:cela|ça|ceci)|résumer|continuer|donner suite|(?:répondre|accéder|satisfaire|traiter|fournir|"
    r"produire|écrire)(?: à| de| un| une)? (?:cet|cette|votre|ta|résumé))\b"
)

# Who speaks and what it cannot, will not or would rather not do: what a refusal begins with once its regrets are over.
# "I can't" alone may tell what happened, so there the verb and what it is of count too.
_OPENINGS = (
    rf"(?:i|we) (?:can't|cannot|can not)(?: \w+ly)? (?:(?:{_VERBS}){_OBJECT}|{_TO_THE_USER})",
    rf"{_UNABLE} to(?: \w+ly)? (?:(?:{_VERBS}){_OBJECT}|{_TO_THE_USER}|{_TO_READ})",
    r"(?:i|we)(?:'m| am|'re| are) (?:(?:not able|unable|not allowed|not permitted)[.!]?$|not comfortable|sorry, but)",
    r"(?:i|we) (?:do not|don't) feel comfortable",
    r"(?:i|we) (?:must|have to|need to|respectfully) (?:respectfully )?(?:decline|refuse)",
    r"as an ai(?: language model|, i ca)",
    r"(?:ich|leider) kann (?:ich |leider )*(?:(?:dir|ihnen|das|dies\w*(?: \w+)?|dabei|damit|hierbei|leider) )+nicht",
    r"(?:ich|leider) kann (?:ich |leider )*nicht(?: \w+)? (?:(?:weiter)?helfen|zusammenfassen|antworten|fortfahren)",
    r"ich bin nicht in der lage|es tut mir leid, aber|tut mir leid, (?:aber|ich)",
    r"lo siento, (?:pero|no )|no puedo (?:ayudar|resumir|hacer)",
    r"(?:je suis )?désolée?, (?:mais|je)|je ne suis pas en mesure",
    rf"je ne (?:peux|puis) pas(?:{_END}| (?:(?:le|la|vous|te|y) |t')*{_FRENCH})",
    r"desculpe, mas|não (?:posso|consigo) (?:ajudar|resumir)",
    r"(?:dabei|damit|hierbei|das) kann ich (?:\w+ ){0,2}nicht (?:(?:weiter)?helfen|zusammenfassen)",
    r"(?:actualmente|lamentablemente) no puedo (?:ayudar|resumir|hacer)",
    r"(?:很|非常)?抱歉[。！!.]?$|対応(?:できません|いたしかねます)",
    r"(?:很)?抱歉，|对不起，我|我(?:无法|不能)(?:协助|帮助|提供|总结)",
    r"申し訳(?:ありません|ございません)が|要約できません|お手伝いできません",
    r"(?:я )?не (?:могу|смогу) (?:(?:вам|тебе|с этим|в этом) )*(?:помочь|помогать|обобщить|резюмировать|пересказать)",
    r"(?:я )?не (?:могу|смогу) (?:ответить на|продолжить) (?:эт|ваш|данн)",
    r"я не (?:могу|смогу) (?:выполнить|предоставить|обработать) (?:эт|ваш|так|данн|резюме|краткое)",
    r"(?:я )?не можу (?:(?:вам|тобі|з цим|у цьому) )*(?:допомогти|узагальнити|підсумувати)",
    r"(?:ma )?non (?:posso|sono in grado di) (?:(?:aiutar|assister|riassumer)\w*|fornire (?:un|il) riassunto)",
    r"(?:maar )?ik kan (?:(?:je|u|hier|daar|dit|deze|het|gesprek) )*niet (?:mee )?(?:helpen|samenvatten)",
    r"(?:ale )?nie (?:mogę|jestem w stanie) (?:(?:ci|panu|pani|w tym|tego|tej|rozmowy) )*(?:pomóc|podsumować|streścić)",
    r"(?:jag|jeg) kan (?:inte|ikke) (?:(?:dig|deg|med) )*(?:hjälpa|hjælpe|hjelpe|sammanfatta|opsummere|oppsummere)",
    r"(?:bu (?:konuda|konuşmayı|isteği|talebi)|size)[^.\n]{0,30} (?:yardımcı olam|özetleyem|yerine getirem)",
    r"(?:도와드릴|도울|요약할|제공할) 수 (?:가 )?없",
    r"(?:لا|لن) (?:أستطيع|يمكنني|أقدر)(?: على| أن)? (?:مساعد|أساعد|تلخيص|ألخص|المساعدة)",
    r"(?:मैं |मुझे )?(?:इस|आपकी|इसमें)[^\n।]{0,40}(?:मदद|सहायता|सारांश)[^\n।]{0,20}(?:नहीं (?:कर|दे) सकत|असमर्थ)",
    r"tôi không thể (?:giúp|hỗ trợ|tóm tắt)|saya tidak (?:dapat|bisa) (?:membantu|merangkum|meringkas)",
)
_REGRET = regex.compile(
    rf"(?:(?:i|we)(?:'m| am|'re| are)? )?(?:{_REGRETS})(?: that)?[\s,.;:!–—-]*(?:but|however)?[\s,]*", regex.IGNORECASE
)
_REGRET_ELSEWHERE = regex.compile(
    r"(?:entschuldigung|verzeihung|es tut mir leid|tut mir leid|"
    r"извините|простите|прошу прощения|к сожалению|вибачте|на жаль|mi dispiace|spiacente|purtroppo|het spijt me|"
    r"helaas|przepraszam|przykro mi|niestety|tyvärr|beklager|desværre|üzgünüm|maalesef|özür dilerim|"
    r"죄송합니다|죄송하지만|عذر[اًا]{1,2}|آسف|أعتذر|للأسف|क्षमा करें|माफ़ करें|माफ कीजिए|मुझे खेद है|xin lỗi|maaf)"
    r"[\s,.;:!،।–—-]*+(?:(?:но|але|ma|maar|ale|men|ama|ancak|하지만|لكن|लेकिन|nhưng|tetapi|namun)[\s,]++)?",
    regex.IGNORECASE,
)
_REFUSAL = regex.compile("|".join(_OPENINGS), regex.IGNORECASE)
_AFTER_REGRET = regex.compile(r"(?:i|we)(?: ca|'m | am | do not| don't| wo| will not)", regex.IGNORECASE)
_QUOTES = "*_#>\"'“”„« "


def refuses(summary: str) -> bool:
    """Whether a short answer begins like a refusal, or only repeats what was put into the model's mouth."""
    if len(summary) >= REFUSAL_LIMIT:
        return False
    said = summary.replace("’", "'").strip(_QUOTES)
    if said.rstrip(".") in (ACKNOWLEDGEMENT.rstrip("."), PAUSE.rstrip(".")):
        return True
    regret = _REGRET.match(said, concurrent=False)
    elsewhere = regret or _REGRET_ELSEWHERE.match(said, concurrent=False)
    after = said[elsewhere.end() :] if elsewhere else said
    return bool(
        _REFUSAL.match(said, concurrent=False)
        or _REFUSAL.match(after, concurrent=False)
        or (regret and _AFTER_REGRET.match(after, concurrent=False))
    )
