"""Summaries without a model: sentences that matter, and a ledger of the identifiers that no sentence holds."""

from collections.abc import Sequence

from compactd.domain.messages import ChatMessage
from compactd.extractive.drafting.answers import put_answers
from compactd.extractive.drafting.draft import Draft
from compactd.extractive.drafting.filling import Filling
from compactd.extractive.drafting.outcomes import add_other_outcomes
from compactd.extractive.drafting.report import add_report
from compactd.extractive.drafting.reserved import add_reserved
from compactd.extractive.drafting.spare_room import fill_spare_room
from compactd.extractive.drafting.summary_text import text_of
from compactd.extractive.importance.corrections.corrections import find_corrections
from compactd.extractive.importance.corrections.named_beside import said_beside
from compactd.extractive.importance.corrections.outdated import outdated_by
from compactd.extractive.importance.corrections.plain_corrections import correct_plainly
from compactd.extractive.importance.corrections.restatements import find_restatements
from compactd.extractive.importance.corrections.takebacks import join_takebacks
from compactd.extractive.importance.gathering import gather_facts
from compactd.extractive.importance.repetition import Earlier
from compactd.extractive.importance.weights import weigh_values
from compactd.extractive.part_lines import language_of_headings, left_open
from compactd.extractive.reading.digest import Digest
from compactd.extractive.reading.reader import Reader
from compactd.strategies.steps import Steps, finished

_PER_TOKEN = 4
"""Code points that a token stands for, about, in English text."""


def default_limit(characters: int, tokens: int = 0) -> int:
    """The size in code points of a summary of messages that have so many `characters` and take so many `tokens`: a
    tenth of what is freed, but at least 600 or half of the characters.

    Text has a character for each token at least: what is beyond (images, files, audio) is freed too, and what was said
    about it may be all that is left of it.
    """
    freed = characters + max(0, tokens - characters) * _PER_TOKEN
    return max(freed // 10, min(600, characters // 2))


def summarize(messages: Sequence[ChatMessage], limit: int, earlier: Sequence[str] = ()) -> str:
    """A summary of at most `limit` code points, the same for the same input.

    `earlier` are the parts before it; what stands in them is not repeated. From 80 code points on it is empty only if
    the messages hold no word. Raises nothing.
    """
    return finished(draft_summary(finished(Reader().read(messages)), limit, earlier))


def draft_summary(digests: Sequence[Digest], limit: int, earlier: Sequence[str] = ()) -> Steps[str]:
    """What summarize does with messages that were read already."""
    facts = yield from gather_facts(digests, left_open(earlier))
    join_takebacks(facts.sentences)
    yield from correct_plainly(facts.sentences)
    restated, now = yield from find_restatements(facts)
    replaced = now | (yield from find_corrections(facts))
    before = Earlier("\n".join(earlier))
    weights = yield from weigh_values(facts, before, replaced)
    draft = Draft(facts, weights, replaced, before, limit, language_of_headings(earlier))
    yield from draft.weigh_sentences()
    draft.leave_out(restated)
    beside = yield from said_beside(facts, replaced)
    draft.put_into_place(beside.instead | (yield from outdated_by(facts, replaced)))
    draft.read_with(beside)
    draft.leave_out(facts.mended)
    yield from add_reserved(draft)
    put_answers(draft)
    add_report(draft)
    yield
    filling = Filling(draft)
    yield from filling.fill()
    add_other_outcomes(draft)
    yield from fill_spare_room(draft)
    yield from filling.fill_gaps()
    yield
    return text_of(draft)
