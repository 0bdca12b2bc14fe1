"""What `make quality` writes into docs/: the table, and two pictures."""

from collections.abc import Sequence
from functools import partial

from compactd.extractive import default_limit, merge, summarize
from tests.load.page import write_measured
from tests.load.processes import ROOT
from tests.quality import by_language, facts, goals, instructions
from tests.quality.compare import OURS, WAYS, rows_at
from tests.quality.conversations import Fact, plant
from tests.quality.picture import line_chart
from tests.quality.rows import Row, markdown
from tests.quality.scoring import score

DOCS = ROOT / "docs"
PAGE = DOCS / "quality.md"
BEGIN = "<!-- made by make quality -->\n"

_BUDGETS = (0.05, 0.10, 0.20, 0.30)
_ROUNDS = 10


def write(rows: Sequence[Row], seeds: int) -> None:
    """The page's table, the table of languages and both pictures."""
    blocks = ["### Goals", goals.table(rows), "### Everything", markdown(rows), "### By language"]
    write_measured("\n\n".join([*blocks, by_language.table(seeds)]), PAGE, BEGIN)
    (DOCS / "quality-by-budget.svg").write_text(by_budget(seeds), encoding="utf-8")
    (DOCS / "quality-by-round.svg").write_text(by_round(seeds), encoding="utf-8")


def by_budget(seeds: int) -> str:
    """Held-out phrasings: planted facts in all ways, standing instructions in ours."""
    cases = [facts.case_of(plant(seed, held_out=True)) for seed in range(seeds)]
    told = instructions.cases(seeds, held_out=True)
    lines: dict[str, list[float]] = {f"facts: {name}": [] for name in WAYS}
    lines[f"instructions: {OURS}"] = []
    for budget in _BUDGETS:
        for row in rows_at("facts", cases, budget):
            lines[f"facts: {row.way}"].append(row.mean)
        lines[f"instructions: {OURS}"].append(rows_at("instructions", told, budget, {OURS: summarize})[0].mean)
    return line_chart("Kept, by size of the summary", "summary, as a share of the characters", _ticks(), lines)


def _ticks() -> list[str]:
    return [f"{budget:.0%}" for budget in _BUDGETS]


def by_round(seeds: int) -> str:
    """Facts of all rounds so far: a part for each round, one summary that is merged each round, and its last words."""
    lines: dict[str, list[float]] = {"a part per round": [], "merged into one": [], "last characters": []}
    made = [[plant(1000 * seed + number, held_out=True) for number in range(_ROUNDS)] for seed in range(seeds)]
    parts: list[list[str]] = [[] for _ in made]
    merged = ["" for _ in made]
    for number in range(_ROUNDS):
        kept = [[0.0, 0.0, 0.0] for _ in made]
        for seed, rounds in enumerate(made):
            one, facts_so_far = rounds[number], [fact for past in rounds[: number + 1] for fact in past.facts]
            limit = default_limit(one.characters)
            parts[seed].append(summarize(one.messages, limit, parts[seed]))
            merged[seed] = merge([merged[seed], parts[seed][-1]], limit)
            said = [message for past in rounds[: number + 1] for message in past.messages]
            last = WAYS["last characters"](said, limit * (number + 1))
            share = partial(_kept, facts_so_far)
            kept[seed] = [share("\n\n".join(parts[seed])), share(merged[seed]), share(last)]
        for name, column in zip(lines, zip(*kept, strict=True), strict=True):
            lines[name].append(sum(column) / len(column))
    ticks = [str(number + 1) for number in range(_ROUNDS)]
    return line_chart("Kept after so many rounds of compaction", "rounds", ticks, lines)


def _kept(facts_so_far: Sequence[Fact], text: str) -> float:
    return score(text, facts_so_far).retention
