"""Calls to send through one interceptor, and what stands behind it."""

from dataclasses import dataclass, field
from typing import Any

from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import Message

from compactd.rpc.call import Call
from compactd.rpc.interceptors.interceptor import Request

METHOD = "/compaction.v1.AgentService/GetAgent"
CALL = Call(METHOD, {})
RESPONSE = Empty()


@dataclass(slots=True)
class Servicer:
    """What is behind an interceptor: keeps what comes through, and answers, raises, or calls `work` first."""

    error: BaseException | None = None
    work: Any = None
    seen: list[tuple[Call, Request]] = field(default_factory=list)

    async def __call__(self, call: Call, request: Request) -> Message | None:
        self.seen.append((call, request))
        if self.work is not None:
            await self.work()
        if self.error is not None:
            raise self.error
        return RESPONSE

    @property
    def call(self) -> Call:
        [(call, _)] = self.seen
        return call

    @property
    def request(self) -> Request:
        [(_, request)] = self.seen
        return request
