"""Every RPC is a method of a servicer and declares the reasons for which it may fail, in a form for programs."""

import pytest
from google.protobuf.descriptor import MethodDescriptor

from compactd.rpc.agent_servicer import AgentServicer
from compactd.rpc.compaction_servicer import CompactionServicer
from compactd.rpc.contract import SERVICE_DESCRIPTORS
from compactd.rpc.conversation_servicer import ConversationServicer
from compactd.rpc.job_servicer import JobServicer
from compactd.rpc.policy_servicer import PolicyServicer
from compactd.rpc.sweep_servicer import SweepServicer
from tests.declared_errors import own_reasons, traits

SERVICERS = {
    "AgentService": AgentServicer,
    "CompactionService": CompactionServicer,
    "ConversationService": ConversationServicer,
    "JobService": JobServicer,
    "PolicyService": PolicyServicer,
    "SweepService": SweepServicer,
}
METHODS: list[MethodDescriptor] = [method for service in SERVICE_DESCRIPTORS for method in service.methods]
TRAITS = traits()
OF_NO_METHOD = {name for name, its in TRAITS.items() if its.rest_only or its.no_method}

every_method = pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)


def takes(method: MethodDescriptor, field: str) -> bool:
    return field in method.input_type.fields_by_name


def test_every_service_of_the_contract_has_a_servicer() -> None:
    assert SERVICERS.keys() == {service.name for service in SERVICE_DESCRIPTORS}


@every_method
def test_every_rpc_is_a_method_of_its_servicer(method: MethodDescriptor) -> None:
    # The generated base classes have them all, and answer that they are not there.
    assert method.name in vars(SERVICERS[method.containing_service.name])


@every_method
def test_an_rpc_declares_reasons_of_its_own_and_each_once(method: MethodDescriptor) -> None:
    declared = own_reasons(method)
    assert len(declared) == len(set(declared))
    assert [reason for reason in declared if TRAITS[reason].any_method or reason in OF_NO_METHOD] == []


def test_every_reason_that_is_not_of_any_method_is_declared_by_one() -> None:
    declared = {reason for method in METHODS for reason in own_reasons(method)}
    assert declared == {name for name, its in TRAITS.items() if not its.any_method} - OF_NO_METHOD


@every_method
def test_what_an_rpc_takes_is_what_it_may_fail_for(method: MethodDescriptor) -> None:
    declared = own_reasons(method)
    assert ("REQUEST_ID_REUSED" in declared) is takes(method, "request_id")
    assert ("CONTEXT_CHANGED" in declared) is (
        takes(method, "expected_version") or takes(method, "expected_last_position")
    )
    assert ("COMPACTION_NOT_FOUND" in declared) is takes(method, "compaction_id")
    assert ("BLOCK_NOT_FOUND" in declared) is takes(method, "block_label")
    # There it only says which jobs are listed.
    if takes(method, "conversation_id") and method.name != "ListJobs":
        assert "CONVERSATION_NOT_FOUND" in declared


def test_only_what_is_not_there_is_not_supported() -> None:
    assert [name for name, its in TRAITS.items() if its.no_method] == ["NOT_SUPPORTED"]
