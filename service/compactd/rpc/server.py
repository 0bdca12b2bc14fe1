"""The gRPC server: its options, and what is registered on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf import descriptor_pool
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from compactd.rpc.interceptors import Doorkeeper, Handler
from compactd.rpc.reflection import method_pool
from compaction.v1 import (
    agent_service_pb2,
    agent_service_pb2_grpc,
    compaction_service_pb2,
    compaction_service_pb2_grpc,
    conversation_service_pb2,
    conversation_service_pb2_grpc,
)

PACKAGE = "compaction.v1"

MAX_REQUEST_BYTES = 16 * 1024 * 1024
"""Checked where a request is deserialized, so that the refusal carries details."""

MAX_RECEIVE_BYTES = 20 * 1024 * 1024
"""gRPC's own limit, which answers without details."""

MAX_METADATA_BYTES = 16 * 1024

MAX_PENDING_REQUESTS = 10_000
"""Calls that wait to be started: gRPC's default of 1,000 cancels calls of a burst on one connection."""

SERVICE_DESCRIPTORS = tuple(
    pb2.DESCRIPTOR.services_by_name[name]
    for pb2, name in (
        (compaction_service_pb2, "CompactionService"),
        (agent_service_pb2, "AgentService"),
        (conversation_service_pb2, "ConversationService"),
    )
)
SERVICES = tuple(service.full_name for service in SERVICE_DESCRIPTORS)


@dataclass(frozen=True, slots=True)
class Servicers:
    """The contract's services."""

    compaction: compaction_service_pb2_grpc.CompactionServiceServicer
    agents: agent_service_pb2_grpc.AgentServiceServicer
    conversations: conversation_service_pb2_grpc.ConversationServiceServicer


class _Collector:
    """Takes handlers as gRPC's server does."""

    def __init__(self) -> None:
        self.handlers: dict[str, Mapping[str, Handler]] = {}

    def add_generic_rpc_handlers(self, generic_rpc_handlers: Sequence[Any]) -> None:
        """The registered ones again, as gRPC's older servers took them."""

    def add_registered_method_handlers(self, service: str, method_handlers: Mapping[str, Handler]) -> None:
        self.handlers[service] = method_handlers


def handlers_of(servicers: Servicers) -> dict[str, Mapping[str, Handler]]:
    """The handler of each method, by service and name."""
    # The generated functions are typed for gRPC's own server.
    collector: Any = _Collector()
    compaction_service_pb2_grpc.add_CompactionServiceServicer_to_server(servicers.compaction, collector)
    agent_service_pb2_grpc.add_AgentServiceServicer_to_server(servicers.agents, collector)
    conversation_service_pb2_grpc.add_ConversationServiceServicer_to_server(servicers.conversations, collector)
    handlers: dict[str, Mapping[str, Handler]] = collector.handlers
    return handlers


@dataclass(frozen=True, slots=True)
class RpcServer:
    """A server that is not started yet, and the health it reports: NOT_SERVING until told otherwise.

    It can listen before the contract's services are there: importing what they stand on takes longer than listening.
    """

    server: grpc.aio.Server
    doorkeeper: Doorkeeper
    interceptors: tuple[grpc.aio.ServerInterceptor, ...]
    """What every call goes through, over REST too, in this order."""
    health: health.aio.HealthServicer
    port: int

    def admit(self, servicers: Servicers) -> None:
        """Registers the contract's services, and lets in the calls that wait for them."""
        # A server that listens already takes generic handlers only.
        for service, handlers in handlers_of(servicers).items():
            self.server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, dict(handlers)),))
        self.doorkeeper.open()

    async def report(self, *, serving: bool) -> None:
        """Sets the health of the server as a whole and of each service."""
        status = health_pb2.HealthCheckResponse.SERVING if serving else health_pb2.HealthCheckResponse.NOT_SERVING
        for service in ("", *SERVICES):
            await self.health.set(service, status)


def make_server(address: str, *, with_reflection: bool) -> RpcServer:
    """Binds `address` (host:port, port 0 for a free one, or unix:path). Raises OSError if it cannot be bound."""
    doorkeeper = Doorkeeper(PACKAGE, MAX_REQUEST_BYTES)
    interceptors = (doorkeeper,)
    server = grpc.aio.server(
        interceptors=interceptors,
        options=[
            ("grpc.max_receive_message_length", MAX_RECEIVE_BYTES),
            ("grpc.max_send_message_length", -1),
            ("grpc.max_metadata_size", MAX_METADATA_BYTES),
            ("grpc.absolute_max_metadata_size", MAX_METADATA_BYTES + 1024),
            ("grpc.server.max_pending_requests", MAX_PENDING_REQUESTS),
            ("grpc.server.max_pending_requests_hard_limit", 2 * MAX_PENDING_REQUESTS),
            ("grpc.so_reuseport", 0),
        ],
    )
    reported = health.aio.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(reported, server)
    if with_reflection:
        names = (*SERVICES, health.SERVICE_NAME, reflection.SERVICE_NAME)
        reflection.enable_server_reflection(names, server, pool=method_pool(descriptor_pool.Default()))
    try:
        port = server.add_insecure_port(address)
    except RuntimeError as error:
        raise OSError(f"cannot listen on {address}: is it in use, or no address of this machine?") from error
    return RpcServer(server, doorkeeper, interceptors, reported, port)
