"""Two suites of PyPI that nobody here wrote: compaction-conformance-kit, in the process and over REST, and conpact.

Measured where they are installed; conpact's sentences need none of its dependencies: `pip install --no-deps conpact`.
"""

import asyncio
import random
import re
import runpy
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from compaction_kit.benchmark import run_budget_benchmark
from compaction_kit.compacted import CompactedContext
from compaction_kit.semantic import SemanticChecklistCompactor
from compaction_kit.session import Turn

from compactd.domain.messages import ChatMessage, Role
from tests.quality import hosts
from tests.quality.compare import OURS, WAYS, Case, Verdict, Way, rows_at
from tests.quality.door import Door
from tests.quality.languages import language
from tests.quality.rows import Row
from tests.server import local_server

BUDGETS = (0.10, 0.20, 0.30)
_KIT = f"compaction-conformance-kit {version('compaction-conformance-kit')}"
_OVER_REST = f"{OURS} over REST"
_REST_SEEDS = 5
"""Each is nine conversations, compacted by a server."""


class InProcess:
    """A way to summarize as the kit calls one. A context that fits the budget stays as it is."""

    def __init__(self, name: str, way: Way) -> None:
        self.name = name
        self._way = way

    def compact(self, turns: Sequence[Turn], round_num: int = 1, budget_chars: int = 0) -> CompactedContext:
        if [turn.role for turn in turns] == ["system"] and len(turns[0].text) <= budget_chars:
            return CompactedContext(turns[0].text, self.name, round_num)
        messages = [ChatMessage(role=Role(turn.role), content=turn.text) for turn in turns if turn.role != "system"]
        return CompactedContext(self._way(messages, budget_chars), self.name, round_num)


class OverRest:
    """A conversation of a running server for each session of the kit; one compaction, as later rounds add nothing."""

    name = _OVER_REST

    def __init__(self, url: str) -> None:
        self._url = url

    def compact(self, turns: Sequence[Turn], round_num: int = 1, budget_chars: int = 0) -> CompactedContext:
        if round_num > 1:
            return CompactedContext(turns[0].text, self.name, round_num)
        messages = [ChatMessage(role=Role(turn.role), content=turn.text) for turn in turns if turn.role != "system"]
        with Door(self._url) as door:
            door.append(messages)
            return CompactedContext(door.compact(budget_chars), self.name, round_num)


def kit_rows(seeds: int) -> list[Row]:
    """Kept, and updates resolved, at each budget: ours twice, the kit's own best, and the baselines."""
    makers: dict[str, Callable[[], Any]] = {name: partial(InProcess, name, way) for name, way in WAYS.items()}
    makers["the kit's own best"] = SemanticChecklistCompactor
    entries = [_entries(makers, seed) for seed in range(seeds)]
    over_rest = asyncio.run(_over_rest(min(seeds, _REST_SEEDS)))
    found = []
    for measure, figure in (("kept", _kept), ("updates resolved", _resolved)):
        for budget in BUDGETS:
            for name in (OURS, _OVER_REST, *list(makers)[1:]):
                mine = [entry for one in (over_rest if name == _OVER_REST else entries) for entry in one]
                mine = [one for one in mine if (one["compactor"], one["budget_fraction"]) == (name, budget)]
                found.append(_row(f"{_KIT}: {measure}, {budget:.0%}", name, figure, mine))
    return found


def kept_by(way: Way, seed: int) -> list[float]:
    """What a way keeps of one session, at each budget."""
    entries = _entries({"way": partial(InProcess, "way", way)}, seed)
    return [_kept(entry) for budget in BUDGETS for entry in entries if entry["budget_fraction"] == budget]


def _kept(entry: dict[str, Any]) -> float:
    return float(entry["randomized"]["overall_final_survival"])


def _resolved(entry: dict[str, Any]) -> float:
    return float(entry["semantic"]["resolved_rate"])


def _row(measure: str, name: str, figure: Callable[[dict[str, Any]], float], entries: list[dict[str, Any]]) -> Row:
    sizes = [float(entry["mean_final_output_ratio"]) for entry in entries]
    over = sum(not entry["budget_compliant"] for entry in entries)
    return Row(measure, name, tuple(map(figure, entries)), sum(sizes) / len(sizes), over=over)


def _entries(makers: dict[str, Callable[[], Any]], seed: int) -> list[dict[str, Any]]:
    return list(run_budget_benchmark(makers, BUDGETS, seeds=(seed + 1,))["entries"])


async def _over_rest(seeds: int) -> list[list[dict[str, Any]]]:
    async with local_server(http=True) as server:
        makers: dict[str, Callable[[], Any]] = {_OVER_REST: partial(OverRest, server.http_url)}
        return [await asyncio.to_thread(_entries, makers, seed) for seed in range(seeds)]


def conpact_rows(seeds: int) -> list[Row]:
    """Its fifteen instructions, each in front of a user's message in the middle of a conversation, as it puts them."""
    try:
        name = f"conpact {version('conpact')}"
    except PackageNotFoundError:
        return []
    sentences = [str(one["sc"]) for one in _constraints()]
    cases = [_planted(seed, sentence) for seed in range(max(1, seeds // 10)) for sentence in sentences]
    return [row for budget in (0.05, 0.10) for row in rows_at(f"{name}: instructions", cases, budget)]


def _constraints() -> list[dict[str, Any]]:
    spec = find_spec("conpact")
    assert spec is not None
    assert spec.origin is not None
    return list(runpy.run_path(str(Path(spec.origin).with_name("constraints.py")))["SCS"])


def _planted(seed: int, sentence: str) -> Case:
    rng = random.Random(f"conpact/{seed}/{sentence}")
    messages = hosts.host(rng)
    framed = f"For the rest of this session. {sentence[0].lower()}{sentence[1:]}"
    hosts.say_within(rng, messages, 1, framed, language("en"))
    return Case(tuple(messages), lambda summary: Verdict(float(_says(summary, sentence))))


def _says(summary: str, sentence: str) -> bool:
    """Whether one line has nine tenths of its words that carry meaning, in whatever order."""
    words = _words(sentence)
    return any(len(words & _words(line)) >= 0.9 * len(words) for line in summary.splitlines())


def _words(text: str) -> set[str]:
    return set(re.findall(r"[\w'-]{4,}", text.casefold()))
