"""What the embedded summarizer has to reach, what it reached before, and what it reaches now."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.quality.compare import OURS
from tests.quality.coverage import MODES
from tests.quality.rows import Row

BEFORE = Path(__file__).parent / "shown" / "figures.before.json"
"""Means of ours by measure, at the commit that `before_after` names."""

_KIT = "compaction-conformance-kit 0.8.0"
_OVER_REST = f"{OURS} over REST"


@dataclass(frozen=True, slots=True)
class Goal:
    """At least so much of `measure`: in the mean, or with `is_worst` everywhere. With `is_old_alone` at most so much of
    its corrected values."""

    measure: str
    bound: float
    way: str = OURS
    is_old_alone: bool = False
    is_worst: bool = False

    @property
    def key(self) -> str:
        return f"{self.measure} ({self.way})" + (", old alone" if self.is_old_alone else "")

    @property
    def name(self) -> str:
        """As the table has it, with how it is bounded."""
        way = "" if self.way == OURS else f", {self.way.removeprefix(OURS).strip()}"
        if self.is_worst:
            way += ", the language furthest behind"
        rule = ", old value alone, at most" if self.is_old_alone else ", at least"
        return f"{self.measure.removeprefix('— ')}{way}{rule}"

    def shown(self, figure: float) -> str:
        return f"{figure:.1%}" if self.is_old_alone else f"{figure:.2f}"

    def figure(self, row: Row) -> float:
        if self.is_old_alone:
            return row.old_alone
        return min(row.shares) if self.is_worst else row.mean

    def is_reached(self, figure: float) -> bool:
        """To the digits that the table shows."""
        return round(figure, 3) <= self.bound if self.is_old_alone else round(figure, 2) >= self.bound


GOALS = (
    Goal("planted facts, held out, 10%", 0.92),
    Goal("planted facts, held out, 10%", 0.01, is_old_alone=True),
    Goal("facts in recorded conversations, held out, 10%", 0.92),
    Goal("facts in recorded conversations, held out, 10%", 0.01, is_old_alone=True),
    Goal("standing instructions, held out, 10%", 0.95),
    Goal("standing instructions, held out, 5%", 0.80),
    Goal("— replaced: the newer alone, held out, 10%", 0.95),
    Goal("— taken back: gone, held out, 10%", 0.95),
    Goal("last open request named, held out, 10%", 1.0),
    Goal("— last, and as open, held out, 10%", 1.0),
    Goal("values needed later, 10%", 0.88),
    Goal("identifiers, 10%", 0.96),
    Goal("identifiers, 5%", 0.88),
    Goal("5 rounds", 0.80),
    *(
        Goal(f"— {what}: less than in English, held out, 10%", -0.05, is_worst=True)
        for what in ("planted facts", "standing instructions", "changed instructions", "last open request")
    ),
    Goal("identifiers that the originals hold, 10%", 1.0),
    *(Goal(f"coverage, {mode}", 1.0, way) for mode in MODES for way in ("in one request", "in chunks")),
    Goal("prefix that stays", 1.0),
    Goal("prefix that stays", 1.0, "a model that extracts"),
    *(
        Goal(f"{_KIT}: {what}, {budget}%", bound, way)
        for way in (OURS, _OVER_REST)
        for what, bounds in (("kept", (0.60, 0.90, 1.0)), ("updates resolved", (0.90, 0.90, 0.90)))
        for budget, bound in zip((10, 20, 30), bounds, strict=True)
    ),
)


def table(rows: Sequence[Row]) -> str:
    """Markdown: a line for each goal that was measured."""
    before: Mapping[str, float] = json.loads(BEFORE.read_text(encoding="utf-8"))
    found = {(row.measure, row.way): row for row in rows}
    lines = ["| goal | bound | before | now | |", "| --- | ---: | ---: | ---: | --- |"]
    for goal in GOALS:
        row = found.get((goal.measure, goal.way))
        if row is None:
            continue
        figure = goal.figure(row)
        earlier = goal.shown(before[goal.key]) if goal.key in before else "–"
        reached = "reached" if goal.is_reached(figure) else "**not reached**"
        lines.append(f"| {goal.name} | {goal.shown(goal.bound)} | {earlier} | {goal.shown(figure)} | {reached} |")
    return "\n".join(lines)


def keep_as_before(rows: Sequence[Row]) -> None:
    """For whoever runs the benchmark on an older service."""
    found = {(row.measure, row.way): row for row in rows}
    kept = {
        goal.key: round(goal.figure(found[goal.measure, goal.way]), 4)
        for goal in GOALS
        if (goal.measure, goal.way) in found
    }
    BEFORE.write_text(f"{json.dumps(kept, ensure_ascii=False, indent=2)}\n", encoding="utf-8")
