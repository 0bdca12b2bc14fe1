"""Facts of five rounds of compaction by a server, which all have to fit one `clip_chars`."""

import asyncio
from statistics import mean

from tests.quality.compare import OURS, Verdict
from tests.quality.conversations import plant
from tests.quality.door import Door
from tests.quality.facts import verdict_of
from tests.quality.rows import Row
from tests.server import local_server

ROUNDS = 5
BUDGET = 0.05
_SEEDS = 10
"""At most: each appends and compacts about 170,000 code points."""


def rows(seeds: int) -> list[Row]:
    """After the fifth round, with 5 % of the characters of all five: all facts, and those of the first round."""
    return asyncio.run(_measured(min(seeds, _SEEDS)))


async def _measured(seeds: int) -> list[Row]:
    async with local_server(http=True) as server:
        measured = [await asyncio.to_thread(_compacted, server.http_url, seed) for seed in range(seeds)]
    name = f"five rounds, {BUDGET:.0%}"
    size, over = mean(size for *_, size in measured), sum(size > BUDGET for *_, size in measured)
    return [
        _row(name, [every for every, _, _ in measured], size, over),
        _row("— facts of the first round, 5%", [first for _, first, _ in measured], size, over),
    ]


def _row(measure: str, verdicts: list[Verdict], size: float, over: int) -> Row:
    shares = tuple(verdict.share for verdict in verdicts)
    return Row(
        measure, OURS, shares, size, sum(one.stale for one in verdicts), sum(one.corrected for one in verdicts), over
    )


def _compacted(url: str, seed: int) -> tuple[Verdict, Verdict, float]:
    """What the summary after the last round kept of all rounds and of the first, and its size."""
    rounds = [plant(1000 * seed + number, held_out=True) for number in range(ROUNDS)]
    characters = sum(one.characters for one in rounds)
    summary = ""
    with Door(url) as door:
        for one in rounds:
            door.append(one.messages)
            summary = door.compact(int(characters * BUDGET))
    facts = tuple(fact for one in rounds for fact in one.facts)
    return verdict_of(facts, summary), verdict_of(rounds[0].facts, summary), len(summary) / characters
