"""Prints what summaries keep, and at what size: `python -m tests.quality.bench_quality [--only facts,open]`.

Means and spreads (standard deviation) over conversations; no model, no network, the same figures every time but for
the speed in the last line. A full run, without `--only` and with all seeds, writes docs/quality.md, its pictures and
docs/summaries.md.
"""

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence

from compactd.extractive import default_limit, extract_identifiers, summarize
from compactd.log import configure_logging
from tests.builders.conversations import RECORDED
from tests.quality import (
    before_after,
    by_language,
    coverage,
    endings,
    facts,
    goals,
    instructions,
    invented,
    kits,
    measurements,
    prefix,
    quality_page,
    receipts,
    requests,
    rounds,
    wrappers,
)
from tests.quality.conversations import plant
from tests.quality.rows import Row, markdown
from tests.quality.scoring import transcript

SEEDS = 20
QUICK_SEEDS = 2
FEW = 6
"""Seeds at most of what a server has to compact again and again."""


def _recorded(measure: Callable[[], list[Row]]) -> Callable[[int], list[Row]]:
    """Nothing where the recorded conversations are not there."""
    return lambda seeds: measure() if RECORDED.is_file() else []


MEASURES: Mapping[str, Callable[[int], list[Row]]] = {
    "facts": facts.rows,
    "instructions": instructions.rows,
    "open": requests.rows,
    "endings": endings.rows,
    "future": _recorded(measurements.future),
    "identifiers": measurements.identifiers,
    "parts": measurements.erosion,
    "languages": by_language.rows,
    "wrappers": wrappers.rows,
    "invented": invented.rows,
    "receipts": receipts.rows,
    "demo": lambda seeds: measurements.of_demo(),
    "kit": kits.kit_rows,
    "conpact": kits.conpact_rows,
    "rounds": lambda seeds: rounds.rounds(min(seeds, FEW)),
    "prefix": lambda seeds: prefix.prefix(min(seeds, FEW)),
    "coverage": lambda seeds: coverage.coverage(min(seeds, FEW)),
}
"""What is measured over so many seeds, by the name that `--only` takes."""

SLOW = ("rounds", "prefix", "coverage")
"""What a quick look leaves out."""


def measured(seeds: int, only: Sequence[str] = tuple(MEASURES)) -> list[Row]:
    return [row for name in only for row in MEASURES[name](seeds)]


def speed(seeds: int) -> str:
    """CPU milliseconds per 1,024 characters of conversation, and per million for identifiers alone."""
    made = [plant(seed) for seed in range(seeds)]
    characters = sum(one.characters for one in made)
    started = time.process_time()
    for one in made:
        summarize(one.messages, default_limit(one.characters))
    summarized = time.process_time()
    text = "\n".join(transcript(one.messages) for one in made)
    extracting = time.process_time()
    extract_identifiers(text)
    extracted = time.process_time()
    per_kilo = (summarized - started) * 1024_000 / characters
    per_mega = (extracted - extracting) * 1000 / (len(text) / 1e6)
    return f"summarize: {per_kilo:.2f} ms per 1,024 characters; extract_identifiers: {per_mega:.0f} ms per million"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="make quality ARGS=…", description="What summaries keep, and at what size.")
    parser.add_argument("--only", default="", help=f"names with commas between them: {', '.join(MEASURES)}")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="conversations for each row (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_SEEDS} seeds: a look, written nowhere")
    parser.add_argument(
        "--keep-as-before", action="store_true", help="what is measured is what the goals' table compares"
    )
    asked = parser.parse_args(arguments)
    only = asked.only.split(",") if asked.only else [name for name in MEASURES if not (asked.quick and name in SLOW)]
    if unknown := sorted(set(only) - set(MEASURES)):
        parser.error(f"no measure is called {', '.join(unknown)}")
    # Servers run in this process; their lines are not for the table.
    configure_logging("error")
    seeds = QUICK_SEEDS if asked.quick else asked.seeds
    found = measured(seeds, only)
    sys.stdout.write(f"{markdown(found)}\n")
    if "languages" in only:
        sys.stdout.write(f"\n{by_language.table(seeds)}\n")
    sys.stdout.write(f"\n{speed(min(seeds, 5))}\n")
    if asked.keep_as_before:
        goals.keep_as_before(found)
    sys.stdout.write(f"\n{goals.table(found)}\n")
    if not (asked.keep_as_before or asked.quick or asked.only or seeds < SEEDS):
        quality_page.write(found, seeds)
        before_after.write()


if __name__ == "__main__":
    main()
