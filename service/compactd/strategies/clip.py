"""How a text is cut off at a limit, so that what is left reads well."""

import regex

ELLIPSIS = "…"
_SENTENCE_END = regex.compile(r"[.!?](?=\s)|[。！？]|\n")
_GRAPHEME = regex.compile(r"\X")


def clip(text: str, limit: int) -> str:
    """At most `limit` code points, an ellipsis included where something is cut off; nothing where there is no room.

    The cut is at the last sentence end in the last fifth, else at the last space, else between graphemes. A space in
    the first half does not count: in a text without word spaces it would throw away nearly everything.
    """
    if len(text) <= limit:
        return text
    if limit < len(ELLIPSIS):
        return ""
    room = limit - len(ELLIPSIS)
    # One more than there is room for: a sentence or a word may end exactly there.
    head = text[: room + 1]
    ends = [match.end() for match in _SENTENCE_END.finditer(head, room - room // 5) if match.end() <= room]
    if ends:
        return head[: ends[-1]].rstrip() + ELLIPSIS
    space = max(head.rfind(" "), head.rfind("\n"))
    if space > room // 2:
        return head[:space].rstrip() + ELLIPSIS
    return _whole_graphemes(text, room) + ELLIPSIS


def _whole_graphemes(text: str, room: int) -> str:
    end = 0
    for match in _GRAPHEME.finditer(text):
        if match.end() > room:
            break
        end = match.end()
    return text[:end]
