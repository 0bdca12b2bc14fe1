"""Descriptors and servicers agree, by reflection."""

import inspect
from collections.abc import Iterator

import pytest
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor

from compactd.rpc.agent_servicer import AgentServicer
from compactd.rpc.compaction_servicer import CompactionServicer
from compactd.rpc.contract import METHODS, SERVICE_DESCRIPTORS, Servicers, behaviours_of, methods_of, path_of
from compactd.rpc.conversation_servicer import ConversationServicer
from compactd.rpc.job_servicer import JobServicer
from compactd.rpc.policy_servicer import PolicyServicer
from compactd.rpc.sweep_servicer import SweepServicer
from tests.rpc.services import service_with

SERVICER_CLASSES = dict(
    zip(
        SERVICE_DESCRIPTORS,
        (CompactionServicer, AgentServicer, ConversationServicer, JobServicer, PolicyServicer, SweepServicer),
        strict=True,
    )
)


def rpcs() -> Iterator[tuple[type, MethodDescriptor]]:
    for service, servicer in SERVICER_CLASSES.items():
        for method in service.methods:
            yield servicer, method


@pytest.mark.parametrize(("servicer", "method"), list(rpcs()), ids=lambda value: getattr(value, "name", ""))
def test_every_rpc_has_a_method_of_its_kind(servicer: type, method: MethodDescriptor) -> None:
    behaviour = getattr(servicer, method.name)
    is_kind = inspect.isasyncgenfunction if method.server_streaming else inspect.iscoroutinefunction
    assert is_kind(behaviour)
    assert list(inspect.signature(behaviour).parameters) == ["self", "request", "call"]


@pytest.mark.parametrize("service", SERVICE_DESCRIPTORS, ids=lambda service: service.name)
def test_every_public_method_of_a_servicer_has_an_rpc(service: ServiceDescriptor) -> None:
    public = {name for name in vars(SERVICER_CLASSES[service]) if not name.startswith("_")}
    assert public == {method.name for method in service.methods}


def test_a_servicer_without_a_method_is_noticed_when_it_is_registered() -> None:
    nothing = object()
    with pytest.raises(AttributeError, match="Compact"):
        behaviours_of(Servicers(*[nothing] * len(SERVICE_DESCRIPTORS)))


def test_every_rpc_of_the_contract_can_be_called() -> None:
    assert set(METHODS) == {path_of(method) for service in SERVICE_DESCRIPTORS for method in service.methods}
    assert all(path == method.path for path, method in METHODS.items())


def test_a_method_that_takes_a_stream_is_noticed_at_the_start() -> None:
    with pytest.raises(ValueError, match=r"Upload takes a stream of requests"):
        methods_of([service_with("Upload", client_streaming=True)])
