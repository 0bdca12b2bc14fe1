"""What the OpenAPI document tells of messages and enums."""

import json

import pytest
from google.protobuf.descriptor import Descriptor, EnumDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.descriptor_pool import DescriptorPool

from compactd.rpc.wire import enum_names
from compaction.v1 import model_settings_pb2
from tests.contract.openapi_document import (
    COMMENTS,
    DESCRIPTORS,
    DOCUMENT,
    OURS,
    SCHEMAS,
    in_words_of_rest,
    resolved,
    walk,
)

POOL = DescriptorPool()
for file in FileDescriptorSet.FromString(DESCRIPTORS).file:
    POOL.Add(file)
MESSAGES: list[Descriptor] = [
    POOL.FindMessageTypeByName(f"compaction.v1.{message.name}") for file in OURS for message in file.message_type
]
ENUMS: list[EnumDescriptor] = [
    POOL.FindEnumTypeByName(f"compaction.v1.{enum.name}") for file in OURS for enum in file.enum_type
]


# What has no key of its own in JSON: an entry of a list has a stored message's id and time, and its content in the
# shape of its kind.
WITHOUT_A_KEY = {"Message.position", "Message.token_count", "Message.message"}


# What programs read in the descriptors themselves, and what tells keys apart in JSON.
IN_NO_DOCUMENT = {"ReasonTraits", "ReasoningField", "Scope"}


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


@pytest.mark.parametrize(
    "enum", [item for item in ENUMS if item.name not in IN_NO_DOCUMENT], ids=lambda enum: enum.name
)
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
