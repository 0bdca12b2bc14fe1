"""The OpenAPI document tells what the descriptors hold: every route and comment, nothing else, nothing that dangles."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from importlib.resources import files
from typing import Any

import jsonschema_rs
import pytest
from google.protobuf.descriptor import Descriptor, EnumDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.descriptor_pool import DescriptorPool
from google.rpc import code_pb2
from openapi_spec_validator import validate

from compactd.gateway.http_statuses import http_status
from compactd.gateway.letta.not_offered import NOT_OFFERED_FIELDS
from compactd.gateway.routes import Route, routes_of
from compactd.rpc.contract import SERVICE_DESCRIPTORS
from compactd.rpc.wire import enum_names
from compaction.v1 import model_settings_pb2
from protos.openapi.comments import comments_of, first_sentence, without_subject
from protos.openapi.document import openapi_json
from protos.openapi.errors import RESPONSES
from protos.promises import PROMISED_METHODS, PROMISED_REASONS
from tests.declared_errors import traits

DESCRIPTORS = files("compaction.v1").joinpath("descriptors.binpb").read_bytes()
STORED = files("compaction.v1").joinpath("openapi.json").read_bytes()
DOCUMENT: dict[str, Any] = json.loads(STORED)
SCHEMAS: dict[str, dict[str, Any]] = DOCUMENT["components"]["schemas"]

POOL = DescriptorPool()
for file in FileDescriptorSet.FromString(DESCRIPTORS).file:
    POOL.Add(file)
OURS = [file for file in FileDescriptorSet.FromString(DESCRIPTORS).file if file.package == "compaction.v1"]
COMMENTS = comments_of(OURS)
ROUTES = routes_of(SERVICE_DESCRIPTORS)
MESSAGES: list[Descriptor] = [
    POOL.FindMessageTypeByName(f"compaction.v1.{message.name}") for file in OURS for message in file.message_type
]
ENUMS: list[EnumDescriptor] = [
    POOL.FindEnumTypeByName(f"compaction.v1.{enum.name}") for file in OURS for enum in file.enum_type
]

# What has no key of its own in JSON: an entry of a list has a stored message's id and time, and its content in the
# shape of its kind.
WITHOUT_A_KEY = {"Message.position", "Message.token_count", "Message.message"}

# What programs read in the descriptors themselves.
IN_NO_DOCUMENT = {"ReasonTraits"}


def walk(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in `value`, itself included."""
    if isinstance(value, dict):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(item)


def resolved(reference: str) -> Any:
    value: Any = DOCUMENT
    for step in reference.removeprefix("#/").split("/"):
        value = value[step]
    return value


def operation_of(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = DOCUMENT["paths"][route.template][route.verb.lower()]
    return operation


def route_name(route: Route) -> str:
    return f"{route.verb} {route.template}"


def content_of(route: Route) -> dict[str, Any]:
    content: dict[str, Any] = operation_of(route)["requestBody"]["content"]["application/json"]
    return content


def in_words_of_rest(comment: str) -> str:
    """Over REST a mask need not be given."""
    return comment.replace("the mask names", "the body or `update_mask` names")


def strict_validator(schema: dict[str, Any]) -> jsonschema_rs.Validator:
    """A validator that takes no keys but those that are described, unless an object says that it may have others."""
    components = deepcopy(DOCUMENT["components"])
    for item in walk(components["schemas"]):
        if item.get("type") == "object" and "properties" in item:
            item.setdefault("additionalProperties", False)
    return jsonschema_rs.Draft202012Validator({**schema, "components": components})


every_route = pytest.mark.parametrize("route", ROUTES, ids=route_name)
every_body = pytest.mark.parametrize("route", [route for route in ROUTES if route.body], ids=route_name)
every_patch = pytest.mark.parametrize("route", [route for route in ROUTES if route.verb == "PATCH"], ids=route_name)


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
    assert set(ids) - methods == {"RecompileByAgentId", "ListMessagesByAgentId"}
    assert methods <= set(ids)


def test_every_service_is_a_tag_with_its_comment() -> None:
    assert {tag["name"]: tag["description"] for tag in DOCUMENT["tags"]} == {
        service.name: COMMENTS.texts[service.full_name] for service in SERVICE_DESCRIPTORS
    }


@every_route
def test_an_operation_tells_the_whole_comment_of_its_rpc(route: Route) -> None:
    operation = operation_of(route)
    told = f"{operation['summary']} {operation.get('description', '')}".split()
    words = in_words_of_rest(COMMENTS.texts[route.method.full_name]).split()
    assert told in (words, [words[1].capitalize(), *words[2:]])


@every_route
def test_a_summary_says_what_the_operation_does(route: Route) -> None:
    first, second, *_ = operation_of(route)["summary"].split()
    assert first[0].isupper()
    assert first.endswith("s") or (first, second) == (route.method.name, "is")


@every_route
def test_the_variables_of_a_path_are_its_required_parameters(route: Route) -> None:
    parameters = [item for item in operation_of(route)["parameters"] if item.get("in") == "path"]
    assert [item["name"] for item in parameters] == list(route.variables)
    assert all(item["required"] for item in parameters)


@every_route
def test_what_a_query_can_give_is_a_parameter(route: Route) -> None:
    parameters = {item["name"] for item in operation_of(route)["parameters"] if item.get("in") == "query"}
    scalars = {item.name for item in route.method.input_type.fields if item.message_type is None}
    mask = {"update_mask"} & set(route.method.input_type.fields_by_name)
    assert parameters == (scalars | mask) - set(route.variables)


@every_patch
def test_a_mask_is_a_text_of_the_query_and_explained(route: Route) -> None:
    mask = next(item for item in operation_of(route)["parameters"] if item.get("name") == "update_mask")
    assert mask["schema"] == {"type": "string"}
    assert "commas" in mask["description"]


@every_patch
def test_a_body_of_changes_says_what_a_null_does(route: Route) -> None:
    description = operation_of(route)["requestBody"]["description"]
    assert "a key that is null keeps its field" in description
    assert "the mask" not in description
    assert ("`clip_chars` is 0 where it is null" in description) is (route.body != "block")


@every_route
def test_a_request_id_can_be_given_as_idempotency_key(route: Route) -> None:
    references = {item["$ref"].rpartition("/")[2] for item in operation_of(route)["parameters"] if "$ref" in item}
    takes_one = "request_id" in route.method.input_type.fields_by_name
    assert references == {"Grpc-Timeout", "X-Request-Id", *(("Idempotency-Key",) if takes_one else ())}


@every_route
def test_a_body_is_described_where_there_is_one(route: Route) -> None:
    assert bool(operation_of(route).get("requestBody")) is bool(route.body)


@every_body
def test_a_body_has_an_example_of_its_schema(route: Route) -> None:
    content = content_of(route)
    strict_validator(content["schema"]).validate(content["example"])


def test_every_example_of_a_schema_is_one_of_its_values() -> None:
    given = {name: schema["examples"] for name, schema in SCHEMAS.items() if "examples" in schema}
    assert given.keys() >= {"ChatMessage", "CompactionSettings", "ModelSettings", "BlockInput", "AgentInput"}
    for name, examples in given.items():
        for example in examples:
            strict_validator({"$ref": f"#/components/schemas/{name}"}).validate(example)


def test_an_example_of_nonsense_would_be_seen() -> None:
    settings = strict_validator({"$ref": "#/components/schemas/CompactionSettings"})
    assert not settings.is_valid({"mode": "everything"})
    assert not settings.is_valid({"percentage": 0.3})


@every_body
def test_a_whole_request_has_the_examples_of_its_parts(route: Route) -> None:
    for key, value in content_of(route)["example"].items() if route.body == "*" else ():
        message = route.method.input_type.fields_by_name[key].message_type
        if message is not None:
            part = SCHEMAS[message.name]["examples"][0]
            assert value in (part, [part])


@every_route
def test_a_bare_answer_is_described_as_its_field_alone(route: Route) -> None:
    schema = operation_of(route)["responses"]["200"]["content"]["application/json"]["schema"]
    if route.response_body == "system_prompt":
        assert schema == {"type": "string"}
    elif route.response_body:
        assert schema["type"] == "array"
    else:
        assert (
            schema == {"$ref": f"#/components/schemas/{route.method.output_type.name}"} or schema["maxProperties"] == 0
        )


@every_route
def test_every_error_of_an_operation_is_the_one_shape(route: Route) -> None:
    for status, reference in operation_of(route)["responses"].items():
        if status != "200":
            response = resolved(reference["$ref"])
            assert response["content"] == {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
            assert "X-Request-Id" in response["headers"]


@every_route
def test_a_resource_in_the_body_may_hold_what_is_not_supported(route: Route) -> None:
    not_offered = {name: why for name, (verbs, why) in NOT_OFFERED_FIELDS.items() if route.verb in verbs}
    answers_501 = (route.body not in ("", "*") and bool(not_offered)) or route.method.name in PROMISED_METHODS
    assert ("501" in operation_of(route)["responses"]) is answers_501


@every_body
def test_a_body_says_what_to_do_instead_of_what_is_not_supported(route: Route) -> None:
    description = operation_of(route)["requestBody"]["description"]
    for name, (verbs, why) in NOT_OFFERED_FIELDS.items():
        assert (f"`{name}`: {why}" in description) is (route.body != "*" and route.verb in verbs)


def test_the_calls_that_expect_a_state_of_the_context_can_find_it_changed() -> None:
    conflicting = {route.method.name for route in ROUTES if "409" in operation_of(route)["responses"]}
    assert conflicting == {"AppendMessages", "Compact", "Recompile", "RestoreCompaction", "Summarize"}


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


def test_no_reference_dangles() -> None:
    for item in walk(DOCUMENT):
        if "$ref" in item:
            assert resolved(item["$ref"])


def test_no_component_is_unused() -> None:
    used = {item["$ref"] for item in walk(DOCUMENT) if "$ref" in item}
    there = {f"#/components/{kind}/{name}" for kind, items in DOCUMENT["components"].items() for name in items}
    assert there - used == set()


def test_every_union_is_told_apart_by_a_value_that_only_one_member_has() -> None:
    unions = [item for item in walk(DOCUMENT) if "discriminator" in item]
    assert len(unions) >= 5
    for union in unions:
        key, mapping = union["discriminator"]["propertyName"], union["discriminator"]["mapping"]
        assert list(mapping.values()) == [member["$ref"] for member in union["oneOf"]]
        for value, reference in mapping.items():
            member = resolved(reference)
            assert member["properties"][key]["const"] == value
            assert key in member["required"]


def test_model_settings_are_one_flat_object_for_each_of_the_providers() -> None:
    providers = model_settings_pb2.ModelSettings.DESCRIPTOR.fields
    mapping = SCHEMAS["ModelSettings"]["discriminator"]["mapping"]
    assert set(mapping) == {provider.name for provider in providers}
    for provider in providers:
        assert provider.message_type is not None
        fields = [item.name for item in provider.message_type.fields]
        assert [*resolved(mapping[provider.name])["properties"]] == ["provider_type", *fields]


@pytest.mark.parametrize(
    "message", [item for item in MESSAGES if item.name not in IN_NO_DOCUMENT], ids=lambda message: message.name
)
def test_every_comment_of_a_field_is_told_with_its_name(message: Descriptor) -> None:
    told = json.dumps(DOCUMENT, ensure_ascii=False)
    for item in message.fields:
        if f"{message.name}.{item.name}" not in WITHOUT_A_KEY:
            comment = in_words_of_rest(COMMENTS.texts[item.full_name])
            assert json.dumps(comment, ensure_ascii=False)[1:-1] in told, item.full_name


@pytest.mark.parametrize("enum", ENUMS, ids=lambda enum: enum.name)
def test_an_enum_has_its_values_in_lower_case_with_their_comments(enum: EnumDescriptor) -> None:
    names = enum_names(enum)
    assert SCHEMAS[enum.name]["enum"] == list(names.values())
    for number, name in names.items():
        comment = COMMENTS.texts[f"{enum.full_name}.{enum.values_by_number[number].name}"]
        assert f"- `{name}`: {comment.splitlines()[0]}" in SCHEMAS[enum.name]["description"]


def test_an_answer_has_all_its_fields_and_a_request_needs_none_that_the_server_sets() -> None:
    assert set(SCHEMAS["Agent"]["required"]) == set(SCHEMAS["Agent"]["properties"])
    assert SCHEMAS["Agent"]["properties"]["id"]["readOnly"] is True
    assert "id" not in SCHEMAS["AgentInput"]["properties"]
    assert "required" not in SCHEMAS["AgentInput"]


def test_an_update_of_a_block_need_not_name_what_a_new_one_must() -> None:
    assert SCHEMAS["BlockInput"]["required"] == ["label"]
    assert "required" not in SCHEMAS["BlockUpdate"]


def test_a_message_with_nothing_but_what_may_be_null_has_one_schema_for_both_ways() -> None:
    assert "CompactionSettingsInput" not in SCHEMAS
    assert "required" not in SCHEMAS["CompactionSettings"]


def test_a_comment_is_one_line_a_paragraph() -> None:
    assert COMMENTS.of("compaction.v1.Agent.description") == (
        "What the agent is for, at most 64 KiB of UTF-8, else INVALID_ARGUMENT. Not shown to a model."
    )
    assert COMMENTS.of("compaction.v1.AgentService.ListAgents").splitlines() == [
        "ListAgents answers agents.",
        "",
        "Over REST the answer is a bare array.",
    ]


def test_a_request_id_is_a_uuid_wherever_it_is_given() -> None:
    parameters = [item["schema"] for item in walk(DOCUMENT) if item.get("name") == "request_id"]
    keys = [item["properties"]["request_id"] for item in walk(DOCUMENT) if "request_id" in item.get("properties", {})]
    assert len(parameters) > 3
    assert len(keys) > 3
    assert {schema["format"] for schema in (*parameters, *keys)} == {"uuid"}


def test_a_whole_number_has_a_format_and_no_bounds_that_nobody_would_come_near() -> None:
    numbers = [item for item in walk(DOCUMENT) if item.get("format") == "int32"]
    assert len(numbers) > 20
    bounds = [number[keyword] for number in numbers for keyword in ("minimum", "maximum") if keyword in number]
    assert max(map(abs, bounds)) < 1_000_000


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
