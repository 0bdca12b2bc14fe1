"""A section of identifiers that a summary would not hold otherwise, whoever wrote it."""

from collections.abc import Iterable, Sequence

from compactd.extractive.drafting.draft import said_by_users
from compactd.extractive.fixed_words import FixedWord
from compactd.extractive.importance.corrections.corrections import find_corrections, holds_old_value
from compactd.extractive.importance.gathering import gather_facts
from compactd.extractive.importance.repetition import Earlier
from compactd.extractive.importance.weights import weigh_values
from compactd.extractive.languages.choice import language_of
from compactd.extractive.ledger.listed_values import is_nameless, label_of
from compactd.extractive.ledger.values_in_text import SearchedText
from compactd.extractive.page import HEADING
from compactd.extractive.part_lines import language_of_headings
from compactd.extractive.reading.digest import Digest
from compactd.extractive.value_line import Label, ValueLine
from compactd.extractive.wording import Wording
from compactd.strategies.clip import clip
from compactd.strategies.steps import A_STEP, Steps
from compactd.strategies.summary_parts import JOINT

SHARE_OF_LEDGER = 4
"""The section takes one of so many parts of a summary's limit at most."""

_LEAST_WEIGHT = 0.5
"""Below it a value is left out even where there is room."""


def with_ledger(
    text: str, digests: Iterable[Digest], limit: int, earlier: Sequence[str] = (), *, cut: bool
) -> Steps[str]:
    """The text with a section behind it, together at most `limit` code points if the text alone has no more, or is to
    be `cut`: else the section takes what room is left, and nothing if there is none. `earlier` are the parts before
    it, whose identifiers are not listed."""
    room = limit // SHARE_OF_LEDGER
    beginning = clip(text, limit - room) if cut else text
    room = min(room, limit - len(beginning)) - len(JOINT)
    section = yield from ledger_section(digests, JOINT.join((*earlier, beginning)), room)
    if not section:
        return text
    return f"{clip(text, limit - len(JOINT) - len(section)) if cut else text}{JOINT}{section}"


def ledger_section(digests: Iterable[Digest], summary: str, room: int) -> Steps[str]:
    """At most `room` code points, of which a heading is one line and every kind or label another; empty where nothing
    fits, or the summary holds everything. A value that was corrected since is not listed."""
    facts = yield from gather_facts(digests)
    replaced = yield from find_corrections(facts)
    weights = yield from weigh_values(facts, Earlier(""), replaced)
    ranked = yield from _ranked(weights)
    shown = SearchedText(summary)
    wording = Wording(language_of(said_by_users(facts), language_of_headings([summary])))
    title = wording[FixedWord.IDENTIFIERS]
    room -= len(HEADING) + len(title)
    lines: dict[Label, ValueLine] = {}
    for number, value in enumerate(ranked):
        if number % A_STEP == 0:
            yield
        label = label_of(facts.values[value], wording)
        cost = (lines.get(label) or ValueLine(label)).cost_of(value)
        if cost > room or is_nameless(facts.values[value]) or holds_old_value(value, replaced) or value in shown:
            continue
        lines.setdefault(label, ValueLine(label)).add(value)
        room -= cost
    if not lines:
        return ""
    return "\n".join([f"{HEADING}{title}", *(line.text for line in lines.values())])


def _ranked(weights: dict[str, float]) -> Steps[list[str]]:
    """The best for its length first; equals in the order in which they were named."""
    ranked: list[tuple[float, int, str]] = []
    for number, (value, weight) in enumerate(weights.items()):
        if weight >= _LEAST_WEIGHT:
            ranked.append((-weight / (len(value) + 6) ** 0.6, number, value))
        if number % A_STEP == 0:
            yield
    ranked.sort()
    return [value for _, _, value in ranked]
