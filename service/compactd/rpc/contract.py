"""The services of the contract, by their descriptors: what there is to call, and who answers."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from compactd.domain.principal import Scope
from compactd.rpc.call import Call
from compaction.v1 import (
    agent_service_pb2,
    compaction_service_pb2,
    conversation_service_pb2,
    job_service_pb2,
    method_options_pb2,
    policy_service_pb2,
    sweep_service_pb2,
)

PACKAGE = "compaction.v1"

SERVICE_DESCRIPTORS = tuple(
    pb2.DESCRIPTOR.services_by_name[name]
    for pb2, name in (
        (compaction_service_pb2, "CompactionService"),
        (agent_service_pb2, "AgentService"),
        (conversation_service_pb2, "ConversationService"),
        (job_service_pb2, "JobService"),
        (policy_service_pb2, "PolicyService"),
        (sweep_service_pb2, "SweepService"),
    )
)
SERVICES = tuple(service.full_name for service in SERVICE_DESCRIPTORS)

Behaviour = Callable[[Any, Call], Any]
"""A servicer's method: takes a request and its call. It is a coroutine function that returns the response, or, where
the RPC streams, an asynchronous generator of responses."""

Send = Callable[[Message], Awaitable[None]]
"""Takes the responses of a stream, one after the other."""


@dataclass(frozen=True, slots=True)
class Method:
    """An RPC: its path (/package.Service/Method), what it takes, whether it answers with a stream, and the scope that
    its caller needs."""

    path: str
    request_class: type[Message]
    server_streaming: bool
    scope: Scope


@dataclass(frozen=True, slots=True)
class Servicers:
    """The contract's services, in the order of SERVICE_DESCRIPTORS: each has a method for every RPC, named like it."""

    compaction: object
    agents: object
    conversations: object
    jobs: object
    policies: object
    sweeps: object


def path_of(method: MethodDescriptor) -> str:
    return f"/{method.containing_service.full_name}/{method.name}"


def methods_of(services: Iterable[ServiceDescriptor]) -> dict[str, Method]:
    """Every RPC of the services, by path. ValueError for one that takes a stream: a call has one request."""
    methods = [_method(method) for service in services for method in service.methods]
    return {method.path: method for method in methods}


def _method(method: MethodDescriptor) -> Method:
    if method.client_streaming:
        raise ValueError(f"{path_of(method)} takes a stream of requests, which no door of this server can serve.")
    return Method(path_of(method), GetMessageClass(method.input_type), method.server_streaming, scope_of(method))


def scope_of(method: MethodDescriptor) -> Scope:
    """The method's option. A method that names no scope is its administrators' alone: one that was forgotten is closed,
    not open."""
    # Which options a method has, the stubs do not know.
    options: Any = method.GetOptions()
    return _SCOPES[options.Extensions[method_options_pb2.scope]]


_SCOPES = {
    method_options_pb2.SCOPE_UNSPECIFIED: Scope.ADMIN,
    method_options_pb2.SCOPE_READ: Scope.READ,
    method_options_pb2.SCOPE_WRITE: Scope.WRITE,
    method_options_pb2.SCOPE_ADMIN: Scope.ADMIN,
}


METHODS = methods_of(SERVICE_DESCRIPTORS)


def behaviours_of(servicers: Servicers) -> dict[str, Behaviour]:
    """What answers each RPC, by path. AttributeError for an RPC that its servicer has no method for."""
    by_service = zip(SERVICE_DESCRIPTORS, (getattr(servicers, field.name) for field in fields(servicers)), strict=True)
    return bind(dict(by_service))


def bind(servicers: Mapping[ServiceDescriptor, object]) -> dict[str, Behaviour]:
    """The same for any services."""
    return {
        path_of(method): getattr(servicer, method.name)
        for service, servicer in servicers.items()
        for method in service.methods
    }
