"""Seeded conversations with planted facts: about eighty messages, 25 to 40 KB, facts in passing, some corrected."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass

from compactd.domain.messages import ChatMessage, Role, ToolCall
from tests.quality import noise, phrases, phrases_other, values
from tests.quality.corrections import CORRECTIONS


@dataclass(frozen=True, slots=True)
class Fact:
    """`value` is what has to be found again; `stale` a value that it replaced; `kind` names where it came from."""

    value: str
    kind: str
    stale: str | None = None


@dataclass(frozen=True, slots=True)
class Planted:
    messages: tuple[ChatMessage, ...]
    facts: tuple[Fact, ...]

    @property
    def characters(self) -> int:
        return sum(message.characters for message in self.messages)


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence to be said at `turn` by `role`; for a tool, a labelled value to be hidden in its output."""

    turn: int
    role: Role
    text: str


class Script:
    """Collects facts and the lines that state them; no value is used twice, and nothing of a kind twice at once."""

    def __init__(self, rng: random.Random, turns: int, *, held_out: bool) -> None:
        self.rng = rng
        self.turns = turns
        self.held_out = held_out
        self.lines: list[Line] = []
        self.facts: list[Fact] = []
        self._used: set[str] = set()

    def value(self, kind: str) -> str:
        while True:
            made = values.MAKERS[kind](self.rng)
            if not any(made in used or used in made for used in self._used):
                self._used.add(made)
                return made

    def phrase(self, phrasings: phrases.Phrasings) -> str:
        """A sentence, half of the time with something hung on to it."""
        sentence = self.rng.choice(phrasings.of(held_out=self.held_out))
        if sentence.endswith(".") and self.rng.random() < 0.5:
            return f"{sentence[:-1]}, {self.rng.choice(phrases_other.TAILS)}."
        return sentence

    def say(self, role: Role, text: str, turn: int | None = None) -> None:
        self.lines.append(Line(self.rng.randrange(self.turns) if turn is None else turn, role, text))

    def state(self, role: Role, kind: str, phrasings: phrases.Phrasings) -> None:
        made = self.value(kind)
        self.say(role, self.phrase(phrasings).format(v=made))
        self.facts.append(Fact(made, f"{role}:{kind}"))

    def mention(self, kind: str, probe: str, phrasings: phrases.Phrasings) -> None:
        self.say(Role.USER, self.phrase(phrasings))
        self.facts.append(Fact(probe, kind))

    def correct(self, kind: str) -> None:
        first, then = self.rng.choice(CORRECTIONS[kind].of(held_out=self.held_out))
        old, new = self.value(kind), self.value(kind)
        early = self.rng.randrange(self.turns // 2)
        self.say(Role.USER, first.format(v=old), early)
        self.say(Role.USER, then.format(v=new, old=old), self.rng.randrange(early + 2, self.turns))
        self.facts.append(Fact(new, f"corrected:{kind}", stale=old))

    def hide_in_tool_output(self) -> None:
        label, kind = self.rng.choice((("refund_id", "ticket"), ("confirmation", "reference"), ("trace", "commit")))
        made = self.value(kind)
        self.say(Role.TOOL, json.dumps({"status": "ok", label: made}))
        self.facts.append(Fact(made, f"tool:{kind}"))

    def fail_in_tool_output(self) -> None:
        made = self.value("code")
        self.say(Role.TOOL, f"Error: {made}: the request could not be completed")
        self.facts.append(Fact(made, "tool:error"))


def plant(seed: int, *, held_out: bool = False, turns: int = 26) -> Planted:
    """A conversation in English with about one fact per turn, the same for the same arguments."""
    script = Script(random.Random(f"{seed}/{held_out}"), turns, held_out=held_out)
    _state_all(script)
    return Planted(tuple(_messages(script)), tuple(script.facts))


def _state_all(script: Script) -> None:
    rng = script.rng
    for kind in rng.sample(sorted(phrases.USER), 14):
        script.state(Role.USER, kind, phrases.USER[kind])
    for kind in rng.sample(sorted(phrases_other.ASSISTANT), 4):
        script.state(Role.ASSISTANT, kind, phrases_other.ASSISTANT[kind])
    for kind, sayings, number in (("constraint", phrases_other.CONSTRAINTS, 3), ("plain", phrases_other.PLAIN, 3)):
        for probe in rng.sample(sorted(sayings), number):
            script.mention(kind, probe, sayings[probe])
    for kind in rng.sample(sorted(CORRECTIONS), 4):
        script.correct(kind)
    script.hide_in_tool_output()
    script.fail_in_tool_output()


def _messages(script: Script) -> Iterator[ChatMessage]:
    rng = script.rng
    for turn in range(script.turns):
        lines = [line for line in script.lines if line.turn == turn]
        opening = [rng.choice(noise.GOALS)] if turn == 0 else []
        yield _spoken(rng, Role.USER, [*opening, *_said(lines, Role.USER)])
        yield from steps(rng, _said(lines, Role.TOOL), turn)
        yield _spoken(rng, Role.ASSISTANT, _said(lines, Role.ASSISTANT))


def _said(lines: list[Line], role: Role) -> list[str]:
    return [line.text for line in lines if line.role is role]


def _spoken(rng: random.Random, role: Role, said: list[str]) -> ChatMessage:
    fillers = [noise.filler(rng, role) for _ in range(rng.randint(1, 3) if role is Role.USER else rng.randint(2, 5))]
    for text in said:
        fillers.insert(rng.randint(0, len(fillers)), text)
    return ChatMessage(role=role, content=" ".join(fillers))


def steps(rng: random.Random, hidden: list[str], turn: int) -> Iterator[ChatMessage]:
    """One or two calls with results; what is hidden stands in the middle of the first result."""
    for step in range(rng.randint(1, 2)):
        tool = rng.choice(noise.TOOLS)
        call = ToolCall(f"call_{turn}_{step}", tool, json.dumps(noise.tool_arguments(rng, tool)))
        output = noise.tool_output(rng, tool)
        if hidden and step == 0:
            lines = output.split("\n")
            lines[len(lines) // 2 : len(lines) // 2] = hidden
            output = "\n".join(lines)
        yield ChatMessage(role=Role.ASSISTANT, tool_calls=(call,))
        yield ChatMessage(role=Role.TOOL, content=output, tool_call_id=call.id, name=tool)
