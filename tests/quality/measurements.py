"""The measurements of the benchmark: each way to summarize, over many seeds, next to the naive ways."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import mean

import compactd
from compactd.domain.messages import ChatMessage
from compactd.extractive import default_limit, merge, summarize
from tests.quality import hosts, recorded
from tests.quality.compare import Case, Verdict, row_of_ours, rows_at
from tests.quality.conversations import plant
from tests.quality.rows import Row
from tests.quality.scoring import score

DEMO = Path(compactd.__file__).parent / "demo"
ROUNDS = 5


def future() -> list[Row]:
    """Values of later tool calls found again, at a tenth of the characters."""
    cases = [Case(cut.messages, partial(_share, cut.probes)) for cut in recorded.cuts()]
    return rows_at("values needed later", cases, 0.10)


def identifiers(seeds: int) -> list[Row]:
    """Identifiers that were spoken or stand in tool arguments, found again; of those in arguments, those in values."""
    made = [tuple(hosts.host(random.Random(f"identifiers/{seed}"))) for seed in range(seeds)]
    every, valued = (
        [Case(messages, partial(_share, recorded.spoken_identifiers(messages, names=names))) for messages in made]
        for names in (True, False)
    )
    found: list[Row] = []
    for budget in (0.05, 0.10):
        found += rows_at("identifiers", every, budget)
        found.append(row_of_ours("— but for names of arguments", valued, budget))
    return found


def _share(values: Sequence[str], summary: str) -> Verdict:
    return Verdict(mean(value in summary for value in values))


def erosion(seeds: int) -> list[Row]:
    """Facts of five rounds after the fifth: a frozen part per round, and one summary that is merged every round."""
    frozen, rolling, sizes = [], [], []
    for seed in range(seeds):
        rounds = [plant(1000 * seed + number, held_out=True) for number in range(ROUNDS)]
        facts = [fact for one in rounds for fact in one.facts]
        parts: list[str] = []
        rolled = ""
        for one in rounds:
            limit = default_limit(one.characters)
            part = summarize(one.messages, limit, parts)
            rolled = merge([rolled, part], limit)
            parts.append(part)
        text = "\n\n".join(parts)
        frozen.append(score(text, facts).retention)
        rolling.append(score(rolled, facts).retention)
        total = sum(one.characters for one in rounds)
        sizes.append((len(text) / total, len(rolled) / total))
    return [
        Row("parts, five rounds", "a part per round", tuple(frozen), mean(size for size, _ in sizes)),
        Row("parts, five rounds", "merged into one", tuple(rolling), mean(size for _, size in sizes)),
    ]


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo's conversation without its system message, and pairs of what to find and what it replaced, if any."""

    messages: tuple[ChatMessage, ...]
    facts: tuple[tuple[str, str | None], ...]

    @property
    def characters(self) -> int:
        return sum(message.characters for message in self.messages)

    def retention(self, summary: str) -> float:
        text = " ".join(summary.casefold().split())
        return mean(" ".join(fact.casefold().split()) in text for fact, _ in self.facts)

    def stale(self, summary: str) -> list[str]:
        """Corrected values that stand in the summary without what replaced them."""
        return [old for new, old in self.facts if old is not None and old in summary and new not in summary]


def demo() -> Demo:
    messages = json.loads((DEMO / "conversation.json").read_text(encoding="utf-8"))["messages"]
    facts = json.loads((DEMO / "facts.json").read_text(encoding="utf-8"))
    return Demo(
        tuple(recorded.message_of(message) for message in messages if message["role"] != "system"),
        tuple(
            (fact.get("corrected_by", fact["fact"]), fact["fact"] if "corrected_by" in fact else None) for fact in facts
        ),
    )


def of_demo() -> list[Row]:
    shown = demo()

    def judge(summary: str) -> Verdict:
        return Verdict(
            shown.retention(summary), len(shown.stale(summary)), sum(old is not None for _, old in shown.facts)
        )

    return rows_at("the demo's facts", [Case(shown.messages, judge)], 0.10)
