"""Measures compactd on this machine: servers of its own, loopback models, load by ghz and h2load, tables and goals.

    python -m tests.load.bench [--quick] [--only SECTION]… [--output FILE]

The report goes to standard output as Markdown, what is going on to standard error. Each section that was measured in
full is written into docs/performance.md as soon as it is, with the day; exits 1 if a call failed, and does not write
that section. Figures of a shared machine vary: ratios within one run, and CPU per call, say more than milliseconds.
"""

import argparse
import sys
from pathlib import Path

from tests.load.h2load import NoH2load
from tests.load.page import PAGE, begin_of, machine, write_measured
from tests.load.processes import Models, loopback_model
from tests.load.scenarios import full, quick
from tests.load.sections import QUICK, SECTIONS, measure

SLOW_SECONDS = 1.0


def run(options: argparse.Namespace) -> tuple[str, int]:
    """The report, and how many calls failed."""
    plan = quick() if options.quick else full()
    parts, failures = [machine()], 0
    with loopback_model(0.0) as instant, loopback_model(SLOW_SECONDS) as slow:
        for name in options.only or (QUICK if options.quick else SECTIONS):
            section = measure(name, plan, Models(instant, slow))
            parts.append(section.text)
            failures += section.failures
            if not options.quick and not section.failures:
                write_measured(f"{section.text}\n\nMeasured {machine()}", PAGE, begin_of(name))
    return "\n\n".join(parts), failures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--quick", action="store_true", help="a look at SQLite within a minute, too few calls to judge by"
    )
    parser.add_argument("--only", action="append", choices=list(SECTIONS), help="only this section of the page")
    parser.add_argument("--output", type=Path, help="a file that gets the report too")
    options = parser.parse_args()
    try:
        text, failures = run(options)
    except NoH2load as error:
        print(error, file=sys.stderr)
        return 1
    print(text)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")
    if failures:
        print(f"{failures} calls failed", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
