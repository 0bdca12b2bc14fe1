"""What is kept in each language, and how far that is from English."""

from collections.abc import Callable
from functools import partial
from itertools import chain
from statistics import mean

from tests.quality.compare import Case, Verdict, row_of_ours, rows_at
from tests.quality.facts import verdict_of
from tests.quality.instructions import share_of
from tests.quality.languages import LANGUAGES, language
from tests.quality.rows import Row
from tests.quality.spoken import Spoken, speak

BUDGET = 0.10


def rows(seeds: int) -> list[Row]:
    """Facts and instructions in all languages together, and the difference of each to English."""
    found: list[Row] = []
    for what, judge in JUDGES.items():
        for held_out in (False, True):
            kind = "held out" if held_out else "developed"
            cases = {code: cases_in(code, seeds, judge, held_out=held_out) for code in LANGUAGES}
            found += rows_at(f"{what} in {len(LANGUAGES)} languages, {kind}", [*chain(*cases.values())], BUDGET)
            english = row_of_ours("en", cases["en"], BUDGET)
            others = [row_of_ours(code, cases[code], BUDGET) for code in LANGUAGES if code != "en"]
            apart = tuple(other.mean - english.mean for other in others)
            measure = f"— {what}: less than in English, {kind}, {BUDGET:.0%}"
            found.append(Row(measure, english.way, apart, mean(other.size for other in others)))
    return found


def table(seeds: int) -> str:
    """A line for each language."""
    lines = ["| language | facts, developed | facts, held out | instructions, developed | instructions, held out |"]
    lines.append("| --- | ---: | ---: | ---: | ---: |")
    for code in LANGUAGES:
        means = [
            row_of_ours(code, cases_in(code, seeds, judge, held_out=held_out), BUDGET).mean
            for judge in JUDGES.values()
            for held_out in (False, True)
        ]
        lines.append(f"| {language(code).name} | {' | '.join(f'{share:.2f}' for share in means)} |")
    return "\n".join(lines)


def cases_in(code: str, seeds: int, judge: Callable[[Spoken, str], Verdict], *, held_out: bool) -> list[Case]:
    made = [speak(code, seed, held_out=held_out) for seed in range(seeds)]
    return [Case(one.messages, partial(judge, one)) for one in made]


def of_facts(spoken: Spoken, summary: str) -> Verdict:
    return verdict_of(spoken.facts, summary)


def of_instructions(spoken: Spoken, summary: str) -> Verdict:
    return Verdict(share_of(spoken.instructions, summary))


JUDGES = {"planted facts": of_facts, "standing instructions": of_instructions}
