"""The port, on the real worker."""

from compactd.application.ports import Extractive
from compactd.application.worker import CpuWorker
from compactd.domain.messages import ChatMessage, Role
from compactd.summarizers.extractive import EmbeddedSummarizer, default_limit, merge, summarize


async def test_gives_what_the_functions_give() -> None:
    worker = CpuWorker()
    embedded: Extractive = EmbeddedSummarizer(worker)
    said = [ChatMessage(role=Role.USER, content="We decided on order ORD-12345, never ship it by air.")]
    try:
        assert await embedded.summarize(said, 600, ["a part"]) == summarize(said, 600, ["a part"])
        assert await embedded.merge(["one " * 50, "two " * 50], 100) == merge(["one " * 50, "two " * 50], 100)
        assert embedded.default_limit(40_000) == default_limit(40_000)
    finally:
        worker.close()
