"""What users say first and later in twelve languages, pair by pair: what learns which rule a later sentence voids
learns it from these.

`corpus/changes/*.txt` hold one pair a line, `earlier | later`, under headings that say what the later sentence does to
the earlier one. Those of one batch are about the same things in most languages: what is measured on one was learned
from others. A heading with a topic (`[replaced: daily]`) begins a batch of its own; others begin one every few lines.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.quality import said_by_users
from tests.quality.languages import LANGUAGES, language

FOLDER = Path(__file__).parent / "corpus" / "changes"

LABELS = {
    "replaced": "changed",
    "taken back": "release",
    "beside standing": "standing",
    "beside once": "once",
    "beside remark": "remark",
}
"""Heading → label of the later sentence (`labelled_corpus.LABELS`): it voids the earlier one under the first two, and
under the others it leaves it in force."""

VOIDING = frozenset(("replaced", "taken back"))

_BATCH = 4
_HEADING = re.compile(r"\[([\w ]+)(?:: (\w+))?\]")


@dataclass(frozen=True, slots=True)
class Change:
    """A standing instruction, and what is said later."""

    language: str
    batch: str
    kind: str
    earlier: str
    later: str

    @property
    def voids(self) -> bool:
        return self.kind in VOIDING

    @property
    def is_sure(self) -> bool:
        """Whether it is to be told for sure, as what the tests hold is."""
        return self.batch == f"{self.kind} sure"


@cache
def changes() -> tuple[Change, ...]:
    """All pairs, language by language. ValueError for a line that is no pair, under no heading or an unknown one."""
    written = [change for file in sorted(FOLDER.glob("*.txt")) for change in _read(file)]
    return (*written, *(change for code in LANGUAGES for change in _developed(code)), *_by_users())


def _by_users() -> Iterator[Change]:
    """The pairs that the rules about words were made with."""
    for kind, pairs in (("replaced", said_by_users.REPLACED), ("beside standing", said_by_users.BESIDE)):
        yield from (Change("en", f"developed {kind}", kind, first.text, then.text) for first, then in pairs)
    for kind, taken_back in (("taken back", said_by_users.TAKEN_BACK), ("beside remark", said_by_users.KEPT)):
        yield from (Change("en", f"developed {kind}", kind, first.text, then) for first, then in taken_back)


def _read(file: Path) -> Iterator[Change]:
    kind, topic, place = "", "", 0
    for line in file.read_text(encoding="utf-8").splitlines():
        heading = _HEADING.fullmatch(line)
        if heading:
            kind, topic, place = heading[1], heading[2], 0
            continue
        if kind not in LABELS or line.count(" | ") != 1:
            raise ValueError(f"{file.name}: {line!r} is no pair under a known heading")
        earlier, later = line.split(" | ")
        yield Change(file.stem, f"{kind} {topic or place // _BATCH}", kind, earlier, later)
        place += 1


def _developed(code: str) -> Iterator[Change]:
    """Those of the measured conversations, as far as they are not held out and never were."""
    said = language(code).learned
    for old, new in said.replaced:
        yield Change(code, "developed replaced", "replaced", old.text, new.text)
    for old, then in said.taken_back:
        yield Change(code, "developed taken back", "taken back", old.text, then)
