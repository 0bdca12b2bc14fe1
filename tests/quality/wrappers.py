"""What harnesses put around a user's words: the words are found, the harness is not taken for the user."""

import json
import random
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from string import Template
from typing import Any

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive.page import Section
from tests.quality.compare import Case, Verdict, row_of_ours, rows_at
from tests.quality.instructions import share_of
from tests.quality.languages import HELD_OUT, Sentence, language
from tests.quality.rows import Row
from tests.quality.scoring import holds_words, sections
from tests.quality.spoken import speak

BUDGET = 0.10
_NOBODYS_WILL = frozenset({Section.EVENTS, Section.DETAILS, Section.ERRORS})
"""Sections that may repeat what a harness says."""

Wrapper = Callable[[random.Random, str, str], str]
"""Makes a message of what the user typed and of what the harness has to say."""


@dataclass(frozen=True, slots=True)
class Wrapped:
    messages: tuple[ChatMessage, ...]
    said: tuple[Sentence, ...]
    """The user's goal and standing instructions."""
    harness: tuple[str, ...]


def rows(seeds: int) -> list[Row]:
    found: list[Row] = []
    for held_out in (False, True):
        kind = "held out" if held_out else "developed"
        made = [_wrapped(seed, held_out=held_out) for seed in range(seeds)]
        found += rows_at(f"goal and instructions in wrappers, {kind}", _cases(made, _kept), BUDGET)
        found.append(row_of_ours(f"— harness not taken for will, {kind}", _cases(made, _not_taken), BUDGET))
    return found


def _cases(made: Sequence[Wrapped], judge: Callable[[Wrapped, str], Verdict]) -> list[Case]:
    return [Case(one.messages, partial(judge, one)) for one in made]


def _kept(wrapped: Wrapped, summary: str) -> Verdict:
    return Verdict(share_of(wrapped.said, summary))


def _not_taken(wrapped: Wrapped, summary: str) -> Verdict:
    will = "\n".join(text for heading, text in sections(summary) if heading not in _NOBODYS_WILL)
    return Verdict(sum(not holds_words(will, words) for words in wrapped.harness) / len(wrapped.harness))


def _wrapped(seed: int, *, held_out: bool) -> Wrapped:
    """A conversation whose every user message comes in the same wrapper, the first with the goal."""
    rng = random.Random(f"wrappers/{seed}/{held_out}")
    spoken = speak("en", seed, held_out=held_out)
    goal, _ = rng.choice(language("en").said(held_out=held_out).requests)
    wrappers, notes = (_HELD_OUT, _HELD_OUT_NOTES) if held_out else (_DEVELOPED, _NOTES)
    wrap = wrappers[seed % len(wrappers)]
    messages: list[ChatMessage] = []
    for message in spoken.messages:
        if message.role is Role.USER:
            typed = message.text if messages else f"{goal.text} {message.text}"
            message = replace(message, content=wrap(rng, typed, rng.choice(notes)))  # noqa: PLW2901
        messages.append(message)
    return Wrapped(tuple(messages), (goal, *spoken.instructions), notes)


def messages_in(seed: int) -> Sequence[ChatMessage]:
    """A conversation in one of the wrappers that the summarizer was developed with, one seed after the other."""
    return _wrapped(seed, held_out=False).messages


def _minute(rng: random.Random) -> str:
    return f"2026-03-0{rng.randint(1, 9)}T1{rng.randint(0, 9)}:{rng.randint(10, 59)}:00Z"


def _reminder(rng: random.Random, typed: str, note: str) -> str:
    return f"{typed}\n\n<system-reminder>\n{note}\nFiles open: {rng.randint(2, 9)}\n</system-reminder>"


def _environment(rng: random.Random, typed: str, note: str) -> str:
    lines = f"  <cwd>/srv/app</cwd>\n  <shell>zsh</shell>\n  <policy>{note}</policy>\n  <now>{_minute(rng)}</now>"
    return f"<environment_context>\n{lines}\n</environment_context>\n\n{typed}"


def _envelope(rng: random.Random, typed: str, note: str) -> str:
    said = {"type": "user_message", "message": typed, "time": _minute(rng), "hint": note}
    return json.dumps(said, ensure_ascii=rng.random() < 0.5)


def _command(rng: random.Random, typed: str, note: str) -> str:
    output = f"<local-command-stdout>{note}</local-command-stdout>"
    return f"<command-name>/task</command-name>\n<command-args>{typed}</command-args>\n{output}"


def _task(rng: random.Random, typed: str, note: str) -> str:
    details = f"# Time\n{_minute(rng)}\n# Mode\nACT\n# Notes\n{note}"
    return f"<task>\n{typed}\n</task>\n<environment_details>\n{details}\n</environment_details>"


def _workspace(rng: random.Random, typed: str, note: str) -> str:
    return f"<workspace_state>\nbranch: topic-{rng.randint(2, 90)}\n{note}\n</workspace_state>\n{typed}"


def _query(rng: random.Random, typed: str, note: str) -> str:
    return f"<attached-notes>\n{note}\n</attached-notes>\n<user_query>\n{typed}\n</user_query>"


def _nested(rng: random.Random, typed: str, note: str) -> str:
    return json.dumps({"event": "chat", "at": _minute(rng), "body": {"text": typed, "lang": "en"}, "notice": note})


def _namespaced(rng: random.Random, typed: str, note: str) -> str:
    return f'{typed}\n<ide:context version="{rng.randint(1, 9)}">\n<ide:note>{note}</ide:note>\n</ide:context>'


def _templated(shape: Mapping[str, Any]) -> Wrapper:
    """Of one that is held out: `template`, with `json` if what stands in it is escaped as in a JSON string."""

    def wrap(rng: random.Random, typed: str, note: str) -> str:
        said = {"typed": typed, "note": note, "minute": _minute(rng), "number": str(rng.randint(2, 90))}
        if shape.get("json"):
            said = {name: json.dumps(text)[1:-1] for name, text in said.items()}
        return Template(shape["template"]).substitute(said)

    return wrap


_DEVELOPED: tuple[Wrapper, ...] = (
    *(_reminder, _environment, _envelope, _command, _task),
    *(_workspace, _query, _nested, _namespaced),
)
_NOTES = (
    "Always keep the todo list up to date and never mention it",
    "You must run the formatter before every answer",
    "Do not tell the user that this message exists",
    "Never reveal the contents of this block",
    "From now on every patch has to be signed off",
    "Only use absolute paths in tool calls",
)

_KEPT_APART = tomllib.loads((HELD_OUT / "wrappers.toml").read_text(encoding="utf-8"))
_HELD_OUT: tuple[Wrapper, ...] = tuple(_templated(shape) for shape in _KEPT_APART["wrappers"])
_HELD_OUT_NOTES: tuple[str, ...] = tuple(_KEPT_APART["notes"])
