"""A real server for measurements through the public door, with the embedded summarizer or a model in its place."""

import os
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from enum import StrEnum

from compactd.domain.messages import ChatMessage
from compactd.message_protos import message_to_proto
from compactd.ports.observer import SilentObserver
from compaction.v1 import compaction_service_pb2
from tests.builders.chat import append, compact, new_agent, new_conversation
from tests.loopback.model import LoopbackModel
from tests.quality.extracting_model import extracting
from tests.server import Client, local_server

ALL = 1
LARGEST_BATCH = 100


class Summarizer(StrEnum):
    """Who writes the summaries: no model, or one on loopback that extracts."""

    EMBEDDED = "local/extractive"
    MODEL = "openai/gpt-4.1"


@asynccontextmanager
async def served() -> AsyncIterator[tuple[Client, LoopbackModel]]:
    """A server on SQLite, and what OpenAI's models are for it: one that extracts."""
    async with LoopbackModel() as model:
        extracting(model)
        with _environment(OPENAI_API_KEY="sk-none", OPENAI_BASE_URL=f"{model.url}/v1"):
            async with local_server(observer=SilentObserver(), model_retry_seconds=0) as server:
                yield server.client, model


async def begin(client: Client, summarizer: Summarizer) -> str:
    """The id of a conversation without messages."""
    agent = await new_agent(client, model=Summarizer.MODEL, compaction_settings={"model": summarizer})
    return await new_conversation(client, agent_id=agent.id)


async def add(client: Client, conversation_id: str, messages: Sequence[ChatMessage]) -> None:
    protos = [message_to_proto(message) for message in messages]
    for first in range(0, len(protos), LARGEST_BATCH):
        await append(client, conversation_id, protos[first : first + LARGEST_BATCH])


async def compacted(
    client: Client, conversation_id: str, clip_chars: int = 0
) -> compaction_service_pb2.CompactResponse:
    """Everything evicted."""
    return await compact(client, conversation_id, ALL, compaction_settings={"clip_chars": clip_chars})


@contextmanager
def _environment(**variables: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
