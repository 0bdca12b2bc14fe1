"""Connections, with a stub for every service."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import grpc

from compactd_client.calls import AsyncCalls, AsyncStreams, CallRules, Calls, Token
from compactd_client.watching import watch_job, watch_job_async
from compaction.v1 import (
    agent_service_pb2,
    agent_service_pb2_grpc,
    compaction_service_pb2,
    compaction_service_pb2_grpc,
    conversation_service_pb2,
    conversation_service_pb2_grpc,
    job_service_pb2,
    job_service_pb2_grpc,
    policy_service_pb2,
    policy_service_pb2_grpc,
    sweep_service_pb2,
    sweep_service_pb2_grpc,
)
from compaction.v1.job_pb2 import JobEvent

TIMEOUT_SECONDS = 600.0
"""A model may take minutes."""

OPTIONS = {
    # A context is as long as its model's window.
    "grpc.max_receive_message_length": -1,
    # A call may be silent for minutes; that its server is there is asked meanwhile. The server allows every 10 s.
    "grpc.keepalive_time_ms": 30_000,
    "grpc.keepalive_timeout_ms": 10_000,
}


@dataclass(frozen=True, slots=True)
class Client:
    """A connection for threads, which may share it."""

    channel: grpc.Channel
    agents: "agent_service_pb2_grpc.AgentServiceStub"
    conversations: "conversation_service_pb2_grpc.ConversationServiceStub"
    compactions: "compaction_service_pb2_grpc.CompactionServiceStub"
    jobs: "job_service_pb2_grpc.JobServiceStub"
    policies: "policy_service_pb2_grpc.PolicyServiceStub"
    sweeps: "sweep_service_pb2_grpc.SweepServiceStub"

    def watch_job(self, job_id: str, after_ordinal: int = 0) -> Iterator[JobEvent]:
        """What happens to a job, from its first event to its last, or from behind the one of that ordinal; across
        servers that stop or break down meanwhile. CallFailed for anything else."""
        return watch_job(self.jobs, job_id, after_ordinal)


@dataclass(frozen=True, slots=True)
class AsyncClient:
    """A connection for the tasks of one event loop."""

    channel: grpc.aio.Channel
    agents: "agent_service_pb2_grpc.AgentServiceAsyncStub"
    conversations: "conversation_service_pb2_grpc.ConversationServiceAsyncStub"
    compactions: "compaction_service_pb2_grpc.CompactionServiceAsyncStub"
    jobs: "job_service_pb2_grpc.JobServiceAsyncStub"
    policies: "policy_service_pb2_grpc.PolicyServiceAsyncStub"
    sweeps: "sweep_service_pb2_grpc.SweepServiceAsyncStub"

    def watch_job(self, job_id: str, after_ordinal: int = 0) -> AsyncIterator[JobEvent]:
        """As of `Client`, for asyncio."""
        return watch_job_async(self.jobs, job_id, after_ordinal)


@contextmanager
def connect(
    address: str,
    *,
    token: Token | None = None,
    tls: grpc.ChannelCredentials | None = None,
    timeout: float = TIMEOUT_SECONDS,
    options: Mapping[str, Any] | None = None,
) -> Iterator[Client]:
    """A connection to the servers at `address`, such as "127.0.0.1:50051" or "dns:///compactd.example:50051".

    `tls` is what `grpc.ssl_channel_credentials` gives; without it nothing is encrypted, the token neither. `timeout`,
    in seconds, is of calls that are given none. `options` are further ones of the channel.
    """
    arguments = _options(options)
    channel = grpc.secure_channel(address, tls, arguments) if tls else grpc.insecure_channel(address, arguments)
    with channel:
        calling = grpc.intercept_channel(channel, Calls(CallRules(token, timeout)))
        yield Client(
            channel,
            agent_service_pb2_grpc.AgentServiceStub(calling),
            conversation_service_pb2_grpc.ConversationServiceStub(calling),
            compaction_service_pb2_grpc.CompactionServiceStub(calling),
            job_service_pb2_grpc.JobServiceStub(calling),
            policy_service_pb2_grpc.PolicyServiceStub(calling),
            sweep_service_pb2_grpc.SweepServiceStub(calling),
        )


@asynccontextmanager
async def connect_async(
    address: str,
    *,
    token: Token | None = None,
    tls: grpc.ChannelCredentials | None = None,
    timeout: float = TIMEOUT_SECONDS,  # noqa: ASYNC109  (of the calls, not of this one)
    options: Mapping[str, Any] | None = None,
) -> AsyncIterator[AsyncClient]:
    """As `connect`, for asyncio."""
    arguments, rules = _options(options), CallRules(token, timeout)
    interceptors: list[Any] = [AsyncCalls(rules), AsyncStreams(rules)]
    channel = (
        grpc.aio.secure_channel(address, tls, arguments, interceptors=interceptors)
        if tls
        else grpc.aio.insecure_channel(address, arguments, interceptors=interceptors)
    )
    async with channel:
        # The stubs are generated for both, and typed by what they are made of.
        untyped: Any = channel
        yield AsyncClient(
            channel,
            agent_service_pb2_grpc.AgentServiceStub(untyped),
            conversation_service_pb2_grpc.ConversationServiceStub(untyped),
            compaction_service_pb2_grpc.CompactionServiceStub(untyped),
            job_service_pb2_grpc.JobServiceStub(untyped),
            policy_service_pb2_grpc.PolicyServiceStub(untyped),
            sweep_service_pb2_grpc.SweepServiceStub(untyped),
        )


def service_config() -> dict[str, Any]:
    """The published one, in which writes that carry a `request_id` are repeated as reads are: here they all do."""
    config: dict[str, Any] = json.loads(files("compaction.v1").joinpath("service_config.json").read_text())
    modules = (
        agent_service_pb2,
        conversation_service_pb2,
        compaction_service_pb2,
        job_service_pb2,
        policy_service_pb2,
        sweep_service_pb2,
    )
    [repeated] = config["methodConfig"]
    repeated["name"] += [
        {"service": service.full_name, "method": method.name}
        for module in modules
        for service in module.DESCRIPTOR.services_by_name.values()
        for method in service.methods
        if "request_id" in method.input_type.fields_by_name
    ]
    return config


def _options(further: Mapping[str, Any] | None) -> list[tuple[str, Any]]:
    given = {**OPTIONS, "grpc.service_config": json.dumps(service_config()), **(further or {})}
    return list(given.items())
