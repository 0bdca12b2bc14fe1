"""What holds for every RPC: its route, its paging, its idempotency; and for every field: its type."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from google.api import annotations_pb2
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor
from google.protobuf.field_mask_pb2 import FieldMask

from compaction.v1 import method_options_pb2
from tests.builders.contract_files import FILES

METHODS: dict[str, MethodDescriptor] = {
    method.name: method for file in FILES for service in file.services_by_name.values() for method in service.methods
}
MESSAGES: tuple[Descriptor, ...] = tuple(message for file in FILES for message in file.message_types_by_name.values())

ROUTES = {
    "Compact": ["POST /v1/conversations/{conversation_id}/compact"],
    "Recompile": ["POST /v1/conversations/{conversation_id}/recompile", "POST /v1/agents/{agent_id}/recompile"],
    "Summarize": ["POST /v1/agents/{agent_id}/summarize"],
    "GetCompaction": ["GET /v1/conversations/{conversation_id}/compactions/{compaction_id}"],
    "ListCompactions": ["GET /v1/conversations/{conversation_id}/compactions"],
    "RestoreCompaction": ["POST /v1/conversations/{conversation_id}/compactions/{compaction_id}/restore"],
    "SubmitCompaction": ["POST /v1/conversations/{conversation_id}/compact:submit"],
    "GetJob": ["GET /v1/jobs/{job_id}"],
    "ListJobs": ["GET /v1/jobs"],
    "WatchJob": ["GET /v1/jobs/{job_id}:watch", "GET /v1/jobs:watch"],
    "CancelJob": ["POST /v1/jobs/{job_id}:cancel"],
    "CreatePolicy": ["POST /v1/policies"],
    "GetPolicy": ["GET /v1/policies/{policy_id}"],
    "ListPolicies": ["GET /v1/policies"],
    "UpdatePolicy": ["PATCH /v1/policies/{policy_id}"],
    "DeletePolicy": ["DELETE /v1/policies/{policy_id}"],
    "PreviewPolicy": ["GET /v1/policies/{policy_id}:preview", "POST /v1/policies:preview"],
    "StartSweep": ["POST /v1/sweeps"],
    "GetSweep": ["GET /v1/sweeps/{sweep_id}"],
    "ListSweeps": ["GET /v1/sweeps"],
    "PauseSweep": ["POST /v1/sweeps/{sweep_id}:pause"],
    "ResumeSweep": ["POST /v1/sweeps/{sweep_id}:resume"],
    "CancelSweep": ["POST /v1/sweeps/{sweep_id}:cancel"],
    "CreateAgent": ["POST /v1/agents"],
    "GetAgent": ["GET /v1/agents/{agent_id}"],
    "ListAgents": ["GET /v1/agents"],
    "UpdateAgent": ["PATCH /v1/agents/{agent_id}"],
    "DeleteAgent": ["DELETE /v1/agents/{agent_id}"],
    "ListBlocks": ["GET /v1/agents/{agent_id}/core-memory/blocks"],
    "GetBlock": ["GET /v1/agents/{agent_id}/core-memory/blocks/{block_label}"],
    "UpdateBlock": ["PATCH /v1/agents/{agent_id}/core-memory/blocks/{block_label}"],
    "CreateConversation": ["POST /v1/conversations"],
    "GetConversation": ["GET /v1/conversations/{conversation_id}"],
    "ListConversations": ["GET /v1/conversations"],
    "UpdateConversation": ["PATCH /v1/conversations/{conversation_id}"],
    "DeleteConversation": ["DELETE /v1/conversations/{conversation_id}"],
    "AppendMessages": ["POST /v1/conversations/{conversation_id}/messages:append"],
    "ListMessages": ["GET /v1/conversations/{conversation_id}/messages", "GET /v1/agents/{agent_id}/messages"],
    "GetContext": ["GET /v1/conversations/{conversation_id}/context"],
    "ListLedger": ["GET /v1/conversations/{conversation_id}/ledger", "GET /v1/agents/{agent_id}/ledger"],
    "SearchMessages": [
        "GET /v1/conversations/{conversation_id}/messages:search",
        "GET /v1/agents/{agent_id}/messages:search",
    ],
}
LISTS = [name for name in ROUTES if name.startswith(("List", "Search"))]
IDEMPOTENT = {
    "AppendMessages",
    "CreateAgent",
    "CreateConversation",
    "Compact",
    "Summarize",
    "Recompile",
    "RestoreCompaction",
    "SubmitCompaction",
    "CreatePolicy",
    "StartSweep",
}
ADMIN = {"CreatePolicy", "UpdatePolicy", "DeletePolicy", "StartSweep", "PauseSweep", "ResumeSweep", "CancelSweep"}
"""What sets rules for a namespace."""


def rules(method: MethodDescriptor) -> Iterator[Any]:
    extensions: Any = method.GetOptions().Extensions
    rule = extensions[annotations_pb2.http]
    yield rule
    yield from rule.additional_bindings


def verb_and_path(rule: Any) -> tuple[str, str]:
    verb = rule.WhichOneof("pattern")
    return verb.upper(), getattr(rule, verb)


def test_every_rpc_has_the_routes_of_the_contract() -> None:
    routes = {name: [" ".join(verb_and_path(rule)) for rule in rules(method)] for name, method in METHODS.items()}
    assert routes == ROUTES


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_a_route_names_fields_that_there_are(method: MethodDescriptor) -> None:
    for rule in rules(method):
        verb, path = verb_and_path(rule)
        for name in re.findall(r"{(\w+)}", path):
            assert method.input_type.fields_by_name[name].type == FieldDescriptor.TYPE_STRING
        assert bool(rule.body) is (verb in ("POST", "PATCH"))
        assert rule.body in ("", "*") or rule.body in method.input_type.fields_by_name
        assert rule.response_body == "" or rule.response_body in method.output_type.fields_by_name


def test_lists_answer_bare_arrays_and_recompile_a_bare_string() -> None:
    bare = {name: rule.response_body for name, method in METHODS.items() for rule in rules(method)}
    assert {name for name, field in bare.items() if field} == {*LISTS, "Recompile"}
    assert bare["Recompile"] == "system_prompt"
    for name in LISTS:
        (field,) = METHODS[name].output_type.fields
        assert field.is_repeated
        assert bare[name] == field.name


def test_two_bindings_of_one_rpc_answer_alike() -> None:
    for method in METHODS.values():
        assert len({rule.response_body for rule in rules(method)}) == 1
        # One that is got has no body.
        assert len({(rule.body, rule.WhichOneof("pattern")) for rule in rules(method)}) == len(
            {rule.WhichOneof("pattern") for rule in rules(method)}
        )


@pytest.mark.parametrize("name", LISTS)
def test_every_list_is_paged_by_the_ids_of_its_items(name: str) -> None:
    fields = METHODS[name].input_type.fields_by_name
    assert {"limit", "order", "after", "before"} <= set(fields)
    assert fields["limit"].has_presence
    (items,) = METHODS[name].output_type.fields
    assert items.message_type is not None
    assert "id" in items.message_type.fields_by_name


def test_the_rpcs_that_take_a_request_id_are_those_of_the_contract() -> None:
    assert {name for name, method in METHODS.items() if "request_id" in method.input_type.fields_by_name} == IDEMPOTENT


def test_a_conversation_can_be_named_by_its_agent_wherever_it_is_not_the_resource_itself() -> None:
    taking = {name: method.input_type.fields_by_name for name, method in METHODS.items()}
    by_id_only = {name for name, fields in taking.items() if "conversation_id" in fields and "agent_id" not in fields}
    assert by_id_only == {"GetConversation", "UpdateConversation", "DeleteConversation", "ListJobs"}


def test_the_rpcs_that_shrink_or_rewrite_a_context_can_expect_a_version() -> None:
    expecting = {name for name, method in METHODS.items() if "expected_version" in method.input_type.fields_by_name}
    assert expecting == {"Compact", "Summarize", "Recompile", "RestoreCompaction", "SubmitCompaction"}
    assert METHODS["AppendMessages"].input_type.fields_by_name["expected_last_position"].has_presence


def test_updates_are_a_mask_and_the_resource_they_answer() -> None:
    for name in ("UpdateAgent", "UpdateBlock", "UpdateConversation", "UpdatePolicy"):
        method = METHODS[name]
        (rule,) = rules(method)
        assert method.input_type.fields_by_name["update_mask"].message_type == FieldMask.DESCRIPTOR
        assert method.input_type.fields_by_name[rule.body].message_type == method.output_type


def test_numbers_stay_numbers_in_json_and_enums_need_no_presence() -> None:
    allowed = {FieldDescriptor.CPPTYPE_INT32, FieldDescriptor.CPPTYPE_DOUBLE}
    other = {FieldDescriptor.CPPTYPE_BOOL, FieldDescriptor.CPPTYPE_STRING, FieldDescriptor.CPPTYPE_MESSAGE}
    for field in (field for message in MESSAGES for field in message.fields):
        assert field.cpp_type in allowed | other | {FieldDescriptor.CPPTYPE_ENUM}, field.full_name
        assert field.enum_type is None or not field.has_presence, field.full_name


def test_every_file_is_usable_from_go_java_and_csharp() -> None:
    for file in FILES:
        options = file.GetOptions()
        assert options.go_package == "compactd/compaction/v1;compactionv1"
        assert (options.java_package, options.java_multiple_files) == ("compactd.compaction.v1", True)
        assert options.csharp_namespace == "Compactd.Compaction.V1"


def test_every_method_names_its_scope_and_what_http_gets_is_a_read() -> None:
    for name, method in METHODS.items():
        scope = method.GetOptions().Extensions[method_options_pb2.scope]
        gets = any(route.startswith("GET ") for route in ROUTES[name])
        writes = method_options_pb2.SCOPE_ADMIN if name in ADMIN else method_options_pb2.SCOPE_WRITE
        assert scope == (method_options_pb2.SCOPE_READ if gets else writes), name
