"""Answers in place of a summary: noise, questions for what was there to read, notices of clients, lines of a protocol.

A summary may tell of each of them: it does not begin as they do, or goes on with what became of it.
"""

import regex

LONGEST_NOISE = 400
"""Characters of headings that have nothing below them."""

LONGEST_QUESTION = 300
"""Characters of an answer that only asks back; a longer one has said something."""

LONGEST_NOTICE = 500
"""Characters of a notice with what it advises."""

_WORDS = frozenset(
    {"ok", "okay", "k", "yes", "no", "sure", "done", "noted", "understood", "acknowledged", "ready", "thanks", "end"}
    | {"thank you", "got it", "hello", "hi", "goals", "goal", "summary", "here is the summary", "here's the summary"}
    | {"summary of the conversation", "conversation summary", "what happened", "important details", "errors and fixes"}
    | {"current state", "current state and next step", "next step", "next steps", "overview", "context", "decisions"}
    | {"key points", "open questions", "ja", "nein", "gut", "danke", "verstanden", "sí", "si", "oui", "non", "vale"}
    | {"d'accord", "compris", "entendido", "да", "нет", "хорошо", "понял", "понятно", "好的", "好", "明白了", "收到"}
    | {"はい", "了解しました", "承知しました", "네", "알겠습니다"}
)
"""All of an answer that says nothing, in lower case; names of sections among it."""
_MARKS = "#*_`~>-=\"'“”„« \t\r\n"
_NOT_A_LINE = regex.compile(r"\s*+(?:`{3,}\w*+|[-*_=]{3,}|[-*+>]|\d{1,2}[.)])?\s*+")
_LABEL = regex.compile(
    r"\s*+(?:[-*+] |\d{1,2}[.)] )?(?:#{1,6}\s[^\n.;,\d]{1,60}+|\*\*[^\n*.;,\d]{1,60}+\*\*:?|[^\n:.;,\d]{1,40}+:)\s*+"
)

_READ = r"(?:(?:transcripts?|conversations?|chats?|dialogues?|messages?)(?: history)?\b(?! ids?\b))"
_OPENER = (
    r"(?:(?:sure(?: thing)?|of course|certainly|okay|ok|absolutely|understood|got it|hello|hi|hey|great|thanks|"
    r"thank you|noted|acknowledged|i understand|alright|(?:i am |i'm )?sorry,? but|i apologi[sz]e,? but)"
    r"[!.,:;–— -]++)*+"
)
_SEEMS = r"(?:it (?:looks|seems|appears) (?:like |that |as (?:if|though) )?)?"
_LACKS = r"(?:do not|don't|can't|cannot|could not|couldn't|did not|didn't)(?: \w+ly| yet)?"
_QUESTIONS = (
    rf"please (?:provide|paste|share|send|upload|attach|include|give)\b[^\n.]{{0,60}}?\b{_READ}",
    rf"(?:could|can|would) you (?:please )?(?:provide|paste|share|send)\b[^\n.]{{0,60}}?\b{_READ}",
    (
        rf"{_SEEMS}(?:the|your|this) {_READ} (?:is|was|seems|appears)(?: to be)? (?:empty|missing|blank|incomplete)"
        r"(?:[.!…]*+$|[.!,] (?:please|could|can)\b)"
    ),
    rf"{_SEEMS}(?:there(?: is|'s| was) )?(?:nothing|no {_READ})(?: \w+){{0,2}}? to summ",
    rf"i need (?:the|a|your) {_READ}(?: \w+){{0,3}}? to summ",
    (
        r"(?:i|you) (?:have not|haven't|did not|didn't)(?: \w+)?? (?:been )?(?:given|provided?|received?|shared?)"
        rf"(?: \w+){{0,3}}? (?:{_READ}|text|content)\b(?:[^\n.]{{0,40}}\bsumm|[.!…]?$)"
    ),
    r"(?:i will|i'll) summari[sz]e(?: \w+){0,4} (?:once|when|as soon as) you\b",
    (
        rf"{_SEEMS}i {_LACKS} (?:see|find|have|locate|detect|receive)(?: \w+){{0,6}}? {_READ}\b"
        r"(?:(?: \w+){0,3}[.!…]?$|(?=[^\n]{0,80}(?:\bsummar|\bplease\b|\bprovide|\bpaste|\bshare)))"
    ),
    rf"{_SEEMS}there (?:is|was|are|were) no(?: \w+){{0,3}}? {_READ}(?: \w+){{0,3}}? (?:to summar|provided|given|above)",
    rf"{_SEEMS}no(?: \w+)? {_READ}(?: \w+)? (?:was|were|has been|have been|to) (?:provided|given|included|summar)",
    (
        r"it (?:looks|seems|appears) (?:like |that )?you (?:have not|haven't|did not|didn't)(?: \w+)? "
        rf"(?:provided?|included?|pasted?|shared?|attach(?:ed)?|sent|send)\b[^\n.]{{0,60}}?\b{_READ}"
    ),
    r"(?:i am|i'm) ready(?:[.!…]*+$|[.!,]? (?:to (?:help|assist|summari[sz]e)|when you are|for (?:the|your))\b)",
    r"(?:how|what) (?:can|may|would|should|could) (?:i|you) (?:help|assist|like|do)\b[^\n]{0,60}\?$",
    r"(?:i would|i'd|i will|i'll|i am|i'm) (?:be )?(?:happy|glad) to (?:help|assist|summari[sz]e)\b(?!,)",
    r"(?<=understood[.!,] )(?:i will|i'll) (?:now )?(?:answer|respond|reply|summari[sz]e|write (?:the|a) summ)",
    r"bitte (?:geben|fügen|teilen|senden|stellen) sie\b[^\n.]{0,60}?(?:gespräch|unterhaltung|transkript)",
    r"por favor,? (?:proporcion|compart|peg|envi|envíe)\w*[^\n.]{0,40}?(?:conversación|conversa|transcripción)",
    r"veuillez (?:fournir|coller|partager|envoyer)\b[^\n.]{0,40}?(?:conversation|transcription)",
    r"请(?:您)?(?:提供|粘贴|发送)[^\n。]{0,10}(?:对话|聊天|记录)",
    r"要約する(?:会話|内容)[^\n。]{0,20}(?:ありません|提供|送って)",
)
_QUESTION = regex.compile(rf"{_OPENER}(?:{'|'.join(_QUESTIONS)})", regex.IGNORECASE)

_AGAIN = r"(?:[.!]?+$|[.!,]? ?(?:please|try again|retry)\b)"
_NOTICES = (
    r"execution error[.!]?+$",
    r"(?:http )?error(?: code)?:? ?[1-5]\d\d[.!]?+$",
    (
        r"this model's maximum (?:context|prompt) length is [\d,.]+(?: tokens)?(?:[.!]?+$|"
        r"[.,;]? (?:however|but),? (?:you|your|the (?:request|messages|prompt|input))\b|[.!] please\b)"
    ),
    (
        r"(?:the|your) (?:response|request|prompt|output) was (?:filtered|blocked|flagged)\b[^\n.;]{0,120}?"
        r"(?:polic(?:y|ies)|filters?|guidelines|safety system)(?:[.!]?+$|[.!] (?:please|to learn|try)\b)"
    ),
    rf"there was an error (?:while )?(?:generating|processing|creating)(?: \w+)? (?:response|request|answer){_AGAIN}",
    r"\[request (?:interrupted|cancel+ed|aborted) by (?:the )?user[^\]\n]{0,40}\]$",
)
_NOTICE = regex.compile("|".join(_NOTICES), regex.IGNORECASE)

# Our own transcript carried on, and what tools gave back.
_PROTOCOL = regex.compile(
    r"\[assistant calls [^\n]{1,300}, id [^\n\]]{1,300}\](?: |$)"
    r"|\[tool (?:result|error)[^\n\]]{0,300}\](?:\s|$)"
    r"|<<<(?:transcript|earlier summary)[ \t]*+(?:$|\n)"
    r"|<tool_(?:response|result|output)s?>(?:[ \t]*+\n|[^\n]{0,2000}+(?<=</tool_(?:response|result|output)s?>)$)"
    r"|(?:```\w*+\s*+)?\{\s*+\"tool_uses\"\s*+:\s*+\[",
    regex.IGNORECASE,
)


def is_noise(text: str) -> bool:
    """Whether a trimmed text says nothing: signs alone, a word of assent, headings without anything below them."""
    if not any(map(str.isalnum, text)):
        return True
    if len(text) > LONGEST_NOISE:
        return False
    if text.strip(_MARKS).rstrip(".:!。！ *").casefold() in _WORDS:
        return True
    lines = [line for line in text.splitlines() if not _NOT_A_LINE.fullmatch(line, concurrent=False)]
    return len(lines) != 1 and all(_LABEL.fullmatch(line, concurrent=False) for line in lines)


def asks_back(text: str) -> bool:
    """Whether a trimmed text asks for the conversation, or says that it is ready for it."""
    return (
        len(text) <= LONGEST_QUESTION
        and _QUESTION.match(text.replace("’", "'").strip(_MARKS), concurrent=False) is not None
    )


def is_notice(text: str) -> bool:
    """Whether a trimmed text is a client's notice of what went wrong, or a line of a protocol."""
    if _PROTOCOL.match(text, concurrent=False):
        return True
    return (
        len(text) <= LONGEST_NOTICE
        and _NOTICE.match(text.replace("’", "'").strip(_MARKS), concurrent=False) is not None
    )
