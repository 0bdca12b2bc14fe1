"""What the OpenAPI document tells of an operation: its comment, parameters, body, answer and errors."""

from copy import deepcopy
from typing import Any

import jsonschema_rs
import pytest

from compactd.gateway.letta.not_offered import NOT_OFFERED_FIELDS, NOT_OFFERED_OPTIONS
from compactd.gateway.routes import Route
from protos.openapi.document import OPTIONS_NOTE
from tests.contract.openapi_document import (
    COMMENTS,
    DOCUMENT,
    ROUTES,
    SCHEMAS,
    every_route,
    in_words_of_rest,
    operation_of,
    route_name,
    walk,
)


def content_of(route: Route) -> dict[str, Any]:
    content: dict[str, Any] = operation_of(route)["requestBody"]["content"]["application/json"]
    return content


def strict_validator(schema: dict[str, Any]) -> jsonschema_rs.Validator:
    """A validator that takes no keys but those that are described, unless an object says that it may have others."""
    components = deepcopy(DOCUMENT["components"])
    for item in walk(components["schemas"]):
        if item.get("type") == "object" and "properties" in item:
            item.setdefault("additionalProperties", False)
    return jsonschema_rs.Draft202012Validator({**schema, "components": components})


every_body = pytest.mark.parametrize("route", [route for route in ROUTES if route.body], ids=route_name)


every_patch = pytest.mark.parametrize("route", [route for route in ROUTES if route.verb == "PATCH"], ids=route_name)


@every_route
def test_an_operation_tells_the_whole_comment_of_its_rpc(route: Route) -> None:
    operation = operation_of(route)
    told = f"{operation['summary']} {operation.get('description', '')}".partition(OPTIONS_NOTE)[0].split()
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
    of_streams = {"Last-Event-ID"} if route.method.server_streaming else set()
    assert references - of_streams == {"Grpc-Timeout", "X-Request-Id", *(("Idempotency-Key",) if takes_one else ())}
    assert of_streams <= references


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
    content = operation_of(route)["responses"]["200"]["content"]
    if route.method.server_streaming:
        schema = content["text/event-stream"]["schema"]["properties"]["data"]["contentSchema"]
    else:
        schema = content["application/json"]["schema"]
    if route.response_body == "system_prompt":
        assert schema == {"type": "string"}
    elif route.response_body:
        assert schema["type"] == "array"
    else:
        assert (
            schema == {"$ref": f"#/components/schemas/{route.method.output_type.name}"} or schema["maxProperties"] == 0
        )


def test_a_stream_is_described_as_events_and_says_what_is_left_of_one_that_was_seen() -> None:
    streams = [route for route in ROUTES if route.method.server_streaming]
    assert {route.method.name for route in streams} == {"WatchJob"}
    for route in ROUTES:
        responses = operation_of(route)["responses"]
        assert ("204" in responses) is (route in streams)
        if route in streams:
            assert list(responses["200"]["content"]) == ["text/event-stream"]
            assert "content" not in responses["204"]


@every_route
def test_a_resource_in_the_body_and_the_query_of_a_list_may_hold_what_is_not_supported(route: Route) -> None:
    not_offered = {name: why for name, (verbs, why) in NOT_OFFERED_FIELDS.items() if route.verb in verbs}
    of_resource = route.body not in ("", "*") and bool(not_offered)
    answers_501 = of_resource or route.method.name in NOT_OFFERED_OPTIONS
    assert ("501" in operation_of(route)["responses"]) is answers_501


@every_body
def test_a_body_says_what_to_do_instead_of_what_is_not_supported(route: Route) -> None:
    description = operation_of(route)["requestBody"]["description"]
    for name, (verbs, why) in NOT_OFFERED_FIELDS.items():
        assert (f"`{name}`: {why}" in description) is (route.body != "*" and route.verb in verbs)


@every_route
def test_a_list_says_what_to_do_instead_of_an_option_that_is_not_supported(route: Route) -> None:
    description = operation_of(route).get("description", "")
    for rpc, options in NOT_OFFERED_OPTIONS.items():
        for name, option in options.items():
            said = name in NOT_OFFERED_OPTIONS.get(route.method.name, {})
            if rpc == route.method.name or not said:
                assert (f"- `{name}`: {option.instead}" in description) is said
