"""The port, on the real worker."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from compactd.application.cpu_worker import CpuWorker
from compactd.domain.messages import ChatMessage, Role
from compactd.extractive import default_limit, merge, summarize
from compactd.ports.extractive import Extractive
from compactd.summarizers.embedded import ExtractiveOnWorker

P = ParamSpec("P")
T = TypeVar("T")


async def test_gives_what_the_functions_give() -> None:
    worker = CpuWorker()
    embedded: Extractive = ExtractiveOnWorker(worker)
    said = [ChatMessage(role=Role.USER, content="We decided on order ORD-12345, never ship it by air.")]
    try:
        assert await embedded.summarize(said, 600, ["a part"]) == summarize(said, 600, ["a part"])
        assert await embedded.merge(["one " * 50, "two " * 50], 100) == merge(["one " * 50, "two " * 50], 100)
        assert embedded.default_limit(40_000) == default_limit(40_000)
    finally:
        worker.close()


async def test_a_large_conversation_lets_others_have_their_turn() -> None:
    worker = CpuWorker()
    embedded = ExtractiveOnWorker(worker)
    said = [ChatMessage(role=Role.USER, content="The order is ORD-12345, never ship it by air. " * 1500)] * 5
    finished: list[str] = []

    async def summarized() -> None:
        assert await embedded.summarize(said, 600) == summarize(said, 600)
        finished.append("summary")

    async def other() -> None:
        await worker.run(len, "other work")
        finished.append("other")

    try:
        await asyncio.gather(summarized(), other())
    finally:
        worker.close()
    assert finished == ["other", "summary"]


async def test_a_small_conversation_takes_one_step() -> None:
    class Counting(CpuWorker):
        steps = 0

        async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
            self.steps += 1
            return await super().run(function, *args, **kwargs)

    worker = Counting()
    try:
        await ExtractiveOnWorker(worker).summarize([ChatMessage(role=Role.USER, content="Order ORD-12345.")] * 100, 600)
        assert worker.steps == 1
    finally:
        worker.close()
