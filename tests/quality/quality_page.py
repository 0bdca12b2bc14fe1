"""What `make quality` writes into docs/: the table, and two pictures."""

import asyncio
from collections.abc import Sequence
from statistics import mean

from compactd.extractive import default_limit, merge, summarize
from tests.load.page import write_measured
from tests.load.processes import ROOT
from tests.quality import by_language, facts, goals, instructions
from tests.quality.compare import OURS, WAYS, rows_at
from tests.quality.conversations import Planted, plant
from tests.quality.picture import line_chart
from tests.quality.rows import Row, markdown
from tests.quality.scoring import last_characters, score
from tests.quality.served import Summarizer, add, begin, compacted, served

DOCS = ROOT / "docs"
PAGE = DOCS / "quality.md"
BEGIN = "<!-- made by make quality -->\n"

_BUDGETS = (0.05, 0.10, 0.20, 0.30)
_ROUNDS, _ROUND_BUDGET = 10, 0.05
_ROUND_SEEDS = 3
"""At most: each is twenty compactions by a server, of about 350,000 code points."""

_NAMES = {Summarizer.EMBEDDED: OURS, Summarizer.MODEL: "a model that extracts"}
_NAIVE = ("merged each time", "last characters")


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
    """Facts of all rounds so far, within one limit: parts of a server, by either summarizer, and the naive ways."""
    lines: dict[str, list[list[float]]] = {}
    for seed in range(min(seeds, _ROUND_SEEDS)):
        for name, shares in {**asyncio.run(_served(seed)), **_naive(seed)}.items():
            lines.setdefault(name, []).append(shares)
    means = {name: [mean(column) for column in zip(*shares, strict=True)] for name, shares in lines.items()}
    ticks = [str(number + 1) for number in range(_ROUNDS)]
    return line_chart("Kept after so many rounds, within one limit", "rounds", ticks, means)


def _rounds(seed: int) -> tuple[list[Planted], int]:
    """Ten conversations, one after the other, and the limit: 5 % of the characters of all."""
    made = [plant(1000 * seed + number, held_out=True) for number in range(_ROUNDS)]
    return made, int(sum(one.characters for one in made) * _ROUND_BUDGET)


async def _served(seed: int) -> dict[str, list[float]]:
    made, limit = _rounds(seed)
    found: dict[str, list[float]] = {}
    async with served() as (client, _):
        for summarizer in Summarizer:
            conversation, shares = await begin(client, summarizer), found.setdefault(_NAMES[summarizer], [])
            for number, one in enumerate(made):
                await add(client, conversation, one.messages)
                summary = (await compacted(client, conversation, limit)).summary
                shares.append(_kept(made[: number + 1], summary))
    return found


def _naive(seed: int) -> dict[str, list[float]]:
    """One summary of everything that is merged each time, and the end of the text."""
    made, limit = _rounds(seed)
    found: dict[str, list[float]] = {name: [] for name in _NAIVE}
    merged = ""
    for number, one in enumerate(made):
        merged = merge([merged, summarize(one.messages, default_limit(one.characters))], limit)
        said = [message for past in made[: number + 1] for message in past.messages]
        for name, text in zip(_NAIVE, (merged, last_characters(said, limit)), strict=True):
            found[name].append(_kept(made[: number + 1], text))
    return found


def _kept(rounds: Sequence[Planted], text: str) -> float:
    return score(text, [fact for one in rounds for fact in one.facts]).retention
