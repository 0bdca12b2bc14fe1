"""Prints what is left of the facts after many rounds under each way to share one constant room among the parts:
`python -m tests.quality.room_choice [SEEDS]`.

Rounds of equal size, a room of 5 % of the characters of all of them. "fair merges" is what `strategies/part_room.py`
and `application/summary.py` do: of the ways that follow the rule of the smallest neighbours it keeps most at ten and at
twenty rounds, and the oldest and the newest alike.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from statistics import mean

from compactd.extractive import merge
from compactd.extractive.reading.digest import Digest
from compactd.extractive.reading.reader import Reader
from compactd.extractive.summary import default_limit, draft_summary
from compactd.strategies.steps import finished
from tests.quality.conversations import Fact, plant
from tests.quality.scoring import score

SEEDS = 5
SHARE = 0.05
ROUNDS = (5, 10, 20)
LEAST = 80
JOINT = "\n\n"


@dataclass(frozen=True)
class Round:
    digests: tuple[Digest, ...]
    facts: tuple[Fact, ...]
    characters: int


@dataclass(frozen=True)
class Part:
    """The rounds from `first` up to before `end`, and what is said of them."""

    first: int
    end: int
    text: str


@cache
def read_round(seed: int) -> Round:
    made = plant(seed, held_out=True)
    return Round(tuple(finished(Reader().read(made.messages))), made.facts, made.characters)


def written(rounds: Sequence[Round], limit: int, earlier: Sequence[Part] = ()) -> str:
    digests = [digest for one in rounds for digest in one.digests]
    return finished(draft_summary(digests, limit, [part.text for part in earlier]))


def joined(parts: Sequence[Part]) -> str:
    return JOINT.join(part.text for part in parts)


def smallest(parts: Sequence[Part]) -> int:
    """Index of the first of the two neighbours with the smallest sum, the latest of equals."""
    sums = [len(one.text) + len(other.text) for one, other in pairwise(parts)]
    return max(range(len(sums)), key=lambda index: (-sums[index], index))


@dataclass(frozen=True)
class Rounds:
    """One after the other, each evicted at once. `from_originals`: merged parts are written anew, else from texts."""

    rounds: Sequence[Round]
    room: int
    from_originals: bool

    def by_merging(self, *, limit: Callable[[int, int], int], fair: bool) -> list[Part]:
        """The parts in the end. `limit` says what the next one may take, of what the others leave and of its share."""
        parts: list[Part] = []
        for at, one in enumerate(self.rounds):
            share = (self.room - len(JOINT) * at) // (at + 1)
            size = limit(one.characters, max(self._left(parts), share))
            parts.append(Part(at, at + 1, written([one], size, parts)))
            while len(parts) > 1 and len(joined(parts)) > self.room:
                self._merge(parts, smallest(parts), fair=fair)
        return parts

    def by_shares(self) -> list[Part]:
        """Each part is written anew every time, with its share of the room."""
        parts: list[Part] = []
        for at in range(len(self.rounds)):
            share = (self.room - len(JOINT) * at) // (at + 1)
            rewritten: list[Part] = []
            for number in range(at + 1):
                rewritten.append(Part(number, number + 1, written([self.rounds[number]], share, rewritten)))
            parts = rewritten
        return parts

    def _left(self, parts: Sequence[Part]) -> int:
        return self.room - sum(len(part.text) + len(JOINT) for part in parts)

    def _merge(self, parts: list[Part], index: int, *, fair: bool) -> None:
        one, other = parts[index : index + 2]
        size = max(LEAST, self._left([part for part in parts if part not in (one, other)]))
        if fair:
            usable = self.room - len(JOINT) * (len(parts) - 2)
            size = max(size, usable * (other.end - one.first) // parts[-1].end)
        size = min(size, len(joined((one, other))))
        if self.from_originals:
            text = written(self.rounds[one.first : other.end], size, parts[:index])
        else:
            text = merge([one.text, other.text], size)
        parts[index : index + 2] = [Part(one.first, other.end, text)]


def a_tenth(characters: int, room: int) -> int:
    return min(default_limit(characters), room)


def all_of_it(_: int, room: int) -> int:
    return room


WAYS: dict[str, Callable[[Rounds], list[Part]]] = {
    "a tenth each": lambda rounds: rounds.by_merging(limit=a_tenth, fair=False),
    "all of the room": lambda rounds: rounds.by_merging(limit=all_of_it, fair=False),
    "fair merges": lambda rounds: rounds.by_merging(limit=all_of_it, fair=True),
    "shares, no merges": Rounds.by_shares,
}


def line(count: int, name: str, made: Sequence[Rounds]) -> str:
    """What one way keeps of all facts, of those of the first fifth of the rounds and of those of the last."""
    kept: list[list[float]] = []
    sizes, numbers = [], []
    for one in made:
        parts = WAYS[name](one)
        text = joined(parts)
        kept.append([score(text, each.facts).retention for each in one.rounds])
        sizes.append(len(text) / sum(each.characters for each in one.rounds))
        numbers.append(len(parts))
    fifth = count // 5
    ages = [mean(mean(by_round[age]) for by_round in kept) for age in (slice(None), slice(fifth), slice(-fifth, None))]
    source = "originals" if made[0].from_originals else "texts"
    shown = " ".join(f"{age:>6.2f}" for age in ages)
    return f"{count:>6} {name:<18} {source:<10} {shown} {mean(sizes):>6.1%} {mean(numbers):>6.1f}"


def main() -> None:
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS
    head = f"{'rounds':>6} {'way':<18} {'from':<10} {'kept':>6} {'first':>6} {'last':>6} {'size':>6} {'parts':>6}"
    sys.stdout.write(f"{head}\n")
    for count in ROUNDS:
        conversations = [
            [read_round(1000 * seed + number) for number in range(count)]
            for seed in range(max(1, seeds * ROUNDS[0] // count))
        ]
        rooms = [int(sum(one.characters for one in rounds) * SHARE) for rounds in conversations]
        for name in WAYS:
            for from_originals in (True, False):
                made = [Rounds(rounds, room, from_originals) for rounds, room in zip(conversations, rooms, strict=True)]
                sys.stdout.write(f"{line(count, name, made)}\n")


if __name__ == "__main__":
    main()
