"""Each way to summarize, on the same conversations at the same limit."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

from compactd.domain.messages import ChatMessage
from compactd.extractive import summarize
from tests.quality.rows import Row
from tests.quality.scoring import last_characters, random_sentences

Way = Callable[[Sequence[ChatMessage], int], str]
OURS = "local/extractive"


def _random(messages: Sequence[ChatMessage], limit: int) -> str:
    """Other sentences in every conversation, the same in every run."""
    return random_sentences(messages, limit, limit)


WAYS: Mapping[str, Way] = {OURS: summarize, "random sentences": _random, "last characters": last_characters}
"""Ours first; every way takes messages and a limit in code points."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one summary kept: `share` of what was looked for; of `corrected` values `stale` in the old form alone."""

    share: float
    stale: int = 0
    corrected: int = 0


@dataclass(frozen=True, slots=True)
class Case:
    """A conversation, and who judges a summary of it."""

    messages: tuple[ChatMessage, ...]
    judge: Callable[[str], Verdict]

    @property
    def characters(self) -> int:
        return sum(message.characters for message in self.messages)


def rows_at(measure: str, cases: Sequence[Case], budget: float, ways: Mapping[str, Way] = WAYS) -> list[Row]:
    """A row for each way, with summaries of `budget` of the characters of each conversation."""
    return [_row(f"{measure}, {budget:.0%}", name, way, cases, budget) for name, way in ways.items()]


def row_of_ours(measure: str, cases: Sequence[Case], budget: float) -> Row:
    """A row for the embedded summarizer alone: what a figure above is made of."""
    return _row(f"{measure}, {budget:.0%}", OURS, summarize, cases, budget)


def _row(measure: str, name: str, way: Way, cases: Sequence[Case], budget: float) -> Row:
    limits = [int(case.characters * budget) for case in cases]
    texts = [way(case.messages, limit) for case, limit in zip(cases, limits, strict=True)]
    verdicts = [case.judge(text) for case, text in zip(cases, texts, strict=True)]
    return Row(
        measure,
        name,
        tuple(verdict.share for verdict in verdicts),
        mean(len(text) / case.characters for case, text in zip(cases, texts, strict=True)),
        sum(verdict.stale for verdict in verdicts),
        sum(verdict.corrected for verdict in verdicts),
        sum(len(text) > limit for text, limit in zip(texts, limits, strict=True)),
    )
