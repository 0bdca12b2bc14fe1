"""Planted facts: stated in passing between small talk and noisy tool output, some corrected later."""

import random
from collections.abc import Sequence
from functools import partial

from compactd.domain.messages import Role
from tests.quality import hosts, phrases, phrases_other
from tests.quality.compare import Case, Verdict, row_of_ours, rows_at
from tests.quality.conversations import Fact, Planted, Script, plant
from tests.quality.corrections import CORRECTIONS
from tests.quality.languages import language
from tests.quality.rows import Row
from tests.quality.scoring import score
from tests.quality.spoken import speak

BUDGETS = (0.05, 0.10)
_THIRDS = 3


def rows(seeds: int, budgets: Sequence[float] = BUDGETS) -> list[Row]:
    """A new value counts 1, an old one alone −1. Corrected facts once more by themselves."""
    found: list[Row] = []
    for held_out in (False, True):
        kind = "held out" if held_out else "developed"
        planted = [plant(seed, held_out=held_out) for seed in range(seeds)]
        corrected = [Planted(one.messages, tuple(fact for fact in one.facts if fact.stale)) for one in planted]
        for budget in budgets:
            found += rows_at(f"planted facts, {kind}", [case_of(one) for one in planted], budget)
            found.append(row_of_ours(f"— corrected ones, {kind}", [case_of(one) for one in corrected], budget))
        among = [case_of(among_recorded(seed, held_out=held_out)) for seed in range(seeds)]
        for budget in budgets:
            found += rows_at(f"facts in recorded conversations, {kind}", among, budget)
    return found


def among_recorded(seed: int, *, held_out: bool) -> Planted:
    """Twelve facts of users, two of them corrected, among all that a recorded conversation holds already."""
    rng = random.Random(f"among/{seed}/{held_out}")
    messages = hosts.host(rng)
    script = Script(rng, _THIRDS, held_out=held_out)
    for kind in rng.sample(sorted(phrases.USER), 8):
        script.state(Role.USER, kind, phrases.USER[kind])
    for probe in rng.sample(sorted(phrases_other.PLAIN), 2):
        script.mention("plain", probe, phrases_other.PLAIN[probe])
    for kind in rng.sample(sorted(CORRECTIONS), 2):
        script.correct(kind)
    for line in script.lines:
        hosts.say_within(rng, messages, line.turn, line.text, language("en"))
    return Planted(tuple(messages), tuple(script.facts))


def case_of(planted: Planted) -> Case:
    return Case(planted.messages, partial(verdict_of, planted.facts))


def case_in(code: str, seed: int, *, held_out: bool) -> Case:
    """A conversation in a language with ten facts, two of them corrected."""
    made = speak(code, seed, held_out=held_out)
    return Case(made.messages, partial(verdict_of, made.facts))


def verdict_of(facts: Sequence[Fact], summary: str) -> Verdict:
    found = score(summary, facts)
    return Verdict(found.retention, found.stale, sum(fact.stale is not None for fact in facts))
