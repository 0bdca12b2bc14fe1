"""The check of a summarizer's answer: what is no usable summary is never committed."""

import regex

from compactd.domain.errors import (
    SummaryEmpty,
    SummaryNotText,
    SummaryRefused,
    SummaryTruncated,
)
from compactd.strategies.answer_shapes import is_error_text, is_nothing, is_tool_call
from compactd.strategies.prompts import ACKNOWLEDGEMENT, PAUSE
from compactd.strategies.secrets import redact
from compactd.strategies.thoughts import without_thoughts

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
    r"desculpe, mas|não posso (?:ajudar|resumir)",
    r"(?:很)?抱歉，|对不起，我|我(?:无法|不能)(?:协助|帮助|提供|总结)",
    r"申し訳(?:ありません|ございません)が|要約できません|お手伝いできません",
)
_REGRET = regex.compile(
    rf"(?:(?:i|we)(?:'m| am|'re| are)? )?(?:{_REGRETS})(?: that)?[\s,.;:!–—-]*(?:but|however)?[\s,]*", regex.IGNORECASE
)
_REFUSAL = regex.compile("|".join(_OPENINGS), regex.IGNORECASE)
_AFTER_REGRET = regex.compile(r"(?:i|we)(?: ca|'m | am | do not| don't| wo| will not)", regex.IGNORECASE)
_QUOTES = "*_#>\"'“”„« "


def accept_answer(text: str | None, finish: str, model: str) -> str:
    """The trimmed summary, without thoughts before it and without secrets. Raises the SummaryFailure that says why the
    answer is none."""
    if finish == "tool_calls":
        raise SummaryNotText(model=model)
    if finish == "refusal":
        raise SummaryRefused(model=model)
    if finish == "length":
        raise SummaryTruncated(model=model)
    answer = None if text is None else without_thoughts(text)
    if answer is None or not _is_unicode(answer):
        raise SummaryNotText(model=model)
    summary = answer.strip()
    if not summary or is_nothing(summary):
        raise SummaryEmpty(model=model)
    if finish != "stop":
        raise SummaryTruncated(model=model)
    if len(summary) < REFUSAL_LIMIT and _refuses(summary):
        raise SummaryRefused(model=model)
    if is_tool_call(summary) or is_error_text(summary):
        raise SummaryNotText(model=model)
    return redact(summary)


def _refuses(summary: str) -> bool:
    """Whether a short answer begins like a refusal, or only repeats what was put into the model's mouth."""
    said = summary.replace("’", "'").strip(_QUOTES)
    if said.rstrip(".") in (ACKNOWLEDGEMENT.rstrip("."), PAUSE.rstrip(".")):
        return True
    regret = _REGRET.match(said)
    after = said[regret.end() :] if regret else said
    return bool(_REFUSAL.match(said) or _REFUSAL.match(after) or (regret and _AFTER_REGRET.match(after)))


def _is_unicode(text: str) -> bool:
    """Half of a surrogate pair, which JSON can smuggle in, can be neither stored nor sent."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
