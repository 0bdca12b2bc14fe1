"""How much summaries keep of what sentences and values share the room for: facts, instructions, last decisions, values
that later calls need, identifiers.

Only phrasings that the summarizer was developed with, and of the conversations in which identifiers are looked for
those with an even number, so that what is held out and the odd ones can tell whether it holds.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from statistics import mean

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive.reading.digest import Digest
from compactd.extractive.reading.reader import Reader
from compactd.extractive.summary import default_limit, draft_summary
from compactd.strategies.steps import finished
from tests.builders.conversations import RECORDED
from tests.quality import facts, hosts, instructions, kits, recorded
from tests.quality.compare import Case, Verdict
from tests.quality.conversations import plant
from tests.quality.languages import LANGUAGES

SEEDS = 8
KIT_COUNTS = 1.2


@dataclass(frozen=True, slots=True)
class Measured:
    """Conversations with the limit of each, and what was read of it; `counts` is how much their share counts in all."""

    cases: Sequence[Case]
    limits: Sequence[int]
    counts: float
    read: Sequence[Sequence[Digest]]

    def kept(self) -> float:
        return mean(map(self._kept, self.cases, self.limits, self.read))

    def _kept(self, case: Case, limit: int, read: Sequence[Digest]) -> float:
        found = case.judge(finished(draft_summary(read, limit)))
        # An old value alone is worse than none.
        return found.share - found.stale / len(self.cases)


class Room:
    """All that is looked for, read once; of recorded conversations only where they are there."""

    def __init__(self) -> None:
        self._seen = _measured(range(SEEDS), range(0, 2 * SEEDS, 2))
        self._unseen: Sequence[Measured] = ()

    def __call__(self) -> float:
        """What is kept of all that a value is chosen by."""
        return _all_of(self._seen, mean(_kit_kept(0)))

    def unseen(self) -> float:
        """What is kept of other conversations, which no value is chosen by."""
        self._unseen = self._unseen or _measured(range(100, 100 + SEEDS), range(1, 2 * SEEDS, 2))
        return _all_of(self._unseen, mean(_kit_kept(1)))


def _all_of(found: Sequence[Measured], of_kit: float) -> float:
    total = sum(one.counts * one.kept() for one in found) + KIT_COUNTS * of_kit
    return total / (sum(one.counts for one in found) + KIT_COUNTS)


def _at_budgets(cases: Sequence[Case], counts: Mapping[float, float]) -> list[Measured]:
    """The same conversations at each budget, with what it counts."""
    read = _read(cases)
    return [
        Measured(cases, [int(case.characters * budget) for case in cases], its, read) for budget, its in counts.items()
    ]


def _by_default(cases: Sequence[Case]) -> Measured:
    """At the limit that a server takes where none is given: more than a tenth of what is short."""
    return Measured(cases, [default_limit(case.characters) for case in cases], 1.0, _read(cases))


def _read(cases: Sequence[Case]) -> Sequence[Sequence[Digest]]:
    return [finished(Reader().read(case.messages)) for case in cases]


def _measured(seeds: Sequence[int], hosts_of: Sequence[int]) -> list[Measured]:
    found = _at_budgets([facts.case_of(plant(seed)) for seed in seeds], {0.05: 1.5, 0.10: 1.5})
    spoken = [facts.case_in(code, seeds[0], held_out=False) for code in LANGUAGES]
    found += _at_budgets(spoken, {0.10: 1.0})
    found += _at_budgets([instructions.case_in("en", seed, held_out=False) for seed in seeds], {0.05: 1.0, 0.10: 1.0})
    if RECORDED.is_file():
        among = [facts.case_of(facts.among_recorded(seed, held_out=False)) for seed in seeds]
        found += _at_budgets(among, {0.10: 1.0})
        found += _at_budgets([_probed(cut) for cut in recorded.cuts()], {0.10: 1.0})
        found.append(_by_default([_probed(cut) for cut in recorded.last_decisions()]))
        found += _at_budgets([_identifiers(seed) for seed in hosts_of], {0.05: 1.0, 0.10: 1.5})
    return found


def _probed(cut: recorded.Cut) -> Case:
    return Case(cut.messages, partial(_share, cut.probes))


def _identifiers(seed: int) -> Case:
    messages = tuple(hosts.host(random.Random(f"identifiers/{seed}")))
    return Case(messages, partial(_share, recorded.spoken_identifiers(messages)))


def _share(values: Sequence[str], summary: str) -> Verdict:
    return Verdict(mean(value in summary for value in values))


@cache
def _read_once(said: tuple[tuple[Role, str], ...]) -> Sequence[Digest]:
    return finished(Reader().read([ChatMessage(role=role, content=text) for role, text in said]))


def _kit_kept(seed: int) -> list[float]:
    """Of one session of compaction-conformance-kit, at 10, 20 and 30 %."""

    def way(messages: Sequence[ChatMessage], limit: int) -> str:
        read = _read_once(tuple((message.role, message.text) for message in messages))
        return finished(draft_summary(read, limit))

    return kits.kept_by(way, seed)
