"""What is left of the facts after many rounds of compaction, by their age: the messages of a round are appended, then
all of them are evicted, within one constant `clip_chars` of 5 % of the characters of all rounds."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

from tests.quality.conversations import Planted, plant
from tests.quality.rows import Row
from tests.quality.scoring import score
from tests.quality.served import Summarizer, add, begin, compacted, served
from tests.server import Client

ROUNDS = (5, 10, 20)
SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Outcome:
    """Shares of each round's facts in the last summary, the oldest round first, its size as a share of all characters,
    and how many of the summaries were longer than allowed."""

    retained: tuple[float, ...]
    size: float
    over: int


def rounds(seeds: int, counts: Sequence[int] = ROUNDS) -> list[Row]:
    """Rows for each summarizer and number of rounds: all facts, those of the oldest fifth of the rounds, and of the
    newest. The more rounds, the fewer conversations."""
    return asyncio.run(_rows(seeds, counts))


async def _rows(seeds: int, counts: Sequence[int]) -> list[Row]:
    found: list[Row] = []
    async with served() as (client, _):
        for summarizer in Summarizer:
            for count in counts:
                outcomes = [
                    await outcome(client, summarizer, planted_rounds(seed, count))
                    for seed in range(max(1, seeds * counts[0] // count))
                ]
                found += rows_of(outcomes, summarizer, count)
    return found


def planted_rounds(seed: int, count: int) -> list[Planted]:
    return [plant(1000 * seed + number, held_out=True) for number in range(count)]


async def outcome(client: Client, summarizer: Summarizer, made: Sequence[Planted]) -> Outcome:
    """Of one conversation, a compaction after each of its rounds."""
    characters = sum(one.characters for one in made)
    clip_chars = int(characters * SHARE)
    conversation_id, text, over = await begin(client, summarizer), "", 0
    for one in made:
        await add(client, conversation_id, one.messages)
        text = (await compacted(client, conversation_id, clip_chars)).summary
        over += len(text) > clip_chars
    retained = tuple(score(text, one.facts).retention for one in made)
    return Outcome(retained, len(text) / characters, over)


def rows_of(outcomes: Sequence[Outcome], summarizer: Summarizer, count: int) -> list[Row]:
    way = "a model that extracts" if summarizer is Summarizer.MODEL else summarizer
    ages = {"": slice(None), ", oldest fifth": slice(None, count // 5), ", newest fifth": slice(-(count // 5), None)}
    return [
        Row(
            f"{count} rounds{age}",
            way,
            tuple(mean(one.retained[rounds_of_age]) for one in outcomes),
            mean(one.size for one in outcomes),
            over=sum(one.over for one in outcomes),
        )
        for age, rounds_of_age in ages.items()
    ]
