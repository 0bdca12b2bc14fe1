"""Prints what summaries keep, of each measure, with the figures by which sentences and values share the room, and with
each of them changed: `python -m tests.quality.fit_room [SEEDS]`.

With `fit` behind it a figure that keeps more in all stays changed while the next ones are tried (a coordinate search),
and what it ends with is printed. Only phrasings that the summarizer was developed with, and of the conversations in
which identifiers are looked for those with an even number, so that what is held out and the odd ones can tell whether
it holds.
"""

import random
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from statistics import mean
from types import ModuleType

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive.drafting import filling, outcomes, reserved
from compactd.extractive.importance import sentence_worth, weights
from compactd.extractive.reading.digest import Digest
from compactd.extractive.reading.reader import Reader
from compactd.extractive.summary import draft_summary
from compactd.strategies.steps import finished
from tests.builders.conversations import RECORDED
from tests.quality import facts, hosts, kits, recorded
from tests.quality.compare import Case, Verdict
from tests.quality.conversations import plant

SEEDS = 10

FIGURES: Mapping[tuple[ModuleType, str], Sequence[float]] = {
    (filling, "_SENTENCE_WORTH"): (1.0, 2.0, 3.0),
    (filling, "_VALUE_WORTH"): (0.6, 0.9, 1.2),
    (filling, "_SENTENCE_POWER"): (0.6, 0.7, 0.8),
    (filling, "_VALUE_POWER"): (0.4, 0.5, 0.6),
    (filling, "_LABEL"): (0.0, 1.0, 2.0),
    (filling, "_CROWDED"): (0.3, 0.4, 0.5),
    (filling, "_CROWDED_SPOKEN"): (0.15, 0.2, 0.25),
    (reserved, "_LAST"): (0.08, 0.12, 0.15),
    (reserved, "_GOALS"): (0.1, 0.15, 0.2, 0.65),
    (outcomes, "_MOST"): (0.15, 0.25, 0.35),
    (sentence_worth, "_VALUE_IN_SENTENCE"): (0.2, 0.5, 0.8),
    (sentence_worth, "_STATES"): (1.2, 1.7, 2.2),
    (sentence_worth, "_MAY_STAND"): (1.0, 2.0, 3.0),
    (sentence_worth, "_OWN_WORD"): (0.8, 1.2, 1.6),
    (sentence_worth, "_SPECIFIC"): (0.0, 0.5, 1.5),
    (sentence_worth, "_OPENING"): (0.0, 1.2, 2.5),
    (weights, "_USER"): (3.6, 4.2, 4.8),
    (weights, "_ASSISTANT"): (2.2, 2.5, 2.8),
    (weights, "_ARGUMENT"): (2.0, 2.5, 3.0),
    (weights, "_RESULT"): (1.5, 2.0, 2.5),
    (weights, "_HANDLE"): (1.2, 1.4, 1.6),
    (weights, "_UNSAID"): (0.2, 0.4, 1.0),
    (weights, "_ARGUED"): (0.15, 0.25, 0.4),
    (weights, "_CROWD"): (0.3, 0.4, 0.5),
    (weights, "_RECENT"): (0.0, 0.2, 0.4),
    (weights, "_RECENT_RESULT"): (0.0, 0.2, 0.4),
}


@dataclass(frozen=True)
class Measured:
    """Conversations at one budget, and what was read of each; `counts` is how much their share counts in all."""

    name: str
    cases: Sequence[Case]
    budget: float
    counts: float
    read: Sequence[Sequence[Digest]]

    def kept(self) -> float:
        return mean(self._kept(case, read) for case, read in zip(self.cases, self.read, strict=True))

    def _kept(self, case: Case, read: Sequence[Digest]) -> float:
        found = case.judge(finished(draft_summary(read, int(case.characters * self.budget))))
        # An old value alone is worse than none.
        return found.share - found.stale / len(self.cases)


def at_budgets(name: str, cases: Sequence[Case], counts: Mapping[float, float]) -> list[Measured]:
    """The same conversations at each budget, with what it counts."""
    read = [finished(Reader().read(case.messages)) for case in cases]
    return [Measured(f"{name}, {budget:.0%}", cases, budget, its, read) for budget, its in counts.items()]


def measured(seeds: int) -> list[Measured]:
    """What is looked for; of recorded conversations only where they are there."""
    planted = [facts.case_of(plant(seed)) for seed in range(seeds)]
    found = at_budgets("planted", planted, {0.05: 1.5, 0.10: 1.5})
    if RECORDED.is_file():
        among = [facts.case_of(facts.among_recorded(seed, held_out=False)) for seed in range(seeds)]
        later = [Case(cut.messages, partial(_share, cut.probes)) for cut in recorded.cuts()]
        spoken = [_identifiers(seed) for seed in range(0, 2 * seeds, 2)]
        found += at_budgets("among recorded", among, {0.10: 1.0})
        found += at_budgets("needed later", later, {0.10: 1.0})
        found += at_budgets("identifiers", spoken, {0.05: 1.0, 0.10: 1.5})
    return found


def _identifiers(seed: int) -> Case:
    messages = tuple(hosts.host(random.Random(f"identifiers/{seed}")))
    return Case(messages, partial(_share, recorded.spoken_identifiers(messages)))


def _share(values: Sequence[str], summary: str) -> Verdict:
    return Verdict(mean(value in summary for value in values))


@cache
def _read_once(said: tuple[tuple[Role, str], ...]) -> Sequence[Digest]:
    return finished(Reader().read([ChatMessage(role=role, content=text) for role, text in said]))


def kit_kept() -> list[float]:
    """Of one session of compaction-conformance-kit, at 10, 20 and 30 %."""

    def way(messages: Sequence[ChatMessage], limit: int) -> str:
        read = _read_once(tuple((message.role, message.text) for message in messages))
        return finished(draft_summary(read, limit))

    return kits.kept_by(way, 0)


def line(name: str, found: Sequence[Measured]) -> tuple[float, str]:
    """All in one figure, and the figures of a line."""
    shares, of_kit = [one.kept() for one in found], kit_kept()
    total = sum(one.counts * share for one, share in zip(found, shares, strict=True)) + 0.4 * sum(of_kit)
    return total, f"{name:<40} {total:>7.3f}  {' '.join(f'{share:.3f}' for share in (*shares, *of_kit))}"


def changed(figure: tuple[ModuleType, str], value: float) -> Callable[[], None]:
    """Changes a figure, and says how to change it back."""
    module, name = figure
    usual = getattr(module, name)
    setattr(module, name, value)
    return partial(setattr, module, name, usual)


def main() -> None:
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    found = measured(numbers[0] if numbers else SEEDS)
    sys.stdout.write(f"{', '.join(one.name for one in found)}, kit at 10, 20 and 30 %\n")
    best, shown = line("as they are", found)
    sys.stdout.write(f"{shown}\n")
    for figure, values in FIGURES.items():
        module, name = figure
        for value in values:
            if value != getattr(module, name):
                back = changed(figure, value)
                total, shown = line(f"{module.__name__.rpartition('.')[2]}.{name} = {value}", found)
                sys.stdout.write(f"{shown}\n")
                if "fit" in sys.argv and total > best:
                    best = total
                else:
                    back()
    if "fit" in sys.argv:
        for module, name in FIGURES:
            sys.stdout.write(f"{module.__name__.rpartition('.')[2]}.{name} = {getattr(module, name)}\n")


if __name__ == "__main__":
    main()
