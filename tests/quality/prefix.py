"""How much of a context stays where it was from one compaction to the next. A provider's prompt cache reaches to the
first byte that differs: what may stay is the system message, the beginning of the summary's frame, and the parts of the
summary that were kept."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from statistics import mean

from compactd.domain.messages import ChatMessage
from compactd.strategies.frames import SUMMARY_BEGIN
from compactd.strategies.summary_parts import JOINT
from compaction.v1 import compaction_pb2, message_pb2
from tests.builders.chat import context_of
from tests.quality.conversations import plant
from tests.quality.rows import Row
from tests.quality.served import Summarizer, add, begin, compacted, served
from tests.server import Client

COMPACTIONS = 5
KEPT = compaction_pb2.PART_STATE_KEPT


@dataclass(frozen=True, slots=True)
class Stay:
    """Bytes of a context that a compaction might have left where they were, those that it left, and those before it."""

    may_stay: int
    stayed: int
    before: int

    @property
    def share(self) -> float:
        """Of what may stay; parts that happen to begin alike are not counted."""
        return min(self.stayed, self.may_stay) / self.may_stay


def prefix(seeds: int) -> list[Row]:
    """A row for each summarizer: the share that stayed of what may stay, and as the size what that is of the context
    before."""
    return asyncio.run(_rows(seeds))


async def _rows(seeds: int) -> list[Row]:
    rows: list[Row] = []
    async with served() as (client, _):
        for summarizer in Summarizer:
            stays: list[Stay] = []
            for seed in range(seeds):
                batches = [plant(100 * seed + number).messages for number in range(COMPACTIONS)]
                stays += await stays_of(client, summarizer, batches)
            way = "a model that extracts" if summarizer is Summarizer.MODEL else summarizer
            size = mean(min(stay.stayed, stay.may_stay) / stay.before for stay in stays)
            rows.append(Row("prefix that stays", way, tuple(stay.share for stay in stays), size))
    return rows


async def stays_of(
    client: Client, summarizer: Summarizer, batches: Iterable[Sequence[ChatMessage]], clip_chars: int = 0
) -> list[Stay]:
    """Of each compaction but the first, one behind each batch of messages."""
    conversation_id = await begin(client, summarizer)
    stays: list[Stay] = []
    before = b""
    for batch in batches:
        await add(client, conversation_id, batch)
        if before:
            before = shown(await _messages(client, conversation_id))
        done = await compacted(client, conversation_id, clip_chars)
        messages = await _messages(client, conversation_id)
        after = shown(messages)
        if before:
            stays.append(Stay(may_stay(messages, done.compaction.parts), same(before, after), len(before)))
        before = after
    return stays


async def _messages(client: Client, conversation_id: str) -> Sequence[message_pb2.ChatMessage]:
    return (await context_of(client, conversation_id)).messages


def shown(messages: Iterable[message_pb2.ChatMessage]) -> bytes:
    """The messages as bytes, one after the other, each with its role before its content and its calls."""
    pieces = []
    for message in messages:
        calls = "".join(f"{call.id}{call.function.name}{call.function.arguments}" for call in message.tool_calls)
        pieces.append(f"{message.role}\n{message.content}\n{calls}\n")
    return "".join(pieces).encode()


def may_stay(messages: Sequence[message_pb2.ChatMessage], parts: Sequence[compaction_pb2.SummaryPart]) -> int:
    """Bytes of the context up to the end of the parts that were kept at the beginning of its summary."""
    kept = [part.text for part in takewhile(lambda part: part.state == KEPT, parts)]
    beginning = JOINT.join(kept)
    summary = message_pb2.ChatMessage(role=messages[1].role, content=f"{SUMMARY_BEGIN}\n{beginning}")
    return len(shown(messages[:1])) + len(shown([summary]).rstrip(b"\n"))


def same(one: bytes, other: bytes) -> int:
    """How many bytes two texts have in common from their beginning on."""
    differing = (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(differing, min(len(one), len(other)))
