"""Where the time of one Compact goes, step by step: a server of its own, with clocks around its steps."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.load.compact_steps import OUTSIDE, STEPS
from tests.load.one_caller import one_caller
from tests.load.prepare import INSTANT, Preparation
from tests.load.processes import Models, compactd_server
from tests.load.rows import figure
from tests.load.scenarios import MODES
from tests.load.step_clock import REST


@dataclass(frozen=True, slots=True)
class Profile:
    """Median milliseconds by mode and step. The steps of a call add up to what its caller saw; medians, each of a step
    by itself, only about to a median call."""

    messages: int
    calls: int
    steps: dict[str, dict[str, float]]

    def table(self) -> str:
        """Markdown."""
        head = [f"| ms of one Compact of {self.messages:,} messages | {' | '.join(MODES)} |", "| --- | ---: | ---: |"]
        names = (*(step.name for step in STEPS), REST, OUTSIDE)
        lines = [self._line(name, [self.steps[mode].get(name, 0.0) for mode in MODES]) for name in names]
        return "\n".join([*head, *lines, self._line("sum", [sum(self.steps[mode].values()) for mode in MODES])])

    def _line(self, name: str, values: Sequence[float]) -> str:
        return f"| {name} | {' | '.join(figure(value) for value in values)} |"


def profile(folder: Path, models: Models, url: str, messages: int, calls: int) -> Profile:
    """So many calls in each mode, one caller, the instant model; one more before them is not counted."""
    file = folder / "steps.jsonl"
    command = ("tests.load.profiled_server", str(file))
    with compactd_server(folder, models, url, command) as server:
        preparation = Preparation(server.address)
        agent = preparation.agent()
        steps = {}
        for mode in MODES:
            names = preparation.conversations(agent, calls + 1, messages)
            file.unlink(missing_ok=True)
            with one_caller(server.address) as caller:
                seen = [caller.compact(name, INSTANT, mode).calls[0].milliseconds for name in names]
            spent = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
            steps[mode] = _medians([_with_outside(*pair) for pair in zip(spent, seen, strict=True)][1:])
    return Profile(messages, calls, steps)


def _with_outside(spent: dict[str, float], seen: float) -> dict[str, float]:
    return {**spent, OUTSIDE: seen - sum(spent.values())}


def _medians(calls: Sequence[dict[str, float]]) -> dict[str, float]:
    names = {name for call in calls for name in call}
    return {name: median(call.get(name, 0.0) for call in calls) for name in names}
