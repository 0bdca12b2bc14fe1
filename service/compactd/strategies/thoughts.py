"""What a model thought before it answered, where its server leaves that in the text: none of it is the answer."""

import regex

MOST_THOUGHTS = 100
"""One after the other, before an answer; with more there is none."""

_TAGS = (
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("<reasoning>", "</reasoning>"),
    ("<seed:think>", "</seed:think>"),
    ("[THINK]", "[/THINK]"),
    ("◁think▷", "◁/think▷"),
    ("<|START_THINKING|>", "<|END_THINKING|>"),
    ("<|channel|>analysis<|message|>", "<|channel|>final<|message|>"),
)
"""What thoughts begin and end with: DeepSeek, Qwen and GLM; Anthropic's older prompts; Gemma; Seed; Magistral; Kimi;
Command; gpt-oss."""

_OPENED = regex.compile(
    "|".join(rf"(?:{regex.escape(opening)}(?:.*?(?P<end>{regex.escape(closing)})|.*))" for opening, closing in _TAGS),
    regex.DOTALL | regex.IGNORECASE,
)

# Chat templates may write the opening tag themselves, so that only the closing one is in the answer. It stands on a
# line of its own there; behind words it may be what a summary tells of, and to cut there would lose them unseen.
_UNOPENED = regex.compile(r"^[ \t]*+</think(?:ing)?>", regex.IGNORECASE | regex.MULTILINE)
_OPENING = regex.compile(r"<think(?:ing)?>", regex.IGNORECASE)


def without_thoughts(text: str) -> str | None:
    """`text` behind the thoughts that it begins with; the same if there are none, None if they never end."""
    answer = text.lstrip()
    for _ in range(MOST_THOUGHTS):
        end = _end_of_thoughts(answer)
        if not end:
            return answer
        if end > len(answer):
            return None
        answer = answer[end:].lstrip()
    return None


def _end_of_thoughts(text: str) -> int:
    """Where the first thoughts end: 0 if there are none, beyond the text if they do not end."""
    if opened := _OPENED.match(text):
        return opened.end() if opened["end"] is not None else len(text) + 1
    # The pattern alone would take a hundred times as long over a text without the tag.
    closing = _UNOPENED.search(text) if "</think" in text.lower() else None
    if closing is None or _OPENING.search(text, 0, closing.start()):
        return 0
    return closing.end()
