"""What users say after an assistant answered, sentence by sentence, labelled: what tells wishes apart learns from it.

`corpus/wishes/*.txt` hold one sentence a line, under headings of a label.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.quality.labelled_corpus import corpus

FOLDER = Path(__file__).parent / "corpus" / "wishes"

LABELS = {
    "wish": "something is asked for, in other words than an order",
    "push": "a reminder, a question what became of it, a complaint that it is not so yet",
    "answer": "the answer to a question of the assistant",
    "moot": "what was asked for is taken back, or no longer needed",
    "reaction": "thanks, praise, jokes, remarks",
    "told": "facts, plans, feelings, background",
}

_OF_THE_CORPUS = ("once", "remark")
"""Labels of the corpus of standing instructions that are learned from too: orders, and more that asks for nothing."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence and its label; `number` is its place in its file, and below 0 if it is of another corpus."""

    language: str
    label: str
    text: str
    number: int


@cache
def lines() -> tuple[Line, ...]:
    """All of them, language by language. ValueError for a line under no known label."""
    written = (line for file in sorted(FOLDER.glob("*.txt")) for line in read(file, LABELS))
    others = (
        Line(one.language, one.label, one.text, -1)
        for one in corpus()
        if one.label in _OF_THE_CORPUS and not (one.is_further or one.is_unmarked or one.is_sure)
    )
    return (*written, *others)


def read(file: Path, labels: Container[str]) -> Iterator[Line]:
    """The lines of a file, each under a heading of its label. ValueError for a line under none of these labels."""
    label = ""
    written = filter(None, map(str.strip, file.read_text(encoding="utf-8").splitlines()))
    for number, line in enumerate(written):
        if line.startswith("[") and line.endswith("]"):
            label = line[1:-1]
        elif label not in labels:
            raise ValueError(f"{file.name}: no known label above {line!r}.")
        else:
            yield Line(file.stem, label, line, number)
