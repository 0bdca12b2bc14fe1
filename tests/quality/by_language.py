"""What is kept in each language, and how far that is from English."""

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import chain
from statistics import mean
from typing import Protocol

from tests.quality import facts, instructions, requests
from tests.quality.compare import OURS, WAYS, Case, rows_at
from tests.quality.languages import LANGUAGES, language
from tests.quality.rows import Row

BUDGET = 0.10


class _Maker(Protocol):
    def __call__(self, code: str, seed: int, *, held_out: bool) -> Case: ...


MEASURES: Mapping[str, _Maker] = {
    "planted facts": facts.case_in,
    "standing instructions": instructions.case_in,
    "changed instructions": instructions.changed_in,
    "remarks not taken for instructions": instructions.remarked_in,
    "last open request": requests.case_in,
}
_NAIVE = {name: way for name, way in WAYS.items() if name != OURS}


def rows(seeds: int, measures: Iterable[str] = tuple(MEASURES)) -> list[Row]:
    """Each measure in all languages together, and the difference of each language to English."""
    found: list[Row] = []
    for what in measures:
        for held_out in (False, True):
            kind = "held out" if held_out else "developed"
            measure = f"{what} in {len(LANGUAGES)} languages, {kind}"
            each = {code: _ours(what, code, seeds, held_out=held_out) for code in LANGUAGES}
            cases = [case for code in LANGUAGES for case in _cases(what, code, seeds, held_out=held_out)]
            naive = rows_at(measure, cases, BUDGET, _NAIVE)
            found += [_together(naive[0].measure, [*each.values()]), *naive]
            others = [row for code, row in each.items() if code != "en"]
            apart = tuple(row.mean - each["en"].mean for row in others)
            found.append(
                Row(f"— {what}: less than in English, {kind}, {BUDGET:.0%}", OURS, apart, mean(r.size for r in others))
            )
    return found


def table(seeds: int) -> str:
    """A line for each language: developed phrasings / held-out ones."""
    lines = [f"| language | {' | '.join(MEASURES)} |", f"| --- |{' ---: |' * len(MEASURES)}"]
    for code in LANGUAGES:
        pairs = [
            " / ".join(f"{_ours(what, code, seeds, held_out=held_out).mean:.2f}" for held_out in (False, True))
            for what in MEASURES
        ]
        lines.append(f"| {language(code).name} | {' | '.join(pairs)} |")
    return "\n".join(lines)


def _cases(what: str, code: str, seeds: int, *, held_out: bool) -> list[Case]:
    return [MEASURES[what](code, seed, held_out=held_out) for seed in range(seeds)]


@cache
def _ours(what: str, code: str, seeds: int, *, held_out: bool) -> Row:
    (row,) = rows_at(what, _cases(what, code, seeds, held_out=held_out), BUDGET, {OURS: WAYS[OURS]})
    return row


def _together(measure: str, each: list[Row]) -> Row:
    return Row(
        measure,
        OURS,
        tuple(chain.from_iterable(row.shares for row in each)),
        mean(row.size for row in each),
        sum(row.stale for row in each),
        sum(row.corrected for row in each),
        sum(row.over for row in each),
    )
