"""Prints what summaries retain, and at what size: `python -m tests.quality.bench_quality [SEEDS]`.

Means and spreads (standard deviation) over conversations; no model, no network, the same figures every time but for
the speed in the last line.
"""

import sys
import time
from collections.abc import Sequence

from compactd.extractive import default_limit, extract_identifiers, summarize
from tests.builders.conversations import RECORDED
from tests.quality import measurements
from tests.quality.conversations import plant
from tests.quality.measurements import Row
from tests.quality.scoring import transcript

SEEDS = 20


def rows(seeds: int) -> list[Row]:
    found = [
        row
        for language in ("en", "zh", "ja")
        for held_out in (False, True)
        for row in measurements.seeded(seeds, held_out=held_out, language=language)
    ]
    found += measurements.of_demo()
    if RECORDED.exists():
        found += measurements.future() + measurements.identifiers()
    return found + measurements.erosion(seeds)


def table(found: Sequence[Row]) -> str:
    lines = [
        f"{'measure':<44} {'summary':<18} {'retained':>8} {'± sd':>6} {'worst':>6} {'size':>6} {'stale':>6} {'n':>4}"
    ]
    lines += [
        f"{row.measure:<44} {row.way:<18} {row.mean:8.2f} {row.spread:6.2f} {min(row.shares):6.2f}"
        f" {row.size:6.1%} {row.stale:6d} {len(row.shares):4d}"
        for row in found
    ]
    return "\n".join(lines)


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


def main() -> None:
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS
    sys.stdout.write(f"{table(rows(seeds))}\n\n{speed(seeds)}\n")


if __name__ == "__main__":
    main()
