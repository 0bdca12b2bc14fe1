"""What a model thought before it answered, where its server leaves that in the text: none of it is the answer."""

from itertools import islice

import regex

MOST_THOUGHTS = 100
"""One after the other, before an answer; with more there is none."""

_NAMES = r"(?:think(?:ing)?|thoughts?|reasoning|seed:think|antml:thinking)"

# What thoughts begin and end with: DeepSeek, Qwen and GLM, Anthropic's older prompts, Seed; Magistral; Kimi; Command;
# gpt-oss; Gemma; OpenThinker. Models that close another tag than they opened, or give one an attribute, are not rare.
_TAGS = (
    (rf"<{_NAMES}(?:\s[^<>]{{0,100}})?>", rf"</{_NAMES}>"),
    (r"\[THINK\]", r"\[/THINK\]"),
    ("◁think▷", "◁/think▷"),
    (r"<\|START_THINKING\|>", r"<\|END_THINKING\|>"),
    (r"<\|channel\|>analysis<\|message\|>", r"<\|channel\|>final<\|message\|>"),
    (r"<\|?channel\|?>thought\b", r"<\|?channel\|>"),
    (r"<\|begin_of_thought\|>", r"<\|end_of_thought\|>"),
    # The tokens around the channels' names are lost with some servers.
    (r"analysis(?=[A-Z][a-z]*+[ ,'’])", r"assistantfinal(?=\S)"),
)
_PAIRS = tuple(
    (
        regex.compile(opening, regex.IGNORECASE if index < len(_TAGS) - 1 else 0),
        regex.compile(closing, regex.IGNORECASE),
    )
    for index, (opening, closing) in enumerate(_TAGS)
)

# Chat templates may write the opening tag themselves, so that only the closing one is in the answer. There it begins a
# line, or stands behind the end of a sentence with an empty line after it. A summary may tell of the tag: there the
# sentence goes on behind it, in small letters, or it stands in a block of code. Cutting one of those would lose what is
# before unseen, while thoughts that are left only take room: what neither an empty line nor the beginning of a sentence
# follows is left.
_CLOSING = rf"(?:</{_NAMES}>|\[/THINK\]|◁/think▷)"
_EMPTY_LINE = r"[ \t]*+\r?\n[ \t]*+\r?\n"
_BEGINNING = r"(?:\Z|[-+] |(?-i:[^\s\p{Ll}.,;:!?)\]}'\"”`–—/|&=+-]))"
_UNOPENED = regex.compile(
    rf"\A{_CLOSING}|^[ \t]*+{_CLOSING}(?={_EMPTY_LINE}|\s*+{_BEGINNING})"
    rf"|(?<=[.!?…。！？][\"')”]?[ ]?){_CLOSING}(?={_EMPTY_LINE})",
    regex.IGNORECASE | regex.MULTILINE,
)
_CLOSES = regex.compile("</|think", regex.IGNORECASE)
_OPENING = regex.compile(rf"<{_NAMES}>|\[THINK\]|◁think▷", regex.IGNORECASE)

# Of a chat template, where its server leaves them in: what an answer begins and ends with.
_FIRST_TOKENS = regex.compile(
    r"(?:\s*+(?:<\|im_start\|>\s*+assistant\b|<\|start\|>\s*+assistant\b|<\|message\|>|<\|begin_of_solution\|>|<s>"
    r"|<\|start_header_id\|>assistant<\|end_header_id\|>"
    r"|<\|channel\|>final(?:\s?<\|constrain\|>\w++)?<\|message\|>))++\s*+"
)
_LAST_TOKENS = regex.compile(
    r"(?:\s*+(?:<\|(?:im_end|eot_id|eom_id|end|return|endoftext|end_of_text|end_of_solution)\|>|</s>|<end_of_turn>"
    r"|<｜end▁of▁sentence｜>))++\s*+$"
)
_LONGEST_END = 200

_SUMMARY_OPENS = regex.compile(r"(?:<analysis>(?:[^<]++|<(?!/analysis>))*+</analysis>\s*+)?<summary>", regex.IGNORECASE)
_SUMMARY_ENDS = regex.compile(r"</summary>\s*+$", regex.IGNORECASE)


def without_thoughts(text: str) -> str | None:
    """`text` behind the thoughts that it begins with, without the tokens of a chat template or the tags of a summary
    around it; the same if there are none, None if thoughts never end."""
    answer = _behind_tokens(text.lstrip())
    for _ in range(MOST_THOUGHTS):
        end = _end_of_thoughts(answer)
        if not end:
            answer = _before_tokens(answer)
            framed = _in_tags(answer)
            if framed is None:
                return answer
            answer = _behind_tokens(framed)
            continue
        if end > len(answer):
            return None
        answer = _behind_tokens(answer[end:].lstrip())
    return None


def _behind_tokens(text: str) -> str:
    tokens = _FIRST_TOKENS.match(text, concurrent=False) if text.startswith("<") else None
    return text[tokens.end() :] if tokens else text


def _before_tokens(text: str) -> str:
    tail = max(0, len(text) - _LONGEST_END)
    tokens = _LAST_TOKENS.search(text, tail, concurrent=False) if text.rstrip().endswith(">") else None
    return text[: tokens.start()] if tokens else text


def _in_tags(text: str) -> str | None:
    """What stands in the tags of a summary that are around all of the text but for an analysis before it, as prompts
    of coding agents ask for them; None without such tags."""
    opened = _SUMMARY_OPENS.match(text, concurrent=False)
    if opened is None or not _SUMMARY_ENDS.search(text, max(opened.end(), len(text) - _LONGEST_END), concurrent=False):
        return None
    said = text[opened.end() : text.rstrip().rindex("<")]
    return None if "summary>" in said.lower() else said.strip()


def _end_of_thoughts(text: str) -> int:
    """Where the first thoughts end: 0 if there are none, beyond the text if they do not end."""
    for opening, closing in _PAIRS:
        if opened := opening.match(text, concurrent=False):
            return _end_of_opened(text, opened.end(), opening, closing)
    # The pattern alone would take a hundred times as long over a text without the tag.
    closed = _UNOPENED.search(text, concurrent=False) if _CLOSES.search(text, concurrent=False) else None
    if (
        closed is None
        or _OPENING.search(text, 0, closed.start(), concurrent=False)
        or text.count("```", 0, closed.start()) % 2
    ):
        return 0
    return closed.end()


def _end_of_opened(text: str, at: int, opening: "regex.Pattern[str]", closing: "regex.Pattern[str]") -> int:
    """Behind the closing tag of thoughts that may hold others; where tags do not add up, behind the first one."""
    ends = [match.end() for match in islice(closing.finditer(text, at, concurrent=False), MOST_THOUGHTS)]
    if not ends:
        return len(text) + 1
    begins = [match.start() for match in islice(opening.finditer(text, at, ends[-1], concurrent=False), MOST_THOUGHTS)]
    for number, end in enumerate(ends):
        if sum(begin < end for begin in begins) <= number:
            return end
    return ends[0]
