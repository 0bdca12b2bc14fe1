"""Seeded conversations in each of the languages: facts and instructions in passing, some facts corrected later."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from compactd.domain.messages import ChatMessage, Role
from tests.quality.conversations import Fact, steps
from tests.quality.languages import Language, Sentence, language

_TURNS = 16
_INSTRUCTIONS = 2


@dataclass(frozen=True, slots=True)
class Spoken:
    messages: tuple[ChatMessage, ...]
    facts: tuple[Fact, ...]
    instructions: tuple[Sentence, ...]


class _Script:
    """Who says what in which turn; no value is used twice."""

    def __init__(self, spoken: Language, rng: random.Random) -> None:
        self.spoken = spoken
        self.rng = rng
        self.lines: list[tuple[int, str]] = []
        self.facts: list[Fact] = []
        self._used: set[str] = set()

    def value(self, kind: str) -> str:
        while True:
            made = self.spoken.value(self.rng, kind)
            if not any(made in used or used in made for used in self._used):
                self._used.add(made)
                return made

    def say(self, text: str, turn: int | None = None) -> None:
        self.lines.append((self.rng.randrange(_TURNS) if turn is None else turn, text))

    def state(self, kind: str, phrasing: str) -> None:
        made = self.value(kind)
        self.say(phrasing.format(v=made))
        self.facts.append(Fact(made, kind))

    def correct(self, kind: str, first: str, then: str) -> None:
        old, new = self.value(kind), self.value(kind)
        early = self.rng.randrange(_TURNS // 2)
        self.say(first.format(v=old), early)
        self.say(then.format(v=new, old=old), self.rng.randrange(early + 2, _TURNS))
        self.facts.append(Fact(new, f"corrected:{kind}", stale=old))


def speak(code: str, seed: int, *, held_out: bool = False) -> Spoken:
    """A conversation of about 20,000 code points with ten facts, two of them corrected, and two instructions.

    The same seed makes the same conversation in every language but for the words.
    """
    spoken = language(code)
    said = spoken.said(held_out=held_out)
    rng = random.Random(f"spoken/{seed}/{held_out}")
    script = _Script(spoken, rng)
    for kind, phrasings in said.facts.items():
        script.state(kind, rng.choice(phrasings))
    for kind, pairs in said.corrected.items():
        script.correct(kind, *rng.choice(pairs))
    instructions = rng.sample(said.instructions, _INSTRUCTIONS)
    for sentence in instructions:
        script.say(sentence.text)
    return Spoken(tuple(_messages(script)), tuple(script.facts), tuple(instructions))


def _messages(script: _Script) -> Iterator[ChatMessage]:
    rng, spoken = script.rng, script.spoken
    for turn in range(_TURNS):
        said = [text for at, text in script.lines if at == turn]
        yield ChatMessage(role=Role.USER, content=_between(rng, spoken, spoken.user, said))
        yield from steps(rng, [], turn)
        yield ChatMessage(role=Role.ASSISTANT, content=_between(rng, spoken, spoken.assistant, []))


def _between(rng: random.Random, spoken: Language, talk: tuple[str, ...], said: list[str]) -> str:
    sentences = rng.sample(talk, rng.randint(1, 3))
    for text in said:
        sentences.insert(rng.randint(0, len(sentences)), text)
    return spoken.joint.join(sentences)
