"""Lines about what tool calls changed: the first ones by right, others where they have room, the rest counted.

`python -m tests.quality.fit_bounds` prints what is kept by other figures.
"""

import re
from collections import Counter
from collections.abc import Iterator

from compactd.extractive.drafting.draft import Draft
from compactd.extractive.fixed_words import BULLET
from compactd.extractive.importance.outcomes import ARROW, DONE, FAILED, OPEN, OTHERS
from compactd.extractive.importance.sentence_worth import NEVER
from compactd.extractive.page import AND, Section
from compactd.strategies.clip import clip

_SHARE, _FIRST, _MOST = 0.01, 225, 0.25
"""Share of the limit, and code points beside it, that the lines take by right; the share that they take at most."""

_WORTH = 2.0
"""What such a line is worth more than by what it names, where the others have taken that room."""

_MORE = "(…)"
"""One more call of the tool before it, of which nothing is told."""
_COUNTED = re.compile(r"\(…\)(?: ×(\d+))?")

_OTHERS = 160
"""Code points of the line that only counts the calls for which there is no room."""


def add_outcomes(draft: Draft) -> None:
    """What tool calls changed, those with a new identifier first, what failed last, else the latest first. For what is
    told of the others in the end some room is held back."""
    page, sentences = draft.page, draft.facts.sentences
    most = page.size + int(min(page.limit * _SHARE + _FIRST, page.limit * _MOST))
    told: set[str] = set()
    for place in sorted(draft.facts.outcomes, key=lambda at: (_urgency(sentences[at].text), -at)):
        text = draft.said(place)
        if _counted_by(text):
            draft.prefer(place, -NEVER)
        elif text in told:
            draft.leave_out([place])
        elif page.size + len(text) > most or not _take(draft, place, text):
            draft.prefer(place, _WORTH)
        told.add(text)
    _hold_back(draft)


def add_outcome(draft: Draft, place: int) -> bool:
    """One more of them, in the room that is held back for it too. However much like another one it is, it is news."""
    text = draft.said(place)
    if len(text) > draft.page.room + draft.page.held_back:
        return False
    stood = draft.left.pop(place)
    _hold_back(draft)
    if _take(draft, place, text):
        return True
    draft.left[place] = stood
    _hold_back(draft)
    return False


def add_other_outcomes(draft: Draft) -> None:
    """How often which tools changed something else than what the page says."""
    draft.page.held_back = 0
    for opening, at, text in list(_beside(draft)):
        draft.page.add_line(Section.EVENTS, at, text, opening=opening)
    for line in _others(draft):
        # Behind the last call, so that it parts no two that share a line.
        draft.page.add_line(Section.EVENTS, draft.facts.outcomes[-1] + 1, line)
    draft.leave_out(draft.facts.outcomes)


def _take(draft: Draft, place: int, text: str) -> bool:
    """Calls of one tool that follow each other are told on one line."""
    tool, bracket, rest = text.partition("(")
    if not bracket:
        return draft.take([place], Section.EVENTS, text)
    return draft.take([place], Section.EVENTS, f"{bracket}{rest}", opening=tool)


def _hold_back(draft: Draft) -> None:
    beside = sum(len(AND) + len(text) for _, _, text in _beside(draft))
    draft.page.held_back = beside + sum(len(BULLET) + len(line) + 1 for line in _others(draft))


def _beside(draft: Draft) -> Iterator[tuple[str, float, str]]:
    """Of each tool of which the page tells a call how many more there are: how its line begins, the place of the last
    call there, and what goes behind it."""
    for tool, count in _left(draft).items():
        opening = draft.wording.line(tool)
        at = draft.page.last_with(Section.EVENTS, opening)
        if at is not None:
            yield opening, at, f"{_MORE} ×{count}" if count > 1 else _MORE


def _others(draft: Draft) -> Iterator[str]:
    """A line for those of other tools that were done, that failed, and that are open."""
    others: dict[str, Counter[str]] = {opening: Counter() for opening in (DONE, FAILED, OPEN)}
    for tool, count in _left(draft).items():
        if draft.page.last_with(Section.EVENTS, draft.wording.line(tool)) is None:
            opening = next(one for one in others if tool.startswith(one))
            others[opening][tool.removeprefix(opening)] = count
    for opening, counted in others.items():
        if counted:
            names = ", ".join(f"{name} ×{count}" if count > 1 else name for name, count in sorted(counted.items()))
            yield draft.wording.line(f"{OTHERS if opening == DONE else opening}{clip(names, _OTHERS)}")


def _left(draft: Draft) -> Counter[str]:
    """How many calls of each tool the page does not tell, by how a line about one begins."""
    left: Counter[str] = Counter()
    for place in draft.facts.outcomes:
        if place in draft.left:
            text = draft.facts.sentences[place].text
            left[text.partition("(")[0]] += _counted_by(text) or 1
    return left


def _counted_by(outcome: str) -> int:
    """How many calls a line of an earlier summary counts; 0 if it tells one."""
    counted = _COUNTED.fullmatch(outcome, max(0, outcome.find("(")))
    return int(counted[1] or 1) if counted else 0


def _urgency(outcome: str) -> int:
    if outcome.startswith(FAILED):
        return 2
    # An address is long, and the ledger has it.
    return 0 if ARROW in outcome and "://" not in outcome else 1
