"""The sections of docs/performance.md, each measured by itself on servers of its own."""

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.load.background import background
from tests.load.databases import DATABASES, sqlite
from tests.load.durability import durability
from tests.load.ghz import find_ghz
from tests.load.h2load import H2load, find_h2load
from tests.load.load import Ghz
from tests.load.measuring import Measuring
from tests.load.memory import memory_over
from tests.load.observing import observing
from tests.load.processes import Models, compactd_server
from tests.load.reading import reading_cost
from tests.load.report import DatabaseFigures, database_report, durability_report, memory_report, observing_report
from tests.load.scenarios import Plan
from tests.load.starts import first_compactions
from tests.load.step_profile import profile
from tests.load.worker_rates import ROUNDS, worker_rates, worker_report
from tests.load.worker_turns import longest_turn

MEMORY_COMPACTIONS = 10_000

READING_RUNS = 3


@dataclass(frozen=True, slots=True)
class Section:
    """What was measured: Markdown from its heading on, and how many calls failed."""

    text: str
    failures: int


def _on_database(database: str, plan: Plan, models: Models) -> Section:
    """All of the plan on one database."""
    h2load, ghz = find_h2load(), find_ghz()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="compactd-bench-") as name, DATABASES[database](Path(name)) as url:
        folder = Path(name)
        first = first_compactions(folder, models, url, plan.starts)
        with compactd_server(folder, models, url) as server:
            loads = (Ghz(ghz, server.address), H2load(h2load, server.http_url))
            figures = Measuring(server, *loads).run(plan)
        profiled = profile(folder, models, url, plan.profiled_messages, plan.profiled)
        figures.reading = reading_cost(READING_RUNS)
        figures.longest_turn = longest_turn(folder, models, url, plan.profiled_messages, plan.turns)
    measured = DatabaseFigures(database, figures, server, first, profiled, time.monotonic() - began)
    return Section(database_report(measured), measured.failures)


def _durability(plan: Plan, models: Models) -> Section:
    """On SQLite."""
    with tempfile.TemporaryDirectory(prefix="compactd-bench-") as name:
        measured = durability(Path(name), models, plan)
    return Section(durability_report(measured), measured.failures)


def _observing(plan: Plan, models: Models) -> Section:
    """On SQLite."""
    with tempfile.TemporaryDirectory(prefix="compactd-bench-") as name:
        measured = observing(Path(name), models, plan.observed)
    return Section(observing_report(measured), measured.failures)


def _workers(plan: Plan, models: Models) -> Section:
    """On each database; `plan` says nothing about it."""
    measured = [worker_rates(database, models, ROUNDS) for database in DATABASES]
    return Section("\n\n".join(map(worker_report, measured)), sum(item.failures for item in measured))


def _background(plan: Plan, models: Models) -> Section:
    """On each database."""
    measured = background(plan.background, models)
    return Section(measured.text, measured.failures)


def _memory(plan: Plan, models: Models) -> Section:
    """On SQLite; a call that fails ends it. `plan` says nothing about it."""
    with tempfile.TemporaryDirectory(prefix="compactd-bench-") as name, sqlite(Path(name)) as url:
        return Section(memory_report(memory_over(Path(name), models, url, MEMORY_COMPACTIONS)), 0)


SECTIONS: dict[str, Callable[[Plan, Models], Section]] = {
    **{database.lower(): partial(_on_database, database) for database in DATABASES},
    "durability": _durability,
    "observing": _observing,
    "workers": _workers,
    "jobs": _background,
    "memory": _memory,
}
"""By name, in the order of the page."""

QUICK = ("sqlite", "durability", "observing")
"""Those of a look within a minute."""


def measure(name: str, plan: Plan, models: Models) -> Section:
    """One of `SECTIONS`; NoH2load where there is none."""
    print(f"Section {name}:", file=sys.stderr)
    return SECTIONS[name](plan, models)
