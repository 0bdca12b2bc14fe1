"""What a summary is worth, and what the naive ways to make one are worth."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from compactd.domain.messages import ChatMessage
from compactd.extractive.page import HEADING
from tests.quality.conversations import Fact


@dataclass(frozen=True, slots=True)
class Score:
    """Shares of all facts: `retention` counts a found value 1 and a corrected value without its correction −1."""

    retention: float
    stale: int
    missed: tuple[Fact, ...]


def score(summary: str, facts: Sequence[Fact]) -> Score:
    text = _plain(summary)
    found = [_holds(text, fact.value) for fact in facts]
    stale = [
        not hit and fact.stale is not None and _holds(text, fact.stale) for fact, hit in zip(facts, found, strict=True)
    ]
    missed = tuple(fact for fact, hit in zip(facts, found, strict=True) if not hit)
    return Score((sum(found) - sum(stale)) / len(facts), sum(stale), missed)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def holds_words(summary: str, words: str) -> bool:
    """Whether the words stand there as they were said, whatever their case and the line breaks between them."""
    return _holds(_plain(summary), words)


def _holds(text: str, value: str) -> bool:
    """Whether the value stands there as a whole: 443 is not found in 14432."""
    return re.search(rf"(?<![0-9a-z]){re.escape(_plain(value))}(?![0-9a-z])", text) is not None


def sections(summary: str) -> list[tuple[str, str]]:
    """Headings and what stands below them."""
    blocks = f"\n{summary}".split(f"\n{HEADING}")[1:]
    return [(block.partition("\n")[0], block.partition("\n")[2]) for block in blocks]


def transcript(messages: Sequence[ChatMessage]) -> str:
    lines: list[str] = []
    for message in messages:
        lines.extend(f"{call.name}({call.arguments})" for call in message.tool_calls)
        if message.text:
            lines.append(message.text)
    return "\n".join(lines)


def last_characters(messages: Sequence[ChatMessage], limit: int) -> str:
    return transcript(messages)[-limit:]


def random_sentences(messages: Sequence[ChatMessage], limit: int, seed: int) -> str:
    """Sentences and lines of everything, drawn until the limit is reached."""
    pieces = [piece for piece in re.split(r"(?<=[.!?])\s|(?<=[。！？])|\n", transcript(messages)) if piece.strip()]
    random.Random(seed).shuffle(pieces)
    taken, size = [], 0
    for piece in pieces:
        if size + len(piece) < limit:
            taken.append(piece)
            size += len(piece) + 1
    return "\n".join(taken)
