"""The last request that is not done: named, as open, and last; what is done is not open."""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from compactd.domain.messages import ChatMessage, Role, ToolCall
from compactd.extractive.languages import LANGUAGES
from compactd.extractive.page import Section
from tests.quality import hosts, noise
from tests.quality.compare import Case, Verdict, row_of_ours, rows_at
from tests.quality.languages import Language, Sentence, language
from tests.quality.rows import Row
from tests.quality.scoring import holds_words
from tests.quality.spoken import speak

BUDGETS = (0.05, 0.10)
NAMED, LAST = "last open request named", "last, and as open"
FINISHED, NOTHING = "finished ones not open", "nothing open when all is done"
_FINISHED = 3
_OPEN = (
    *("open", "next", "not done", "pending"),
    *(one.headings[Section.OPEN].casefold() for one in LANGUAGES),
)
"""Words of a heading that says so."""


@dataclass(frozen=True, slots=True)
class Asked:
    messages: tuple[ChatMessage, ...]
    finished: tuple[Sentence, ...]
    last: Sentence | None
    """None if all is done."""


def rows(seeds: int) -> list[Row]:
    found: list[Row] = []
    for held_out in (False, True):
        kind = "held out" if held_out else "developed"
        (named, left), *others = cases(seeds, held_out=held_out).items()
        for budget in BUDGETS:
            found += rows_at(f"{named}, {kind}", left, budget)
            found += [row_of_ours(f"— {name}, {kind}", its, budget) for name, its in others]
    return found


def cases(seeds: int, *, held_out: bool) -> Mapping[str, Sequence[Case]]:
    """English conversations by what is looked for in them."""
    spoken = language("en")
    left = [_asked(seed, spoken, held_out=held_out, ending=_ENDINGS[seed % len(_ENDINGS)]) for seed in range(seeds)]
    done = [_asked(seed, spoken, held_out=held_out, ending=None) for seed in range(seeds)]
    return {
        NAMED: _cases(left, _named),
        LAST: _cases(left, _open_and_last),
        FINISHED: _cases(left, _finished_closed),
        NOTHING: _cases(done, _nothing_open),
    }


def _cases(asked: Sequence[Asked], judge: Callable[[Asked, str], float]) -> list[Case]:
    def verdict(one: Asked, summary: str) -> Verdict:
        return Verdict(judge(one, summary))

    return [Case(one.messages, partial(verdict, one)) for one in asked]


def open_section(summary: str) -> str:
    """The last section, if its heading says that it is open; else nothing."""
    heading, _, body = summary.rpartition("\n## ")[2].partition("\n")
    return body if any(word in heading.casefold() for word in _OPEN) else ""


def _named(asked: Asked, summary: str) -> float:
    assert asked.last is not None
    return float(holds_words(summary, asked.last.probe))


def _open_and_last(asked: Asked, summary: str) -> float:
    assert asked.last is not None
    last = open_section(summary).rstrip().rpartition("\n")[2]
    return float(holds_words(last, asked.last.probe))


def _finished_closed(asked: Asked, summary: str) -> float:
    body = open_section(summary)
    return sum(not holds_words(body, one.probe) for one in asked.finished) / len(asked.finished)


def _nothing_open(asked: Asked, summary: str) -> float:
    return float(not open_section(summary).strip())


Ending = Callable[[random.Random, Language, Sentence], list[ChatMessage]]


def case_in(code: str, seed: int, *, held_out: bool) -> Case:
    """A conversation in a language, whose last request is open: it has to be named, as open and last."""
    spoken = language(code)
    rng = random.Random(f"requests/{seed}/{held_out}")
    messages = list(speak(code, seed, held_out=held_out).messages)
    asked = _continued(rng, messages, spoken, held_out=held_out, ending=_ENDINGS[seed % len(_ENDINGS)])
    return Case(asked.messages, lambda summary: Verdict(_open_and_last(asked, summary)))


def _asked(seed: int, spoken: Language, *, held_out: bool, ending: Ending | None) -> Asked:
    rng = random.Random(f"requests/{seed}/{held_out}/{ending is None}")
    return _continued(rng, hosts.host(rng), spoken, held_out=held_out, ending=ending)


def _continued(
    rng: random.Random, messages: list[ChatMessage], spoken: Language, *, held_out: bool, ending: Ending | None
) -> Asked:
    """A conversation that goes on with some requests that are done, and a last one that may not be."""
    said = rng.sample(spoken.said(held_out=held_out).requests, _FINISHED + 1)
    for number, (asked, done) in enumerate(said[:_FINISHED]):
        messages += [_user(rng, spoken, asked.text), *_worked(rng, number), _assistant(rng, spoken, done)]
    finished = tuple(asked for asked, _ in said[:_FINISHED])
    if ending is None:
        messages.append(ChatMessage(role=Role.USER, content=spoken.user[0]))
        return Asked(tuple(messages), finished, None)
    last = said[_FINISHED][0]
    return Asked((*messages, *ending(rng, spoken, last)), finished, last)


def _worked(rng: random.Random, number: int) -> list[ChatMessage]:
    tool = rng.choice(noise.TOOLS)
    call = ToolCall(f"call_w{number}", tool, json.dumps(noise.tool_arguments(rng, tool)))
    result = ChatMessage(role=Role.TOOL, content=noise.tool_output(rng, tool), tool_call_id=call.id, name=tool)
    return [ChatMessage(role=Role.ASSISTANT, tool_calls=(call,)), result]


def _user(rng: random.Random, spoken: Language, text: str) -> ChatMessage:
    sentences = rng.sample(spoken.user, rng.randint(0, 2))
    sentences.insert(rng.randint(0, len(sentences)), text)
    return ChatMessage(role=Role.USER, content=spoken.joint.join(sentences))


def _assistant(rng: random.Random, spoken: Language, text: str) -> ChatMessage:
    return ChatMessage(role=Role.ASSISTANT, content=spoken.joint.join((text, rng.choice(spoken.assistant))))


def _just_asked(rng: random.Random, spoken: Language, last: Sentence) -> list[ChatMessage]:
    return [_user(rng, spoken, last.text)]


def _begun(rng: random.Random, spoken: Language, last: Sentence) -> list[ChatMessage]:
    """The agent works on it, and has said nothing of an end."""
    return [_user(rng, spoken, last.text), _assistant(rng, spoken, spoken.assistant[0]), *_worked(rng, _FINISHED)]


def _reminded(rng: random.Random, spoken: Language, last: Sentence) -> list[ChatMessage]:
    """Small talk follows, which asks for nothing else."""
    answered = ChatMessage(role=Role.ASSISTANT, content=spoken.assistant[5])
    return [_user(rng, spoken, last.text), answered, ChatMessage(role=Role.USER, content=spoken.user[3])]


_ENDINGS: tuple[Ending, ...] = (_just_asked, _begun, _reminded)
