"""What a conversation says: its sentences and its values, with who said them, and when."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from compactd.domain.messages import Role
from compactd.extractive.languages.words import words_of
from compactd.extractive.page import Section
from compactd.extractive.reading.digest import CallDigest, Named, Said
from compactd.extractive.reading.identifiers import Kind
from compactd.extractive.reading.speech import terms_of

BEFORE = -1
"""The message of what was said before the first one."""


# There is one of these for every sentence and every value of thousands of messages, and a struct is made in a fifth of
# the time of a dataclass.
class Sentence(msgspec.Struct, frozen=True, gc=False):
    """A sentence of message `message`; the fields of Said besides. `section` is where it stood, if it stood in a
    summary."""

    text: str
    message: int
    role: Role
    cues: int
    traits: int
    term_count: int
    identifiers: Sequence[Named]
    names: Sequence[str]
    section: Section | None = None
    standing: int = 0
    changes: int = 0
    releases: int = 0
    asks: int = 0

    @property
    def voids(self) -> int:
        """How much it says that something which was to hold does so otherwise or no longer: a score."""
        return max(self.changes, self.releases)

    @property
    def terms(self) -> set[str]:
        """Its content words. Found anew each time, since most sentences are never asked for them."""
        return terms_of(self.text, words_of(self.text))

    def values(self) -> list[Named]:
        """Value and kind of everything in it that a later sentence could correct."""
        return [*self.identifiers, *[(name, Kind.NAME) for name in self.names]]


class Value(msgspec.Struct, gc=False):
    """Where a value stands: messages of users, of the assistant, tool arguments, tool results, a harness's notes; the
    place of the first sentence that says it, below 0 if none does."""

    value: str
    kind: Kind
    label: str = ""
    last: int = 0
    users: int = 0
    assistants: int = 0
    arguments: int = 0
    results: int = 0
    notes: int = 0
    first_sentence: int = -1

    @property
    def is_named(self) -> bool:
        """Whether anybody said it, or a tool was given it."""
        return bool(self.users or self.assistants or self.arguments)


@dataclass(slots=True)
class Facts:
    """A whole conversation. `outcomes` are the places of the sentences about what tool calls changed; `calls` are those
    without a result so far, by their ids, in order, with the places of their messages; `last_call` is the place of the
    last message with a call or a result, below 0 if there is none. `failed` are the places of the sentences about what
    went wrong in a call, by its name and what it was given; `mended` those of which the same call succeeded later."""

    length: int = 0
    sentences: list[Sentence] = field(default_factory=list)
    values: dict[str, Value] = field(default_factory=dict)
    tools: dict[str, int] = field(default_factory=dict)
    results: int = 0
    outcomes: list[int] = field(default_factory=list)
    calls: dict[str, list[tuple[CallDigest, int]]] = field(default_factory=dict)
    last_call: int = -1
    silent: int = 0
    failed: dict[tuple[object, ...], list[int]] = field(default_factory=dict)
    mended: list[int] = field(default_factory=list)


def sentence_of(said: Said, message: int, role: Role, section: Section | None = None) -> Sentence:
    """What was read of a sentence, at its place."""
    return Sentence(
        said.text,
        message,
        role,
        said.cues,
        said.traits,
        said.terms,
        said.identifiers,
        said.names,
        section,
        said.standing,
        said.changes,
        said.releases,
        said.asks,
    )
