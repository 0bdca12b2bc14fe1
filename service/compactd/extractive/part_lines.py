"""The lines of a part, whoever wrote it, with the sections that they stand in."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from compactd.extractive.fixed_words import BULLET
from compactd.extractive.languages import LANGUAGES, Language
from compactd.extractive.page import HEADING, Section

_HEADING = re.compile(r"#{1,6} +(?P<words>.+)|\*\*(?P<bold>[^*]+)\*\*:?$")
# Words of headings as models write them; what is none of these happened.
_SECTIONS: Mapping[str, Section] = {
    "instruction": Section.INSTRUCTIONS,
    "open request": Section.OPEN,
    "goal": Section.GOALS,
    "detail": Section.DETAILS,
    "error": Section.ERRORS,
    "fix": Section.ERRORS,
    "decision": Section.DECISIONS,
    "constraint": Section.DECISIONS,
}
_SHARED = Counter(heading for language in LANGUAGES for heading in language.headings.values())
# By a heading that only one of them has.
_LANGUAGES: Mapping[str, Language] = {
    heading: language for language in LANGUAGES for heading in language.headings.values() if _SHARED[heading] == 1
}
# Headings of summaries in any language.
_HEADINGS: Mapping[str, Section] = {
    heading.casefold(): section for language in LANGUAGES for section, heading in language.headings.items()
}


def lines_of(text: str) -> Iterator[tuple[Section, str]]:
    """The lines that are no headings and not empty, without the space around them."""
    section = Section.EVENTS
    for line in text.splitlines():
        heading = _HEADING.fullmatch(line.strip())
        if heading:
            words = (heading["words"] or heading["bold"]).casefold()
            section = _HEADINGS.get(words) or next(
                (its for word, its in _SECTIONS.items() if word in words), Section.EVENTS
            )
        elif line.strip():
            yield section, line.strip()


def language_of_headings(parts: Sequence[str]) -> Language | None:
    """The language that a heading tells, of the last part that has such a one."""
    for text in reversed(parts):
        for line in text.splitlines():
            if line.startswith(HEADING) and line.removeprefix(HEADING) in _LANGUAGES:
                return _LANGUAGES[line.removeprefix(HEADING)]
    return None


def left_open(parts: Sequence[str]) -> list[str]:
    """What the last of the parts names as open, line by line: what is open still is said again by the next one."""
    return (
        [line.removeprefix(BULLET) for section, line in lines_of(parts[-1]) if section is Section.OPEN] if parts else []
    )
