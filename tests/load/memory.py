"""Whether the server's memory grows over many compactions, of conversations that are used again and again."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import grpc

from compaction.v1 import (
    compaction_service_pb2,
    compaction_service_pb2_grpc,
    compaction_settings_pb2,
    conversation_service_pb2,
    conversation_service_pb2_grpc,
)
from tests.load import workload
from tests.load.prepare import INSTANT, Preparation
from tests.load.processes import Models, Server, compactd_server
from tests.load.rows import figure

CALLERS = 8
CONVERSATIONS = 64
WINDOW = 10
"""Messages that are appended between two compactions of a conversation."""

LOOKS = 10
"""How often the memory is looked at."""

WARM = 2_000
"""Compactions after which nothing is expected to grow any more: caches are full and threads have worked."""


@dataclass(frozen=True, slots=True)
class MemoryCurve:
    """Resident megabytes after so many compactions, from none on."""

    points: tuple[tuple[int, float], ...]

    @property
    def growth(self) -> float:
        """Megabytes between the WARM-th compaction, or the first look after it, and the last."""
        warm = next((megabytes for done, megabytes in self.points if done >= WARM), self.points[-1][1])
        return self.points[-1][1] - warm

    def table(self) -> str:
        """Markdown."""
        done = " | ".join(f"{count:,}" for count, _ in self.points)
        megabytes = " | ".join(figure(value) for _, value in self.points)
        rule = " | ".join("---:" for _ in self.points)
        return f"| compactions | {done} |\n| --- | {rule} |\n| RSS MB | {megabytes} |"


def memory_over(folder: Path, models: Models, url: str, compactions: int) -> MemoryCurve:
    """The memory of a server of its own over so many compactions by a model."""
    with compactd_server(folder, models.instant_url, models.slow_url, url) as server:
        preparation = Preparation(server.address)
        names = preparation.conversations(preparation.agent(), CONVERSATIONS, 0)
        return asyncio.run(_Callers(server, compactions, names).run())


@dataclass(slots=True)
class _Callers:
    """Callers that share the conversations out among them; what they have begun is counted together."""

    server: Server
    compactions: int
    conversations: list[str]
    begun: int = 0
    points: list[tuple[int, float]] = field(default_factory=list)

    async def run(self) -> MemoryCurve:
        self._look(0)
        async with grpc.aio.insecure_channel(self.server.address) as channel:
            shares = [self.conversations[number::CALLERS] for number in range(CALLERS)]
            await asyncio.gather(*(self._go_round(channel, share) for share in shares))
        return MemoryCurve(tuple(self.points))

    async def _go_round(self, channel: grpc.aio.Channel, conversations: list[str]) -> None:
        append = conversation_service_pb2_grpc.ConversationServiceStub(channel).AppendMessages
        compact = compaction_service_pb2_grpc.CompactionServiceStub(channel).Compact
        settings = compaction_settings_pb2.CompactionSettings(
            mode=compaction_settings_pb2.COMPACTION_MODE_ALL, model=INSTANT
        )
        variant = 0
        while True:
            for name in conversations:
                if self.begun >= self.compactions:
                    return
                self.begun = number = self.begun + 1
                messages = workload.batch(variant % workload.VARIANTS, WINDOW)
                await append(conversation_service_pb2.AppendMessagesRequest(conversation_id=name, messages=messages))
                await compact(compaction_service_pb2.CompactRequest(conversation_id=name, compaction_settings=settings))
                if number % (max(1, self.compactions // LOOKS)) == 0:
                    self._look(number)
                variant += 1

    def _look(self, done: int) -> None:
        self.points.append((done, self.server.process.resident_megabytes()))
