"""Summaries without a model: sentences that matter, and a ledger of the identifiers that no sentence holds."""

from collections.abc import Sequence

from compactd.domain.messages import ChatMessage
from compactd.extractive.draft import Draft
from compactd.extractive.importance.corrections import find_corrections
from compactd.extractive.importance.facts import gather_facts
from compactd.extractive.importance.plain_corrections import correct_plainly
from compactd.extractive.importance.repetition import Earlier
from compactd.extractive.importance.restatements import find_restatements
from compactd.extractive.importance.weights import weigh_values
from compactd.extractive.part_lines import language_of_headings, left_open
from compactd.extractive.reading.digest import Digest
from compactd.extractive.reading.reader import Reader
from compactd.strategies.steps import Steps, finished

_SENTENCES = 0.26
"""Share of the limit that sentences may take before the ledger is written. A value costs fewer characters in the ledger
than in its sentence; what a sentence adds are the words around it."""

_FURTHER, _SHORT = 0.3, 1000
"""Share of what a limit has beyond so many code points that they have in any case, whatever the goal, the outcomes and
the last instructions took."""


_FIRST_WORTH, _FIRST_WORTH_SHORT = 1.2, 1.8
"""What a value has to be worth to be listed before all else that was said: in a summary of a tenth of the characters
and more, and in one of a twentieth and less. `python -m tests.quality.first_values` prints what is kept by others."""
_LONG, _SHORT_SHARE = 0.1, 0.05

_PER_TOKEN = 4
"""Code points that a token stands for, about, in English text."""


_ANYTHING = 0.0
"""What a sentence is worth at least that is only added where room is left over."""


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
    correct_plainly(facts.sentences)
    restated, now = yield from find_restatements(facts)
    replaced = now | (yield from find_corrections(facts))
    before = Earlier("\n".join(earlier))
    weights = yield from weigh_values(facts, before, replaced)
    draft = Draft(facts, weights, replaced, before, limit, language_of_headings(earlier))
    yield from draft.weigh_sentences()
    draft.leave_out(restated)
    draft.add_open_request()
    draft.add_instructions()
    draft.add_goals()
    draft.add_last_instructions()
    draft.add_outcomes()
    yield
    further = draft.size + int((limit - _SHORT) * _FURTHER)
    yield from draft.add_sentences(max(int(limit * _SENTENCES), further))
    yield from draft.add_values(first_worth(limit / max(1, sum(digest.characters for digest in digests))))
    yield from draft.add_sentences(limit)
    yield from draft.add_values()
    yield from draft.add_rest()
    return draft.text()


def first_worth(share: float) -> float:
    """The less room there is, as a `share` of the characters, the fewer of the values that nobody spoke of come before
    what was said."""
    shortness = min(1.0, max(0.0, (_LONG - share) / (_LONG - _SHORT_SHARE)))
    return _FIRST_WORTH + (_FIRST_WORTH_SHORT - _FIRST_WORTH) * shortness
