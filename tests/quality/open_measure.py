"""What of the open requests is named, and what of the done ones is not, by the section of what is open alone: nothing
else of a summary is drafted, and what is read of each conversation is read once."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

from compactd.extractive.drafting.draft import Draft
from compactd.extractive.drafting.reserved import add_open_request, find_instructions
from compactd.extractive.importance.corrections.corrections import find_corrections
from compactd.extractive.importance.corrections.plain_corrections import correct_plainly
from compactd.extractive.importance.corrections.restatements import find_restatements
from compactd.extractive.importance.corrections.takebacks import join_takebacks
from compactd.extractive.importance.facts import Facts
from compactd.extractive.importance.gathering import gather_facts
from compactd.extractive.importance.repetition import Earlier
from compactd.extractive.reading.reader import Reader
from compactd.strategies.steps import finished
from tests.quality import endings, requests
from tests.quality.compare import Case
from tests.quality.languages import LANGUAGES, language, marks

BUDGET = 0.10
SEEDS, SEEDS_A_LANGUAGE = 12, 3
SEEN = ("developed", "other", "kinds", "more")
UNSEEN = ("checked", "other_checked", "kinds_checked")
"""The sets of ends of conversations that a value is chosen by; and those that only tell whether it holds."""


@dataclass(frozen=True, slots=True)
class Read:
    """A conversation, and what is known of it when its open request is looked for."""

    case: Case
    facts: Facts
    replaced: Mapping[str, str]

    def share(self) -> float:
        """Of what is looked for in the section, the share that is there."""
        draft = Draft(self.facts, {}, self.replaced, Earlier(""), int(self.case.characters * BUDGET))
        given = finished(find_instructions(draft))
        add_open_request(draft, given)
        return self.case.judge(draft.page.text()).share


ROUNDS = 4
"""Rounds of small talk at most that follow what is open."""

OPEN_COUNTS = 3
"""How often what is open and named counts, for what is done and not: who takes an open request for done loses it."""


class OpenRequests:
    """All of them, read. What is kept is a mean of two shares: of the conversations in which something is open, some of
    them with small talk behind that, and of those in which nothing is."""

    def __init__(self) -> None:
        english = requests.cases(SEEDS, held_out=False)
        spoken = [
            requests.case_in(code, seed, held_out=False) for code in LANGUAGES for seed in range(SEEDS_A_LANGUAGE)
        ]
        ends_open, ends_done = _ends(SEEN)
        self._open = _read([*ends_open, *_talked_on(), *english[requests.LAST], *spoken])
        self._done = _read([*ends_done, *english[requests.FINISHED], *english[requests.NOTHING]])
        self._unseen: Sequence[Sequence[Read]] = ()

    def __call__(self) -> float:
        """What is kept of the sets that a value is chosen by."""
        return _kept(self._open, self._done)

    def unseen(self) -> float:
        """What is kept of the others."""
        self._unseen = self._unseen or [_read(its) for its in _ends(UNSEEN)]
        return _kept(*self._unseen)


def _ends(names: Iterable[str]) -> tuple[list[Case], list[Case]]:
    """The ends of conversations of all these sets in which something is open, and those in which nothing is."""
    sets = [endings.cases(name) for name in names]
    return [case for left, _ in sets for case in left], [case for _, done in sets for case in done]


def _talked_on() -> list[Case]:
    """Every third one in which something is open, followed by one to four rounds of small talk while it stays so."""
    found = []
    for code in LANGUAGES:
        spoken = language(code)
        left = [turns for name in SEEN for turns in endings.turns_of(code, name) if marks(" ".join(turns))]
        for at, turns in enumerate(left[::3]):
            rng = random.Random(f"small talk/{code}/{at}")
            # The assistant is at it still; whoever spoke last does not speak again.
            talk = [line for _ in range(1 + at % ROUNDS) for line in (spoken.assistant[5], rng.choice(spoken.user[1:]))]
            found.append(endings.case_of(code, at, [*turns, *(talk[1:] if len(turns) % 2 == 0 else talk)]))
    return found


def _kept(left: Sequence[Read], done: Sequence[Read]) -> float:
    return (OPEN_COUNTS * mean(read.share() for read in left) + mean(read.share() for read in done)) / (1 + OPEN_COUNTS)


def _read(cases: Iterable[Case]) -> Sequence[Read]:
    return [_gathered(case) for case in cases]


def _gathered(case: Case) -> Read:
    facts = finished(gather_facts(finished(Reader().read(case.messages))))
    join_takebacks(facts.sentences)
    finished(correct_plainly(facts.sentences))
    _, restated = finished(find_restatements(facts))
    return Read(case, facts, restated | finished(find_corrections(facts)))
