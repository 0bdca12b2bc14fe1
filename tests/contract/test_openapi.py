"""The OpenAPI document as a whole: every route and comment of the descriptors, nothing else, nothing that dangles."""

import re

import pytest
from google.rpc import code_pb2
from openapi_spec_validator import validate

from compactd.gateway.http_statuses import http_status
from compactd.gateway.routes import Route
from compactd.rpc.contract import SERVICE_DESCRIPTORS
from protos.openapi.comments import first_sentence, without_subject
from protos.openapi.document import openapi_json
from protos.openapi.errors import RESPONSES
from protos.promises import PROMISED_REASONS
from tests.contract.openapi_document import (
    COMMENTS,
    DESCRIPTORS,
    DOCUMENT,
    ROUTES,
    STORED,
    every_route,
    operation_of,
    resolved,
    route_name,
    walk,
)
from tests.declared_errors import traits


def test_the_document_is_valid() -> None:
    validate(DOCUMENT)


def test_the_stored_document_is_what_the_stored_descriptors_give() -> None:
    assert openapi_json(DESCRIPTORS) == STORED


def test_it_has_the_routes_of_the_descriptors_and_no_others() -> None:
    described = [f"{verb.upper()} {path}" for path, item in DOCUMENT["paths"].items() for verb in item]
    assert sorted(described) == sorted(map(route_name, ROUTES))


def test_every_rpc_is_an_operation_by_its_name_and_further_bindings_are_told_apart() -> None:
    ids = [operation["operationId"] for item in DOCUMENT["paths"].values() for operation in item.values()]
    methods = {method.name for service in SERVICE_DESCRIPTORS for method in service.methods}
    assert len(set(ids)) == len(ids)
    assert set(ids) - methods == {
        "RecompileByAgentId",
        "ListMessagesByAgentId",
        "ListLedgerByAgentId",
        "SearchMessagesByAgentId",
        "WatchJobByQuery",
        "PreviewPolicyByPolicy",
    }
    assert methods <= set(ids)


def test_every_service_is_a_tag_with_its_comment() -> None:
    assert {tag["name"]: tag["description"] for tag in DOCUMENT["tags"]} == {
        service.name: COMMENTS.texts[service.full_name] for service in SERVICE_DESCRIPTORS
    }


@every_route
def test_every_error_of_an_operation_is_the_one_shape(route: Route) -> None:
    for status, reference in operation_of(route)["responses"].items():
        if not status.startswith("2"):
            response = resolved(reference["$ref"])
            assert response["content"] == {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
            assert "X-Request-Id" in response["headers"]


def test_the_calls_that_expect_a_state_of_the_context_can_find_it_changed() -> None:
    conflicting = {route.method.name for route in ROUTES if "409" in operation_of(route)["responses"]}
    assert conflicting == {
        "AppendMessages",
        "Compact",
        "Recompile",
        "RestoreCompaction",
        "SubmitCompaction",
        "Summarize",
    }


def test_every_reason_stands_at_the_status_that_the_adapter_gives_it() -> None:
    told = {
        reason: status
        for status, (name, _) in RESPONSES.items()
        for reason in re.findall(r"`([A-Z_]+)`", DOCUMENT["components"]["responses"][name]["description"])
    }
    given = {name: http_status(code_pb2.Code.Name(its.status), name) for name, its in traits().items()}
    # No operation has a wrong method.
    answered = {reason: status for reason, status in given.items() if status != 405}
    assert told == {reason: status for reason, status in answered.items() if reason not in PROMISED_REASONS}


def test_every_operation_takes_a_bearer_token_or_none_at_all() -> None:
    schemes = DOCUMENT["components"]["securitySchemes"]
    assert {name: (its["type"], its["scheme"]) for name, its in schemes.items()} == {"bearer": ("http", "bearer")}
    assert DOCUMENT["security"] == [{"bearer": []}, {}]
    assert [operation for operation in map(operation_of, ROUTES) if "security" in operation] == []


def test_no_reference_dangles() -> None:
    for item in walk(DOCUMENT):
        if "$ref" in item:
            assert resolved(item["$ref"])


def test_no_component_is_unused() -> None:
    used = {item["$ref"] for item in walk(DOCUMENT) if "$ref" in item}
    referred = {kind: items for kind, items in DOCUMENT["components"].items() if kind != "securitySchemes"}
    there = {f"#/components/{kind}/{name}" for kind, items in referred.items() for name in items}
    assert there - used == set()


def test_a_comment_is_one_line_a_paragraph() -> None:
    assert COMMENTS.of("compaction.v1.Agent.description") == (
        "What the agent is for, at most 64 KiB of UTF-8, else INVALID_ARGUMENT. Not shown to a model."
    )
    assert COMMENTS.of("compaction.v1.AgentService.ListAgents").splitlines() == [
        "ListAgents answers agents.",
        "",
        "Over REST the answer is a bare array.",
    ]


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("GetX answers one.", "Answers one."),
        ("Get is GetX for one.", "Get is GetX for one."),
        ("GetX is Get.", "GetX is Get."),
        ("Answers one.", "Answers one."),
    ],
)
def test_a_summary_leaves_out_the_name_of_the_rpc_that_does_something(sentence: str, told: str) -> None:
    assert without_subject(sentence, "GetX") == told


def test_a_summary_is_the_first_sentence() -> None:
    assert first_sentence("GetX answers v1.2 of it. Unknown: X.") == ("GetX answers v1.2 of it.", "Unknown: X.")
    assert first_sentence("One only.") == ("One only.", "")
