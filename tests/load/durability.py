"""What it costs that SQLite waits for the disk: the same writes on a server that does, and on one that does not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.load.databases import sqlite
from tests.load.ghz import find_ghz
from tests.load.h2load import H2load, find_h2load
from tests.load.load import Ghz
from tests.load.measuring import Measuring
from tests.load.processes import Models, compactd_server
from tests.load.rows import Row, figure
from tests.load.scenarios import Plan

NOT_DURABLE = {"COMPACTD_DATABASE_DURABLE": "false"}


@dataclass(frozen=True, slots=True)
class Durability:
    """The rows of both servers, in the same order."""

    durable: Sequence[Row]
    not_durable: Sequence[Row]

    @property
    def failures(self) -> int:
        """Calls that failed."""
        return sum(sum(row.failures.values()) for row in (*self.durable, *self.not_durable))

    def table(self) -> str:
        """Markdown."""
        lines = [
            "| what | callers | p50 ms | calls/s | not durable: p50 ms | calls/s | durable, in % of that rate |",
            "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        ]
        for row, other in zip(self.durable, self.not_durable, strict=True):
            figures = (row.p50, row.rate, other.p50, other.rate, 100 * row.rate / other.rate)
            lines.append(f"| {row.name} | {row.callers} | {' | '.join(figure(value) for value in figures)} |")
        return "\n".join(lines)


def durability(folder: Path, models: Models, plan: Plan) -> Durability:
    """The writes of the plan on both servers, each with a new file in a folder of its own."""
    return Durability(_rows(folder / "durable", models, plan, {}), _rows(folder / "not", models, plan, NOT_DURABLE))


def _rows(folder: Path, models: Models, plan: Plan, settings: Mapping[str, str]) -> Sequence[Row]:
    folder.mkdir()
    with sqlite(folder) as url, compactd_server(folder, models, url, settings=settings) as server:
        loads = (Ghz(find_ghz(), server.address), H2load(find_h2load(), server.http_url))
        return Measuring(server, *loads).writes(plan.written_appends, plan.written_compacts)
