"""Ends of conversations in twelve languages: half done, begun, followed by small talk or by a question, and done.

`endings/*.toml` has them turn by turn. `developed` are those that the rule was made with; `checked` were only counted.
`other` and `other_checked` are the same two once more, of wishes, duties, kind words, several things at once and what
is taken back, by somebody who had not read the rule; `kinds` and `kinds_checked` of sixteen ways to end: asked back,
refused, tried again, replaced, told as a statement, long, pasted …. `more` are seventy in each language, as people end
conversations, by others who had not, and so are `varied` and `varied_checked`, sixty each, and `further` and
`further_checked`, 200 each in English and 55 in four languages. `tested` are those of the
rule's own tests, for it to learn from. `held_out_endings/*.toml` are like `more`, and whoever works on the rule does
not read them.
"""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache, partial
from pathlib import Path

from compactd.domain.messages import ChatMessage, Role
from tests.quality.compare import Case, Verdict, row_of_ours, rows_at
from tests.quality.languages import LANGUAGES, bare, marks
from tests.quality.requests import open_section
from tests.quality.rows import Row
from tests.quality.scoring import holds_words
from tests.quality.spoken import speak

FOLDER = Path(__file__).parent / "endings"
_HELD_OUT_FOLDER = Path(__file__).parent / "held_out_endings"
BUDGETS = (0.05, 0.10)
HELD_OUT, MORE = "held_out", ("more", "varied", "varied_checked", "further", "further_checked")
SETS = ("developed", "checked", "other", "other_checked", "kinds", "kinds_checked", HELD_OUT)
_LANGUAGES_A_SEED = 3

Turns = Sequence[str]


def rows(seeds: int) -> list[Row]:
    """All of them in as many languages as there are from four seeds on; a quick look is one at fewer languages."""
    found: list[Row] = []
    codes = LANGUAGES[: _LANGUAGES_A_SEED * seeds]
    for name, budgets in (*((name, BUDGETS) for name in SETS), *((name, BUDGETS[-1:]) for name in MORE)):
        left, done = cases(name, codes)
        # Some sets are of a few languages alone, none of which a quick look may be at.
        for budget in budgets if left and done else ():
            found += rows_at(f"ends of conversations: what is open, {name}", left, budget)
            found.append(row_of_ours(f"— nothing open when all is done, {name}", done, budget))
    return found


def cases(name: str, codes: Sequence[str] = LANGUAGES) -> tuple[list[Case], list[Case]]:
    """Those of a set in which something is open, and those in which nothing is."""
    turns_in = [(code, at, turns) for code in codes for at, turns in enumerate(turns_of(code, name))]
    left = [case_of(code, at, turns) for code, at, turns in turns_in if marks(" ".join(turns))]
    return left, [case_of(code, at, turns) for code, at, turns in turns_in if not marks(" ".join(turns))]


@cache
def _read(folder: Path, code: str) -> Mapping[str, Sequence[Turns]]:
    read: Mapping[str, Sequence[Turns]] = tomllib.loads((folder / f"{code}.toml").read_text(encoding="utf-8"))
    return read


def turns_of(code: str, name: str) -> Sequence[Turns]:
    """The ends of one of the sets, in one language; none where it has none."""
    return _read(_HELD_OUT_FOLDER if name == HELD_OUT else FOLDER, code).get(name, ())


def case_of(code: str, seed: int, turns: Turns) -> Case:
    """A conversation that ends so: what is marked has to stand in the section of what is open, and nothing else if
    nothing is."""
    probes = marks(" ".join(turns))
    roles = (Role.USER, Role.ASSISTANT) * len(turns)
    ending = [ChatMessage(role=role, content=bare(text)) for role, text in zip(roles, turns, strict=False)]
    return Case((*speak(code, seed).messages, *ending), partial(_judge, probes))


def _judge(probes: Sequence[str], summary: str) -> Verdict:
    body = open_section(summary)
    kept = [holds_words(body, probe) for probe in probes]
    return Verdict(sum(kept) / len(kept) if kept else float(not body.strip()))
