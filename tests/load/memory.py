"""Whether the server's memory grows over many compactions, of conversations that are appended to, read, and compacted
in both ways to cut, by a model and by the embedded summarizer.

A conversation ends after some compactions, and another begins: what a compaction reads grows with the history of its
conversation (two parts are merged from the messages that they tell of), and with it what it takes while it runs.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import grpc

from compaction.v1 import (
    compaction_service_pb2_grpc,
    conversation_service_pb2,
    conversation_service_pb2_grpc,
)
from tests.load import workload
from tests.load.compact_request import compact_request
from tests.load.prepare import EXTRACTIVE, INSTANT, Preparation
from tests.load.processes import Models, Server, compactd_server
from tests.load.rows import figure
from tests.load.scenarios import MODES

CALLERS = 8
CONVERSATIONS = 64
"""At a time."""

ENDS_AFTER = 16
"""Compactions of a conversation."""

SUMMARY_CHARACTERS = 8_000
"""Of which every fourth is compacted by the embedded summarizer."""

WINDOW = 10
"""Messages that are appended between two compactions of a conversation."""

LOOKS = 10
"""How often the memory is looked at."""


@dataclass(frozen=True, slots=True)
class MemoryCurve:
    """Resident megabytes after so many compactions, from none on, and how many calls were made of each kind."""

    points: tuple[tuple[int, float], ...]
    calls: Mapping[str, int]

    @property
    def growth(self) -> float:
        """The part of what is resident after half of the compactions by which it is more after the last. Nothing is
        expected to grow then any more: caches are full and threads have worked."""
        last, megabytes = self.points[-1]
        half = next(resident for done, resident in self.points if 2 * done >= last)
        return megabytes / half - 1

    def table(self) -> str:
        """Markdown."""
        done = " | ".join(f"{count:,}" for count, _ in self.points)
        megabytes = " | ".join(figure(value) for _, value in self.points)
        rule = " | ".join("---:" for _ in self.points)
        return f"| compactions | {done} |\n| --- | {rule} |\n| RSS MB | {megabytes} |"


def memory_over(
    folder: Path, models: Models, url: str, compactions: int, conversations: int = CONVERSATIONS
) -> MemoryCurve:
    """The memory of a server of its own over so many compactions of so many conversations."""
    with compactd_server(folder, models, url) as server:
        preparation = Preparation(server.address)
        embedded, by_model = preparation.agent(summarizer=EXTRACTIVE), preparation.agent()
        first = conversations // 4
        used = [_Used(embedded, "") if number < first else _Used(by_model, INSTANT) for number in range(conversations)]
        return asyncio.run(_Callers(server, compactions, used).run())


@dataclass(slots=True)
class _Used:
    """One of the conversations at a time: its agent, the model that is asked for, if it is not for the settings to
    choose, the conversation that it is now, and how many compactions there were."""

    agent: str
    model: str
    name: str = ""
    compactions: int = 0

    async def next(self, stub: "conversation_service_pb2_grpc.ConversationServiceAsyncStub") -> None:
        """Before each compaction: begins another conversation where this one has had enough of them."""
        if self.compactions % ENDS_AFTER == 0:
            begin = conversation_service_pb2.CreateConversationRequest(agent_id=self.agent)
            self.name = (await stub.CreateConversation(begin)).id
        self.compactions += 1


@dataclass(slots=True)
class _Callers:
    """Callers that share the conversations out among them; what they have begun is counted together."""

    server: Server
    compactions: int
    conversations: Sequence[_Used]
    begun: int = 0
    points: list[tuple[int, float]] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)

    async def run(self) -> MemoryCurve:
        self._look(0)
        async with grpc.aio.insecure_channel(self.server.address) as channel:
            shares = [self.conversations[number::CALLERS] for number in range(CALLERS)]
            await asyncio.gather(*(self._go_round(channel, share) for share in shares))
        return MemoryCurve(tuple(self.points), self.calls)

    async def _go_round(self, channel: grpc.aio.Channel, conversations: Sequence[_Used]) -> None:
        stub = conversation_service_pb2_grpc.ConversationServiceStub(channel)
        compact = compaction_service_pb2_grpc.CompactionServiceStub(channel).Compact
        variant = 0
        while True:
            for used in conversations:
                if self.begun >= self.compactions:
                    return
                self.begun = number = self.begun + 1
                await used.next(stub)
                name, model = used.name, used.model
                messages = workload.batch(variant % workload.VARIANTS, WINDOW)
                await stub.AppendMessages(
                    conversation_service_pb2.AppendMessagesRequest(conversation_id=name, messages=messages)
                )
                await stub.GetContext(conversation_service_pb2.GetContextRequest(conversation_id=name))
                mode = MODES[variant // len(conversations) % len(MODES)]
                request = compact_request(name, model, mode)
                # Without a limit summaries grow until a window to keep, a share of all, has room for each new batch.
                request.compaction_settings.clip_chars = SUMMARY_CHARACTERS
                await compact(request)
                self.calls["GetContext"] += 1
                self.calls[f"{mode} by {model or EXTRACTIVE}"] += 1
                if number % (max(1, self.compactions // LOOKS)) == 0:
                    self._look(number)
                variant += 1

    def _look(self, done: int) -> None:
        self.points.append((done, self.server.process.resident_megabytes()))
