"""Measures compactd on this machine: servers of its own, loopback models, load by ghz and h2load, tables and goals.

    python -m tests.load.bench [--quick] [--memory] [--database NAME] [--output FILE]

The report goes to standard output as Markdown, what is going on to standard error. A full run writes it into
docs/performance.md too. Exits 1 if any call failed, and writes nothing then. Figures of a shared machine vary: ratios
within one run, and CPU per call, say more than milliseconds.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.load.databases import DATABASES, sqlite
from tests.load.durability import Durability, durability
from tests.load.ghz import find_ghz
from tests.load.h2load import H2load, NoH2load, find_h2load
from tests.load.load import Ghz
from tests.load.measuring import Measuring
from tests.load.memory import MemoryCurve, memory_over
from tests.load.observing import Observing, observing
from tests.load.page import machine, write_measured
from tests.load.processes import Models, compactd_server, loopback_model
from tests.load.reading import reading_cost
from tests.load.report import DatabaseFigures, database_report, durability_report, memory_report, observing_report
from tests.load.scenarios import Plan, full, quick
from tests.load.starts import first_compactions
from tests.load.step_profile import profile
from tests.load.worker_rates import ROUNDS, worker_rates, worker_report
from tests.load.worker_turns import longest_turn

SLOW_SECONDS = 1.0

MEMORY_COMPACTIONS = 10_000

READING_RUNS = 3


def measure(plan: Plan, database: str, models: Models) -> DatabaseFigures:
    """All of the plan on one database."""
    h2load, ghz = find_h2load(), find_ghz()
    print(f"On {database}:", file=sys.stderr)
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
    return DatabaseFigures(database, figures, server, first, profiled, time.monotonic() - began)


def measure_durability(plan: Plan, models: Models) -> Durability:
    """On SQLite."""
    print("SQLite, durable and not:", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="compactd-bench-") as name:
        return durability(Path(name), models, plan)


def measure_observing(plan: Plan, models: Models) -> Observing:
    """On SQLite."""
    print("SQLite, observed and not:", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="compactd-bench-") as name:
        return observing(Path(name), models, plan.observed)


def measure_memory(compactions: int, models: Models) -> MemoryCurve:
    """On SQLite."""
    print(f"Memory over {compactions:,} compactions", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="compactd-bench-") as name, sqlite(Path(name)) as url:
        return memory_over(Path(name), models, url, compactions)


def run(options: argparse.Namespace) -> tuple[str, int]:
    """The report, and how many calls failed."""
    plan = quick() if options.quick else full()
    every: Sequence[str] = ("SQLite",) if options.quick else tuple(DATABASES)
    databases = () if options.memory else (options.database or every)
    with loopback_model(0.0) as instant, loopback_model(SLOW_SECONDS) as slow:
        models = Models(instant, slow)
        measured = [measure(plan, database, models) for database in databases]
        parts = [machine(), *(database_report(item) for item in measured)]
        failed = sum(item.failures for item in measured)
        if "SQLite" in databases:
            parts.append(durability_report(written := measure_durability(plan, models)))
            parts.append(observing_report(observed := measure_observing(plan, models)))
            failed += written.failures + observed.failures
        if not options.quick:
            for database in databases:
                print(f"Workers on {database}:", file=sys.stderr)
                parts.append(worker_report(brought := worker_rates(database, models, ROUNDS)))
                failed += brought.failures
        if options.memory or not options.quick:
            parts.append(memory_report(measure_memory(MEMORY_COMPACTIONS, models)))
    return "\n\n".join(parts), failed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--quick", action="store_true", help="a look at SQLite within a minute, too few calls to judge by"
    )
    parser.add_argument("--memory", action="store_true", help="only the memory over ten thousand compactions")
    parser.add_argument("--database", action="append", choices=list(DATABASES), help="only on this one")
    parser.add_argument("--output", type=Path, help="a file that gets the report too")
    options = parser.parse_args()
    try:
        text, failed = run(options)
    except NoH2load as error:
        print(error, file=sys.stderr)
        return 1
    print(text)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")
    if failed:
        print(f"{failed} calls failed", file=sys.stderr)
        return 1
    if not (options.quick or options.memory or options.database):
        write_measured(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
