"""What users say in twelve languages, sentence by sentence, labelled: what learns to tell standing instructions apart
learns it from these.

`corpus/*.txt` hold one sentence a line, under headings of a label and a topic. A topic is a batch: what is measured on
one was learned from others.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.quality import said_by_users
from tests.quality.instruction_sentences import DEVELOPED
from tests.quality.labelled_changes import LABELS as CHANGES
from tests.quality.labelled_changes import changes
from tests.quality.languages import LANGUAGES, language

FOLDER = Path(__file__).parent / "corpus"
FURTHER = FOLDER / "further"
UNMARKED = FOLDER / "unmarked"

LABELS = {
    "standing": "what is to hold from now on: instructions, constraints, preferences, what somebody cannot have",
    "once": "what is asked for once, questions among it",
    "remark": "what asks for nothing: reports, habits, what others want or were told, thanks, small talk",
    "changed": "another instruction in the place of an older one",
    "release": "an instruction that is taken back",
}

_BATCH = 20
_SURE = ("sure", "developed sentences", "developed conversations")
_HEADING = re.compile(r"\[(\w+) (.+)\]")


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of the corpus."""

    language: str
    topic: str
    label: str
    text: str
    is_later: bool = False
    """Whether it is of a pair (`labelled_changes`), and said with an earlier one in mind."""
    is_further: bool = False
    """Whether it is of `corpus/further`, where people say what they want in ways of their own: a rule is told there by
    what it is about as often as by a word of lasting."""
    is_unmarked: bool = False
    """Whether it is of `corpus/unmarked`: rules that hardly any word marks as such, and what is said of the same things
    in the same words and is none. Nothing is changed or taken back there."""

    @property
    def is_sure(self) -> bool:
        """Whether it is to be told for sure, as what the tests hold is."""
        return self.topic in _SURE


@cache
def corpus() -> tuple[Said, ...]:
    """All sentences, language by language. ValueError for a line under no heading, or under an unknown label."""
    written = [
        said for folder in (FOLDER, FURTHER, UNMARKED) for file in sorted(folder.glob("*.txt")) for said in _read(file)
    ]
    return (*written, *_by_users(), *(said for code in LANGUAGES for said in _developed(code)), *_changes())


def _by_users() -> Iterator[Said]:
    """The sentences that the rules about words were made with."""
    for label, texts in (("standing", said_by_users.STANDING), ("remark", said_by_users.OTHERS)):
        for place, text in enumerate(texts):
            yield Said("en", f"said by users {place // _BATCH}", label, text)
    for label, by_language in (("standing", DEVELOPED.standing), ("remark", DEVELOPED.others)):
        for code, texts in by_language.items():
            yield from (Said(code, "developed sentences", label, text) for text in texts)


def _developed(code: str) -> Iterator[Said]:
    """What the measured conversations are made of, as far as it is not held out and never was."""
    spoken = language(code)
    said = spoken.learned
    labelled = {
        "standing": [one.text for one in (*said.instructions, *(one for one, _ in (*said.replaced, *said.taken_back)))],
        "changed": [new.text for _, new in said.replaced],
        "release": [then for _, then in said.taken_back],
        "once": [ask.text for ask, _ in said.requests],
        "remark": [*(one.text for one in said.remarks), *spoken.user],
    }
    for label, texts in labelled.items():
        yield from (Said(code, "developed conversations", label, text) for text in texts)


def _changes() -> Iterator[Said]:
    """What is said later of a pair. What was said first is left out: instructions are half of the corpus as it is."""
    for change in changes():
        if not change.batch.startswith("developed"):
            yield Said(change.language, change.batch, CHANGES[change.kind], change.later, is_later=True)


def _read(file: Path) -> list[Said]:
    found: list[Said] = []
    label = topic = ""
    for line in filter(None, map(str.strip, file.read_text(encoding="utf-8").splitlines())):
        heading = _HEADING.fullmatch(line)
        if heading is not None:
            label, topic = heading.groups()
        elif label not in LABELS:
            raise ValueError(f"{file.name}: no known label above {line!r}.")
        else:
            kind = {"is_further": file.parent == FURTHER, "is_unmarked": file.parent == UNMARKED}
            found.append(Said(file.stem, topic, label, line, **kind))
    return found
