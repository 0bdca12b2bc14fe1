"""Prints what summaries keep for what a value has to be worth to be listed before all that was said
(`compactd.extractive.summary.first_worth`), and for how fast that grows with those under the same label
(`compactd.extractive.draft._CROWDED`): `python -m tests.quality.first_values [SEEDS]`.

Planted facts of five rounds at 5 % of their characters, and of one at 5, 7 and 10 %; of recorded conversations, where
they are there, values of later tool calls at 10 %, and spoken identifiers at 10 and 5 %.
"""

import sys
from collections.abc import Callable, Sequence
from statistics import mean

from compactd.extractive import draft, summarize, summary
from compactd.extractive.reading.digest import Digest
from compactd.strategies.steps import finished
from tests.builders.conversations import RECORDED
from tests.quality import recorded
from tests.quality.room_choice import read_round
from tests.quality.scoring import score

SEEDS = 5
WORTHS = ((0.9, 0.9), (1.2, 1.2), (1.2, 1.8), (1.2, 2.0), (1.2, 2.1), (1.2, 2.2), (1.2, 2.5), (1.6, 2.1))
"""For a tenth of the characters, and for a twentieth."""
CROWDED = (0.0, 0.1, 0.15, 0.2, 0.3)


def planted(rounds: int, share: float, seeds: int) -> float:
    found = []
    for seed in range(seeds):
        made = [read_round(1000 * seed + number) for number in range(rounds)]
        digests: Sequence[Digest] = [digest for one in made for digest in one.digests]
        text = finished(summary.draft_summary(digests, int(sum(one.characters for one in made) * share)))
        found.append(score(text, [fact for one in made for fact in one.facts]).retention)
    return mean(found)


def in_recorded(values: Callable[[recorded.Cut], Sequence[str]], share: int) -> float:
    shares = []
    for cut in recorded.cuts():
        text = summarize(cut.messages, cut.characters // share)
        shares.append(mean(value in text for value in values(cut)))
    return mean(shares)


def line(seeds: int) -> str:
    found = [planted(5, 0.05, seeds), *(planted(1, share, 2 * seeds) for share in (0.05, 0.07, 0.1))]
    if RECORDED.is_file():
        found += [
            in_recorded(lambda cut: cut.probes, 10),
            in_recorded(lambda cut: recorded.spoken_identifiers(cut.messages), 10),
            in_recorded(lambda cut: recorded.spoken_identifiers(cut.messages), 20),
        ]
    return " ".join(f"{share:>8.3f}" for share in found)


def main() -> None:
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS
    heads = ("10 %", "5 %", "rounds", "5 %", "7 %", "10 %", "later", "ids 10 %", "ids 5 %")
    sys.stdout.write(f"{' '.join(f'{head:>8}' for head in heads)}\n")
    usual = summary._FIRST_WORTH, summary._FIRST_WORTH_SHORT
    for worth, short in WORTHS:
        summary._FIRST_WORTH, summary._FIRST_WORTH_SHORT = worth, short
        sys.stdout.write(f"{worth:>8} {short:>8} {line(seeds)}\n")
    summary._FIRST_WORTH, summary._FIRST_WORTH_SHORT = usual
    for crowded in CROWDED:
        draft._CROWDED = crowded
        sys.stdout.write(f"{'crowded':>8} {crowded:>8} {line(seeds)}\n")


if __name__ == "__main__":
    main()
