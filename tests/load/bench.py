"""Measures compactd on this machine: a server of its own, loopback models, load by ghz and h2load, one table.

    python -m tests.load.bench [--quick] [--output FILE]

The table and the goals go to standard output as Markdown, what is going on to standard error. A full run writes them
into docs/performance.md too. Exits 1 if any call failed, and writes nothing then. Figures of a shared machine vary:
ratios within one run, and CPU per call, say more than milliseconds.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.load.ghz import find_ghz
from tests.load.goals import goal_table, goals
from tests.load.h2load import H2load, NoH2load, find_h2load
from tests.load.load import Ghz
from tests.load.measuring import Figures, Measuring
from tests.load.page import machine, write_measured
from tests.load.processes import Server, compactd_server, database_url, loopback_model
from tests.load.rows import table
from tests.load.scenarios import Plan, full, quick

SLOW_SECONDS = 1.0


def measure(plan: Plan, folder: Path) -> tuple[Figures, Server]:
    h2load, ghz = find_h2load(), find_ghz()
    with loopback_model(0.0) as instant, loopback_model(SLOW_SECONDS) as slow:
        # The first start writes the bytecode of what it imports.
        with compactd_server(folder, instant, slow):
            pass
        with compactd_server(folder, instant, slow) as server:
            loads = (Ghz(ghz, server.address), H2load(h2load, server.http_url))
            measuring = Measuring(server, *loads, database_url(folder), instant)
            return measuring.run(plan), server


def report(figures: Figures, server: Server, seconds: float) -> str:
    """Markdown: where and when, the table, the start, the goals."""
    start = (
        f"Start: listening after {server.listening_seconds:.2f} s, SERVING after {server.serving_seconds:.2f} s, "
        f"{server.idle_megabytes:.0f} MB resident when idle. The run took {seconds:.0f} s."
    )
    return "\n\n".join([machine(), table(figures.rows), start, goal_table(goals(figures, server))])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a look within a minute, too few calls to judge by")
    parser.add_argument("--output", type=Path, help="a file that gets the report too")
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="compactd-bench-") as folder:
        try:
            figures, server = measure(quick() if options.quick else full(), Path(folder))
        except NoH2load as error:
            print(error, file=sys.stderr)
            return 1
    text = report(figures, server, time.monotonic() - began)
    print(text)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")
    failed = sum(sum(row.failures.values()) for row in figures.rows)
    if failed:
        print(f"{failed} calls failed", file=sys.stderr)
        return 1
    if not options.quick:
        write_measured(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
