"""The port, on the real worker."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from compactd.application.cpu_worker import CpuWorker
from compactd.domain.messages import ChatMessage, Role
from compactd.extractive import default_limit, merge, summarize
from compactd.extractive.reading.digest import decode_digest
from compactd.ports.contexts import DigestSource
from compactd.ports.extractive import Extractive
from compactd.strategies.secrets import Redactions
from compactd.summarizers.embedded import LONGEST_READ_AT_ONCE, ExtractiveOnWorker

P = ParamSpec("P")
T = TypeVar("T")


def sources(messages: list[ChatMessage]) -> list[DigestSource]:
    return [DigestSource(position, message) for position, message in enumerate(messages, 1)]


async def test_gives_what_the_functions_give() -> None:
    worker = CpuWorker()
    embedded: Extractive = ExtractiveOnWorker(worker)
    said = [ChatMessage(role=Role.USER, content="We decided on order ORD-12345, never ship it by air.")]
    try:
        extract = await embedded.summarize(sources(said), lambda _: 600, ["a part"])
        assert extract.text == summarize(said, 600, ["a part"])
        assert extract.digests_read == [(1, digest) for digest in await embedded.read(said, Redactions())]
        assert await embedded.merge(["one " * 50, "two " * 50], 100) == merge(["one " * 50, "two " * 50], 100)
        assert embedded.default_limit(40_000, 90_000) == default_limit(40_000, 90_000)
    finally:
        worker.close()


async def test_what_was_read_before_is_not_read_again() -> None:
    worker = CpuWorker()
    embedded = ExtractiveOnWorker(worker)
    said = [
        ChatMessage(role=Role.USER, content="We decided on order ORD-12345, never ship it by air."),
        ChatMessage(role=Role.USER, content="Actually, make that order ORD-67890."),
    ]
    try:
        [first, _] = await embedded.read(said, Redactions())
        assert first is not None
        extract = await embedded.summarize([DigestSource(1, first.digest), DigestSource(4, said[1])], lambda _: 600)
        assert extract.text == summarize(said, 600)
        assert [position for position, _ in extract.digests_read] == [4]
    finally:
        worker.close()


async def test_a_long_message_is_read_when_it_is_summarized_and_not_before() -> None:
    worker = CpuWorker()
    embedded = ExtractiveOnWorker(worker)
    text = "The order is ORD-12345, never ship it by air. " * (LONGEST_READ_AT_ONCE // 46)
    said = [ChatMessage(role=Role.USER, content=text), ChatMessage(role=Role.USER, content=f"{text} And {text[:99]}")]
    try:
        [short, long] = await embedded.read(said, Redactions())
        assert (short is None, long is None) == (False, True)
        [(_, first), (_, second)] = (await embedded.summarize(sources(said), lambda _: 600)).digests_read
        assert first == short
        assert decode_digest(second.digest).characters == len(said[1].text)
    finally:
        worker.close()


async def test_the_limit_is_told_the_characters_of_all_messages() -> None:
    worker = CpuWorker()
    embedded = ExtractiveOnWorker(worker)
    said = [ChatMessage(role=Role.USER, content="The order is ORD-12345."), ChatMessage(role=Role.USER, content="Yes.")]
    told: list[int] = []

    def limit(characters: int) -> int:
        told.append(characters)
        return 600

    try:
        [digest, _] = await embedded.read(said, Redactions())
        assert digest is not None
        await embedded.summarize([DigestSource(1, digest.digest), DigestSource(2, said[1])], limit)
        assert told == [sum(message.characters for message in said)]
    finally:
        worker.close()


async def test_a_large_conversation_lets_others_have_their_turn() -> None:
    worker = CpuWorker()
    embedded = ExtractiveOnWorker(worker)
    said = [ChatMessage(role=Role.USER, content="The order is ORD-12345, never ship it by air. " * 1500)] * 12
    finished: list[str] = []

    async def summarized() -> None:
        assert (await embedded.summarize(sources(said), lambda _: 600)).text == summarize(said, 600)
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
        said = [ChatMessage(role=Role.USER, content="Order ORD-12345.")] * 100
        await ExtractiveOnWorker(worker).summarize(sources(said), lambda _: 600)
        assert worker.steps == 1
    finally:
        worker.close()
