"""Prints how well it is told what voids a standing instruction, and which one: `python -m tests.quality.told_changes`.

Each pair of `labelled_changes` is said with other instructions of its language before, between and behind the two. With
`missed` it prints the pairs that went wrong, too.
"""

import random
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from compactd.extractive.importance.facts import Sentence
from compactd.extractive.importance.rules.instructions import instructions_of
from compactd.extractive.importance.rules.voiding import VOIDING, Voiding
from compactd.strategies.steps import finished
from tests.quality.labelled_changes import Change, changes
from tests.quality.told_instructions import read

_OTHERS = 8
"""Instructions about other things in each conversation."""


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a pair: whether the earlier one is gone, the later one stands, and how many others are gone."""

    change: Change
    earlier_gone: bool
    later_stands: bool
    others_gone: int

    @property
    def is_right(self) -> bool:
        """What is to hold does, and nothing else: nothing asks what becomes of a sentence that only takes back."""
        stands = self.later_stands or self.change.kind != "replaced"
        return self.earlier_gone is self.change.voids and stands and not self.others_gone


def said_with_others(change: Change, among: Sequence[str], rng: random.Random) -> tuple[list[str], int, int]:
    """The texts of a conversation, and the places of the earlier and of the later sentence of a pair."""
    others = rng.sample([text for text in among if text not in (change.earlier, change.later)], _OTHERS)
    earlier, later = sorted(rng.sample(range(_OTHERS + 2), 2))
    texts = [*others[:earlier], change.earlier, *others[earlier : later - 1], change.later, *others[later - 1 :]]
    return texts, earlier, later


def told(
    those: Iterable[Change], read_one: Callable[[str, str], Sentence], voiding: Voiding = VOIDING
) -> Iterator[Told]:
    """What becomes of pairs; `read_one` reads a sentence of a language."""
    by_language: dict[str, set[str]] = {}
    for change in changes():
        by_language.setdefault(change.language, set()).add(change.earlier)
    for change in those:
        rng = random.Random(f"{change.earlier} {change.later}")
        texts, earlier, later = said_with_others(change, sorted(by_language[change.language]), rng)
        read_all = (read_one(change.language, text) for text in texts)
        sentences = [msgspec.structs.replace(one, message=at) for at, one in enumerate(read_all)]
        in_force, gone, *_ = finished(instructions_of(sentences, voiding))
        yield Told(change, earlier in gone, later in in_force, len(gone - {earlier, later}))


def shares(those: Sequence[Told]) -> str:
    """Of pairs that void: the earlier gone, the later one standing where it says what holds instead; of the others the
    earlier one left alone; of all how many other instructions went along."""
    void = [one for one in those if one.change.voids]
    replaced = [one for one in those if one.change.kind == "replaced"]
    beside = [one for one in those if not one.change.voids]
    rows = (
        ("replaced: the newer alone", [one.earlier_gone and one.later_stands for one in replaced]),
        ("taken back: gone", [one.earlier_gone for one in void if one.change.kind == "taken back"]),
        ("beside: left alone", [not one.earlier_gone for one in beside]),
        ("others left alone", [not one.others_gone for one in those]),
    )
    return ", ".join(f"{name} {sum(found) / max(1, len(found)):.2f}" for name, found in rows)


def write(found: Sequence[Told], *, missed: bool) -> None:
    """Prints the shares, of all languages and of each, and the pairs that went wrong where they are asked for."""
    for language in ("", *sorted({one.change.language for one in found})):
        its = [one for one in found if language in ("", one.change.language)]
        sys.stdout.write(f"{language or 'all':<4} {shares(its)} of {len(its)}\n")
    for one in found if missed else ():
        if not one.is_right:
            what = f"gone {one.earlier_gone}, stands {one.later_stands}, others gone {one.others_gone}"
            pair = f"{one.change.earlier} | {one.change.later}"
            sys.stdout.write(f"{one.change.language} {one.change.kind}: {what}: {pair}\n")


def main() -> None:
    write(list(told(changes(), lambda _, text: read(text))), missed="missed" in sys.argv)


if __name__ == "__main__":
    main()
