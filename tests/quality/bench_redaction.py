"""Prints what redaction finds and what it loses: `python -m tests.quality.bench_redaction [EXAMPLES]`.

Credentials by the formats of detect-secrets' plugins and of other makers, and ordinary words. Seeded: the same figures
every time but for the speed in the last line.
"""

import json
import sys
import time
from collections.abc import Iterable, Sequence
from random import Random
from typing import NamedTuple

from compactd.strategies.secrets import redact
from tests.quality.credentials import OTHERS, PLUGINS, Example, examples_of, of_others
from tests.quality.ordinary import library_texts, ordinary_texts, recorded_texts, words_lost

EXAMPLES = 100
TEXTS = 8_000


class Recall(NamedTuple):
    """How many examples of one kind there were, and in how many nothing was left of the secret."""

    kind: str
    found: int
    examples: int


class Loss(NamedTuple):
    """Of how many ordinary words how many are gone."""

    texts: str
    lost: int
    words: int


def of_plugins(count: int) -> Sequence[Recall]:
    return [_recall(kind, examples_of(maker, count), count) for kind, maker in PLUGINS.items()]


def of_other_makers(count: int) -> Sequence[Recall]:
    return [
        _recall(kind, (of_others(Random(seed), shape) for seed in range(count)), count)
        for kind, shape in OTHERS.items()
    ]


def of_ordinary_words(texts: int) -> Sequence[Loss]:
    return [
        _loss("prose in nine languages, code, logs", ordinary_texts(texts)),
        _loss("Python's own library", library_texts()),
        _loss("recorded conversations", recorded_texts()),
    ]


def table(recalls: Iterable[Recall], losses: Iterable[Loss]) -> str:
    lines = [f"{'credentials':<36} {'found':>6} {'of':>6}"]
    lines += [f"{row.kind:<36} {row.found:6d} {row.examples:6d}" for row in recalls]
    lines += ["", f"{'ordinary words':<36} {'lost':>6} {'of':>8}"]
    lines += [f"{row.texts:<36} {row.lost:6d} {row.words:8d}" for row in losses]
    return "\n".join(lines)


def speed() -> str:
    """CPU microseconds per message of the recorded conversations."""
    texts = list(recorded_texts())
    if not texts:
        return "no recorded conversations: no speed"
    runs = []
    for _ in range(15):
        started = time.process_time()
        for text in texts:
            redact(text)
        runs.append((time.process_time() - started) * 1e6 / len(texts))
    return (
        f"redact: {sorted(runs)[len(runs) // 2]:.1f} µs per message of {sum(map(len, texts)) // len(texts)} characters"
    )


def _recall(kind: str, examples: Iterable[Example], count: int) -> Recall:
    return Recall(kind, sum(map(_is_gone, examples)), count)


def _is_gone(one: Example) -> bool:
    """From the text, and from a tool's arguments with it, in which line ends are escaped."""
    arguments = json.dumps({"command": f"cd app\n{one.text}\n"})
    return one.secret not in redact(one.text) and one.secret not in redact(arguments)


def _loss(name: str, texts: Iterable[str]) -> Loss:
    lost = words = 0
    for text in texts:
        words += len(text.split())
        lost += words_lost(text, redact(text))
    return Loss(name, lost, words)


def main() -> None:
    examples = int(sys.argv[1]) if len(sys.argv) > 1 else EXAMPLES
    found = table([*of_plugins(examples), *of_other_makers(examples)], of_ordinary_words(TEXTS))
    sys.stdout.write(f"{found}\n{speed()}\n")


if __name__ == "__main__":
    main()
