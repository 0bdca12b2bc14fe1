"""Summaries without a model: sentences that matter, and a ledger of the identifiers that no sentence holds."""

from collections.abc import Generator, Sequence

from compactd.domain.messages import ChatMessage
from compactd.extractive.corrections import find_corrections
from compactd.extractive.draft import Draft
from compactd.extractive.facts import STEP, gather_facts
from compactd.extractive.weights import weigh_values

_SENTENCES = 0.26
"""Share of the limit that sentences may take before the ledger is written. A value costs fewer characters in the ledger
than in its sentence; what a sentence adds are the words around it."""

_FURTHER, _SHORT = 0.3, 1000
"""Share of what a limit has beyond so many code points that they have in any case, whatever the goal, the outcomes and
the last instructions took."""


def default_limit(characters: int) -> int:
    """The size of a summary of so many evicted characters: a tenth, but at least 600 or half of them."""
    return max(characters // 10, min(600, characters // 2))


def summarize(messages: Sequence[ChatMessage], limit: int, earlier: Sequence[str] = ()) -> str:
    """A summary of at most `limit` code points, the same for the same input.

    `earlier` are the parts before it; what stands in them is not repeated. From 80 code points on it is empty only if
    the messages hold no word. Raises nothing.
    """
    work = summary_in_steps(messages, limit, earlier)
    summary = advance(work)
    while summary is None:
        summary = advance(work)
    return summary


def advance(work: Generator[None, None, str]) -> str | None:
    """Does the next step of the work; gives the summary if that was the last one, else None."""
    try:
        next(work)
    except StopIteration as finished:
        return str(finished.value)
    return None


def summary_in_steps(
    messages: Sequence[ChatMessage], limit: int, earlier: Sequence[str] = ()
) -> Generator[None, None, str]:
    """Does what summarize does, in steps: one for each STEP of text that is read, and where there were several, one to
    weigh and one to choose."""
    small = sum(message.characters for message in messages) < STEP
    facts = yield from gather_facts(messages)
    if not small:
        yield
    replaced = find_corrections(facts.sentences)
    before = "\n".join(earlier)
    draft = Draft(facts, weigh_values(facts, before, replaced), replaced, before, limit)
    draft.add_goal()
    draft.add_last_instructions()
    draft.add_outcomes()
    draft.add_sentences(max(int(limit * _SENTENCES), draft.size + int((limit - _SHORT) * _FURTHER)))
    if not small:
        yield
    draft.add_values()
    draft.add_sentences(limit)
    return draft.text()
