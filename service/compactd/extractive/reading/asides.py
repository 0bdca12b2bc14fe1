"""Lines by which a harness speaks in a user's message outside of tags: in brackets, under its name, as settings, to the
model about the user; and tags that stand alone."""

import re
from collections.abc import Iterator

from compactd.extractive.reading.identifiers import Kind, classify
from compactd.extractive.reading.speech_names import is_program_note, labels_program

# A sentence in brackets on a line of its own; not a link, a box to tick, or a list of values.
_BRACKETED = re.compile(r"^[ \t]*\[(?=[^\W\d_])[^\[\]\n]{2,400}\][ \t]*$", re.MULTILINE)
# `[hook] …`, `System reminder: …`, with what stands below a line that is nothing else; and a tag without its
# counterpart, which says nothing.
_LABELLED = re.compile(
    r"^[ \t]*(?:\[(?P<label>[^\[\]\n]{2,40})\][ \t]*:?[ \t]+\S.*"
    r"|(?P<name>[^\W\d_][^\n:]*+(?::(?=\w)[^\n:]*+)*+):(?:(?P<said>[ \t]+\S.*)|[ \t]*))$",
    re.MULTILINE,
)
_NAME_LONGEST = 61
"""Code points of a name before a colon that may be a program's: a longer one is a sentence."""

_BELOW = re.compile(r"(?:\n[ \t]*\S[^\n]{0,1000}){1,20}")
# Where a message came from and when: `[Telegram Ana 2026-04-01 09:00] …`.
_STAMPED = re.compile(r"^[ \t]*\[[^\[\]\n]{0,80}?\d{1,2}:\d\d[^\[\]\n]{0,40}\]", re.MULTILINE)
_LONE_TAG = re.compile(r"^[ \t]*</?[^\W\d_][\w:.-]{0,80}+(?:\s[^<>\n]{0,300})?>[ \t]*$", re.MULTILINE)
_WORDS_OF_SENTENCE = 3
_CHARACTERS_OF_SENTENCE = 6
# Nobody speaks so of oneself.
_ABOUT_USER = re.compile(
    r"^[^\n]*?\b(?:the user (?:\w+ )?(?:asks|tells|wants|requests) you\b"
    r"|(?:mention|reveal) [^.\n]{0,40}\bto the user\b)[^\n]*$",
    re.MULTILINE | re.IGNORECASE,
)
_SETTING = re.compile(r"[ \t]*(?:[-*][ \t])?[^\W\d][\w .-]{0,39}:(?:[ \t]+(\S[^\n]{0,300}))?[ \t]*")
_FRONT_MATTER = re.compile(r"\s*(---|\+\+\+)[ \t]*\n(?:(?!\1)[^\n]{0,400}\n){1,40}\1[ \t]*(?:\n|\Z)")
_MACHINE_KINDS = (Kind.PATH, Kind.URL, Kind.HASH, Kind.VERSION, Kind.HOST)
_STAMP = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d|\d{10,13}\Z")
_STATES = frozenset(("true", "false", "null", "none", "on", "off"))
_SETTINGS_AT_MOST = 40
"""Lines of a paragraph of settings."""


def asides_of(text: str) -> list[tuple[int, int]]:
    """Where they stand, in order."""
    places = [*_settings_of(text)]
    if "[" in text:
        places += [match.span() for match in _STAMPED.finditer(text)]
        places += [match.span() for match in _BRACKETED.finditer(text) if _is_sentence(match.group())]
    if ":" in text or "[" in text:
        places += _labelled_in(text)
    if "<" in text:
        places += [match.span() for match in _LONE_TAG.finditer(text)]
    if "the user" in text:
        places += [match.span() for match in _ABOUT_USER.finditer(text)]
    found: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if not found or start >= found[-1][1]:
            found.append((start, end))
    return found


def without_asides(text: str) -> str:
    """The text between them."""
    pieces: list[str] = []
    at = 0
    for start, end in asides_of(text):
        pieces.append(text[at:start])
        at = end
    return "\n".join((*pieces, text[at:]))


def _is_sentence(bracketed: str) -> bool:
    words = bracketed.strip("[] \t").split()
    return len(words) >= _WORDS_OF_SENTENCE or (
        not bracketed.isascii() and len(bracketed.strip()) > _CHARACTERS_OF_SENTENCE
    )


def _labelled_in(text: str) -> Iterator[tuple[int, int]]:
    """Lines under the label of a program; a name alone on its line has what stands below it."""
    for line in _LABELLED.finditer(text):
        if line["label"]:
            if labels_program(line["label"]):
                yield line.span()
        elif len(line["name"]) <= _NAME_LONGEST and is_program_note(line["name"]):
            below = None if line["said"] else _BELOW.match(text, line.end())
            if line["said"] or below:
                yield line.start(), (below or line).end()


def _settings_of(text: str) -> Iterator[tuple[int, int]]:
    """The first paragraph and the last one, where each is settings that a program made."""
    if ":" not in text:
        return
    matter = _FRONT_MATTER.match(text)
    if matter:
        yield matter.span()
    start = len(text) - len(text.lstrip())
    end = text.find("\n\n", start)
    if end < 0:
        if not matter and _are_settings(text[start:].rstrip()):
            yield start, len(text)
    else:
        if not matter and _are_settings(text[start:end]):
            yield start, end
        last = text.rstrip()
        first = last.rfind("\n\n")
        if first >= end and _are_settings(last[first:].strip("\n")):
            yield first, len(last)


def _are_settings(paragraph: str) -> bool:
    """Whether each of two lines or more is `key: value`, and most values are a program's: paths, addresses, states,
    stamps of time. Dates and amounts are people's."""
    lines = paragraph.split("\n", _SETTINGS_AT_MOST)
    if not 1 < len(lines) <= _SETTINGS_AT_MOST:
        return False
    made = 0
    for line in lines:
        setting = _SETTING.fullmatch(line)
        if setting is None:
            return False
        value = (setting[1] or "").strip()
        kind = classify(value)[1] if value and " " not in value else None
        made += kind in _MACHINE_KINDS or value.casefold() in _STATES or _STAMP.match(value) is not None
    return made * 2 > len(lines)
