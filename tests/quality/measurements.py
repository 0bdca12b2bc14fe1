"""The measurements of the benchmark: each way to summarize, over many seeds, next to the naive ways."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, stdev

import compactd
from compactd.domain.messages import ChatMessage
from compactd.extractive import default_limit, merge, summarize
from tests.quality import recorded
from tests.quality.conversations import Planted, plant
from tests.quality.scoring import last_characters, random_sentences, score

Way = Callable[[Sequence[ChatMessage], int], str]

DEMO = Path(compactd.__file__).parent / "demo"
ROUNDS = 5
_RANDOM = 7


def ways() -> dict[str, Way]:
    """Ours first; every way takes messages and a limit."""
    return {
        "local/extractive": summarize,
        "random sentences": lambda messages, limit: random_sentences(messages, limit, _RANDOM),
        "last characters": last_characters,
    }


@dataclass(frozen=True, slots=True)
class Row:
    """Shares of what was looked for, one per conversation, and the mean size as a share of the characters."""

    measure: str
    way: str
    shares: tuple[float, ...]
    size: float
    stale: int = 0

    @property
    def mean(self) -> float:
        return mean(self.shares)

    @property
    def spread(self) -> float:
        return stdev(self.shares) if len(self.shares) > 1 else 0.0


def planted(measure: str, conversations: Iterable[Planted]) -> list[Row]:
    """Planted facts found again; an old value without its correction counts −1."""
    made = list(conversations)
    rows = []
    for name, way in ways().items():
        texts = [way(one.messages, default_limit(one.characters)) for one in made]
        scores = [score(text, one.facts) for text, one in zip(texts, made, strict=True)]
        sizes = mean(len(text) / one.characters for text, one in zip(texts, made, strict=True))
        shares = tuple(one.retention for one in scores)
        rows.append(Row(measure, name, shares, sizes, sum(one.stale for one in scores)))
    return rows


def seeded(seeds: int, *, held_out: bool, language: str) -> list[Row]:
    kind = "kept-apart" if held_out else "developed"
    conversations = (plant(seed, held_out=held_out, language=language) for seed in range(seeds))
    return planted(f"planted facts, {language}, {kind} phrasings", conversations)


def future() -> list[Row]:
    """Values of later tool calls found again, at a tenth of the characters."""
    cuts = recorded.cuts()
    rows = []
    for name, way in ways().items():
        texts = [way(cut.messages, cut.characters // 10) for cut in cuts]
        shares = tuple(mean(probe in text for probe in cut.probes) for cut, text in zip(cuts, texts, strict=True))
        rows.append(Row("future references", name, shares, _size(cuts, texts)))
    return rows


def identifiers() -> list[Row]:
    """Identifiers that were spoken or stand in tool arguments, found again, at a tenth of the characters."""
    cuts = recorded.cuts()
    rows = []
    for name, way in ways().items():
        texts = [way(cut.messages, cut.characters // 10) for cut in cuts]
        shares = tuple(
            mean(value in text for value in recorded.spoken_identifiers(cut.messages))
            for cut, text in zip(cuts, texts, strict=True)
        )
        rows.append(Row("spoken identifiers", name, shares, _size(cuts, texts)))
    return rows


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
        Row("five rounds", "a part per round", tuple(frozen), mean(size for size, _ in sizes)),
        Row("five rounds", "merged into one", tuple(rolling), mean(size for _, size in sizes)),
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
    rows = []
    for name, way in ways().items():
        text = way(shown.messages, default_limit(shown.characters))
        share = (shown.retention(text),)
        rows.append(Row("the demo's facts", name, share, len(text) / shown.characters, len(shown.stale(text))))
    return rows


def _size(cuts: Sequence[recorded.Cut], texts: Sequence[str]) -> float:
    return mean(len(text) / cut.characters for cut, text in zip(cuts, texts, strict=True))
