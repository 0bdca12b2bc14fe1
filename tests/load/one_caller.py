"""One caller in this process, for what ghz cannot do: one call here, then one there, or one at once after a start."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import grpc

from compaction.v1 import (
    compaction_service_pb2_grpc,
    conversation_service_pb2,
    conversation_service_pb2_grpc,
)
from tests.load import workload
from tests.load.compact_request import compact_request
from tests.load.load import TIMEOUT_SECONDS, Call, Load


@dataclass(frozen=True, slots=True)
class OneCaller:
    """Its own time, some 0.2 ms a call, is in what it measures. Each method raises grpc.RpcError for a failed call."""

    _compactions: compaction_service_pb2_grpc.CompactionServiceStub
    _conversations: conversation_service_pb2_grpc.ConversationServiceStub

    def compact(self, conversation_id: str, model: str, mode: str) -> Load:
        """One call, as a load. `model` may be empty: the agent's settings choose."""
        request = compact_request(conversation_id, model, mode)
        began = time.perf_counter()
        self._compactions.Compact(request, timeout=TIMEOUT_SECONDS)
        seconds = time.perf_counter() - began
        return Load([Call(datetime.now(UTC), seconds * 1000, "OK")], seconds)

    def append(self, conversation_id: str, messages: int, variant: int) -> None:
        """So many more messages for a conversation."""
        request = conversation_service_pb2.AppendMessagesRequest(
            conversation_id=conversation_id, messages=workload.batch(variant % workload.VARIANTS, messages)
        )
        self._conversations.AppendMessages(request, timeout=TIMEOUT_SECONDS)

    def append_and_compact(self, conversations: Sequence[str], messages: int, model: str) -> None:
        """So many messages more for each, and all of each compacted."""
        for variant, name in enumerate(conversations):
            self.append(name, messages, variant)
            self.compact(name, model, "all")


@contextmanager
def one_caller(address: str) -> Iterator[OneCaller]:
    """A caller with a connection of its own to the server at that address."""
    with grpc.insecure_channel(address) as channel:
        yield OneCaller(
            compaction_service_pb2_grpc.CompactionServiceStub(channel),
            conversation_service_pb2_grpc.ConversationServiceStub(channel),
        )
