"""The text of a summary, also where there is no room for sections, or nothing that is worth a line."""

from compactd.domain.messages import Role
from compactd.extractive.drafting.draft import Draft
from compactd.extractive.fixed_words import FixedWord
from compactd.extractive.page import Section
from compactd.strategies.clip import clip

_SMALLEST_PAGE = 80
"""Below so many code points there are no sections, only the values that fit."""


def text_of(draft: Draft) -> str:
    """The summary. Never empty if there is a word to hold and room for a line."""
    if draft.page.limit < _SMALLEST_PAGE:
        return _fragment(draft)
    return draft.page.text() or _anything(draft)


def _fragment(draft: Draft) -> str:
    """What fits without sections: values, else the beginning of something said."""
    taken: list[str] = []
    size = 0
    for _, text in sorted((-weight, text) for text, weight in draft.weights.items()):
        if size + len(text) <= draft.page.limit:
            taken.append(text)
            size += len(text) + 2
    if taken:
        return ", ".join(taken)
    return clip(next(iter(_spoken(draft)), ""), draft.page.limit)


def _anything(draft: Draft) -> str:
    """A line where nothing is worth one: what was said, else that tools were called, else that they answered, else that
    there were messages of which nothing is to be kept, such as a harness's notes."""
    facts, page = draft.facts, draft.page
    room = page.room_in(Section.EVENTS) - 1
    line = next((line for line in _spoken(draft) if any(map(str.isalnum, line))), "")
    if not line and facts.tools:
        line = f"{draft.wording[FixedWord.CALLED]}: {', '.join(facts.tools)}"
    if not line and facts.results:
        line = f"{draft.wording[FixedWord.RESULTS]}: {facts.results}"
    if not line and facts.silent:
        line = f"{draft.wording[FixedWord.SILENT]}: {facts.silent}"
    if line:
        page.add_line(Section.EVENTS, 0, clip(line, room).rstrip(" :："))
    return page.text()


def _spoken(draft: Draft) -> list[str]:
    sentences = enumerate(draft.facts.sentences)
    return [draft.said(place) for place, sentence in sentences if sentence.role is not Role.TOOL]
