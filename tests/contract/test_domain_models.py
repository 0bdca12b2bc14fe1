"""The settings of the domain have exactly the fields, types and values of their protos."""

from collections.abc import Mapping
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from google.api import field_behavior_pb2
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from pydantic import BaseModel

from compactd.domain import compactions, messages
from compactd.domain.model_settings import PROVIDERS
from compactd.domain.oneof import Oneof
from compactd.domain.settings import CompactionMode, CompactionSettings
from compaction.v1 import (
    compaction_pb2,
    compaction_settings_pb2,
    conversation_service_pb2,
    message_pb2,
    model_settings_pb2,
)

SCALARS = {
    FieldDescriptor.CPPTYPE_INT32: "int",
    FieldDescriptor.CPPTYPE_DOUBLE: "float",
    FieldDescriptor.CPPTYPE_BOOL: "bool",
    FieldDescriptor.CPPTYPE_STRING: "str",
}

Shape = Mapping[str, Any]
"""Field name to (may be unset, kind); a kind is a scalar's name, a set of enum values, or the shape of a message."""


def shape_of_proto(descriptor: Descriptor) -> Shape:
    # `optional` fields are in oneofs of their own, which are no part of the contract.
    oneofs = [oneof for oneof in descriptor.oneofs if len(oneof.fields) > 1]
    if oneofs:
        (oneof,) = oneofs
        assert len(oneof.fields) == len(descriptor.fields), f"{descriptor.name} has fields beside its oneof"
        return {"oneof": {field.name: _kind_of_proto(field) for field in oneof.fields}}
    return {field.name: (_may_be_unset(field), _kind_of_proto(field)) for field in descriptor.fields}


def _may_be_unset(field: FieldDescriptor) -> bool:
    extensions: Any = field.GetOptions().Extensions
    if field_behavior_pb2.REQUIRED in extensions[field_behavior_pb2.field_behavior]:
        return False
    return field.has_presence or field.enum_type is not None


def _kind_of_proto(field: FieldDescriptor) -> Any:
    assert not field.is_repeated, f"{field.full_name} is repeated, which no setting is so far"
    if field.enum_type is not None:
        return values_of_proto(field.enum_type)
    if field.message_type is None:
        return SCALARS[field.cpp_type]
    return "object" if field.message_type.name == "Struct" else shape_of_proto(field.message_type)


def values_of_proto(enum: EnumDescriptor) -> frozenset[str]:
    prefix = enum.values[0].name.removesuffix("UNSPECIFIED")
    return frozenset(value.name.removeprefix(prefix).lower() for value in enum.values[1:])


def shape_of_model(model: type[BaseModel]) -> Shape:
    shape = {}
    for name, field in model.model_fields.items():
        assert field.alias is None, f"{model.__name__}.{name} has an alias"
        optional = NoneType in get_args(field.annotation)
        assert field.is_required() is not optional, f"{model.__name__}.{name} is optional and has no default of None"
        oneof = next((item for item in field.metadata if isinstance(item, Oneof)), None)
        shape[name] = (optional, _kind_of_annotation(field.annotation, oneof))
    return shape


def _kind_of_annotation(annotation: Any, oneof: Oneof | None = None) -> Any:
    if get_origin(annotation) is Annotated:
        inner, *metadata = get_args(annotation)
        return _kind_of_annotation(inner, next((item for item in metadata if isinstance(item, Oneof)), None))
    if get_origin(annotation) is Literal:
        return frozenset(get_args(annotation))
    if get_origin(annotation) in (Union, UnionType):
        members = [arg for arg in get_args(annotation) if arg is not NoneType]
        if oneof is None:
            (member,) = members
            return _kind_of_annotation(member)
        return {"oneof": {getattr(member, oneof.member): shape_of_model(member) for member in members}}
    if get_origin(annotation) is dict:
        return "object"
    if issubclass(annotation, Enum):
        return frozenset(member.value for member in annotation)
    return shape_of_model(annotation) if issubclass(annotation, BaseModel) else annotation.__name__


def test_compaction_settings_and_all_below_them_are_those_of_the_protos() -> None:
    assert shape_of_model(CompactionSettings) == shape_of_proto(compaction_settings_pb2.CompactionSettings.DESCRIPTOR)


def test_the_walk_reaches_every_provider_down_to_its_last_field() -> None:
    providers = shape_of_proto(model_settings_pb2.ModelSettings.DESCRIPTOR)["oneof"]
    assert tuple(providers) == PROVIDERS
    assert providers["anthropic"]["thinking"][1]["budget_tokens"] == (True, "int")
    assert providers["chatgpt_oauth"]["reasoning"][1]["reasoning_effort"][1] == {
        "none",
        "low",
        "medium",
        "high",
        "xhigh",
    }
    assert providers["groq"]["response_format"][1]["oneof"]["json_schema"] == {"json_schema": (False, "object")}


def test_every_provider_has_the_three_common_fields_and_its_own() -> None:
    common = {"max_output_tokens", "parallel_tool_calls", "temperature"}
    anthropic = {"effort", "response_format", "strict", "thinking", "verbosity"}
    own: dict[str, set[str]] = {
        "openai": {"reasoning", "response_format", "strict"},
        "sglang": {"reasoning", "response_format", "strict", "tool_call_parser"},
        "anthropic": anthropic,
        "google_ai": {"response_schema", "thinking_config"},
        "google_vertex": {"response_schema", "thinking_config"},
        "moonshot": {"response_format", "strict"},
        "zai": {"response_format", "thinking"},
        "moonshot_coding": anthropic,
        "baseten": set(),
        "chatgpt_oauth": {"reasoning"},
    } | {
        name: {"response_format"} for name in ("azure", "xai", "groq", "deepseek", "together", "bedrock", "openrouter")
    }
    providers = shape_of_proto(model_settings_pb2.ModelSettings.DESCRIPTOR)["oneof"]
    assert {name: set(fields) for name, fields in providers.items()} == {
        name: common | fields for name, fields in own.items()
    }


def test_handles_name_the_providers_of_the_oneof() -> None:
    members = [field.name for field in model_settings_pb2.ModelSettings.DESCRIPTOR.fields]
    assert members == list(PROVIDERS)


@pytest.mark.parametrize(
    ("domain", "proto"),
    [
        (CompactionMode, compaction_settings_pb2.CompactionMode),
        (compactions.CompactionKind, compaction_pb2.CompactionKind),
        (compactions.RequestForm, compaction_pb2.CompactionAsk),
        (compactions.Method, compaction_pb2.CompactionMethod),
        (compactions.PartState, compaction_pb2.PartState),
        (compactions.MergeSource, compaction_pb2.MergeSource),
        (messages.Role, message_pb2.MessageRole),
    ],
)
def test_enums_of_the_domain_have_the_values_of_the_protos(domain: type[Enum], proto: Any) -> None:
    assert {member.value for member in domain} == values_of_proto(proto.DESCRIPTOR)


def test_the_filter_takes_every_type_of_a_message_and_five_of_lettas_that_none_is_of() -> None:
    types = {member.value for member in messages.MessageType}
    assert values_of_proto(conversation_service_pb2.MessageType.DESCRIPTOR) == types | {
        "reasoning_message",
        "hidden_reasoning_message",
        "approval_request_message",
        "approval_response_message",
        "event_message",
    }
