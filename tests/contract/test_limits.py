"""Every limit that a model of the domain has is in the OpenAPI document, found here by pydantic's own annotations."""

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Annotated, Any, NamedTuple, get_args, get_origin

import pytest
from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen
from google.protobuf.descriptor import Descriptor
from pydantic import AfterValidator, BaseModel
from pydantic.fields import FieldInfo

from compactd.domain.agents import AgentSpec, BlockSpec
from compactd.domain.conversations import ConversationSpec
from compactd.domain.settings import CompactionSettings
from compaction.v1 import agent_pb2, compaction_settings_pb2, conversation_pb2

SCHEMAS: dict[str, Any] = json.loads(files("compaction.v1").joinpath("openapi.json").read_bytes())["components"][
    "schemas"
]
MODELS: list[tuple[type[BaseModel], Descriptor]] = [
    (AgentSpec, agent_pb2.Agent.DESCRIPTOR),
    (BlockSpec, agent_pb2.Block.DESCRIPTOR),
    (ConversationSpec, conversation_pb2.Conversation.DESCRIPTOR),
    (CompactionSettings, compaction_settings_pb2.CompactionSettings.DESCRIPTOR),
]
BOUNDS: dict[type[Any], tuple[str, str]] = {
    Ge: ("ge", "minimum"),
    Gt: ("gt", "exclusiveMinimum"),
    Le: ("le", "maximum"),
    Lt: ("lt", "exclusiveMaximum"),
}


class Limit(NamedTuple):
    """A limit of a field: of the value itself, or of the items of a list."""

    message: str
    field: str
    of_items: bool
    keyword: str
    value: Any

    def __str__(self) -> str:
        return f"{self.message}.{self.field}{'[]' if self.of_items else ''} {self.keyword}"


def limits_of(model: type[BaseModel], message: Descriptor) -> Iterator[Limit]:
    """Those of a model and of the models in it."""
    for name, field in model.model_fields.items():
        item = message.fields_by_name[name]
        found = [*_annotated(field.annotation, False), *_keywords(field.metadata, _is_list(field.annotation), False)]
        found += _stated(field)
        for of_items, keyword, value in found:
            is_zero_absent = not (item.has_presence or item.is_repeated or field.is_required())
            if not (is_zero_absent and keyword in ("minLength", "pattern")):
                yield Limit(message.name, name, of_items, keyword, value)
        models = list(_models(field.annotation))
        for inner in models:
            inside = item.message_type
            assert inside is not None
            if len(models) > 1:
                member = vars(inner).get("provider") or vars(inner)["type"]
                inside = inside.fields_by_name[member].message_type
                assert inside is not None
            yield from limits_of(inner, inside)


def _annotated(annotation: Any, of_items: bool) -> Iterator[tuple[bool, str, Any]]:
    """The limits inside of a type, as in `Annotated[int, Field(ge=1)] | None` and `tuple[Name, ...]`."""
    if get_origin(annotation) is Annotated:
        inner, *metadata = get_args(annotation)
        yield from _keywords(metadata, _is_list(inner), of_items)
        yield from _annotated(inner, of_items)
    else:
        for argument in get_args(annotation):
            yield from _annotated(argument, of_items or get_origin(annotation) is tuple)


def _keywords(metadata: list[Any], is_list: bool, of_items: bool) -> Iterator[tuple[bool, str, Any]]:
    for item in metadata:
        if isinstance(item, FieldInfo):
            yield from _keywords(item.metadata, is_list, of_items)
            yield from ((of_items, keyword, value) for keyword, value in _extra(item).items())
        elif type(item) in BOUNDS:
            attribute, keyword = BOUNDS[type(item)]
            yield of_items, keyword, getattr(item, attribute)
        elif isinstance(item, MinLen):
            yield of_items, "minItems" if is_list else "minLength", item.min_length
        elif isinstance(item, MaxLen):
            yield of_items, "maxItems" if is_list else "maxLength", item.max_length


def _stated(field: FieldInfo) -> list[tuple[bool, str, Any]]:
    """What a type with a validator says of itself in JSON Schema's words, if pydantic has merged it into its field."""
    return [(False, keyword, value) for keyword, value in _extra(field).items()]


def _extra(field: FieldInfo) -> dict[str, Any]:
    return dict(field.json_schema_extra) if isinstance(field.json_schema_extra, dict) else {}


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) is tuple or any(_is_list(item) for item in get_args(annotation))


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)


def schemas_of(limit: Limit) -> list[dict[str, Any]]:
    """How the document describes the field, in each of the message's components that clients send."""
    names = [f"{limit.message}Input", f"{limit.message}Update", limit.message]
    found = [SCHEMAS[name]["properties"][limit.field] for name in names if name in SCHEMAS]
    return [schema["items"] if limit.of_items else schema for schema in found]


FOUND = {str(limit): limit for model, message in MODELS for limit in limits_of(model, message)}
LIMITS = [FOUND[name] for name in sorted(FOUND)]


@pytest.mark.parametrize("limit", LIMITS, ids=str)
def test_a_limit_of_the_domain_is_in_the_document(limit: Limit) -> None:
    schemas = schemas_of(limit)
    assert schemas
    for schema in schemas:
        assert schema[limit.keyword] == limit.value


def test_the_walk_finds_limits_of_every_kind() -> None:
    assert FOUND.keys() >= {
        "Agent.context_window_limit minimum",
        "Agent.description maxLength",
        "Agent.memory_blocks maxItems",
        "Agent.tags[] maxLength",
        "Agent.tool_schemas[] required",
        "AnthropicThinking.budget_tokens minimum",
        "Block.label minLength",
        "CompactionSettings.model pattern",
        "CompactionSettings.prompt maxLength",
        "CompactionSettings.sliding_window_percentage exclusiveMinimum",
        "SglangModelSettings.tool_call_parser maxLength",
        "ThinkingConfig.thinking_budget minimum",
    }


def _texts_with_validators() -> Iterator[tuple[str, bool]]:
    """The fields of text whose validator is a function, and whether they say a limit in JSON Schema's words."""
    for model, message in MODELS:
        for name, field in model.model_fields.items():
            texts = [*_annotations_of_text(field.annotation), field.metadata]
            if any(isinstance(item, AfterValidator) for metadata in texts for item in metadata):
                stated = any(limit.message == message.name and limit.field == name for limit in LIMITS)
                yield f"{message.name}.{name}", stated


def _annotations_of_text(annotation: Any) -> Iterator[list[Any]]:
    if get_origin(annotation) is Annotated:
        inner, *metadata = get_args(annotation)
        if inner is str:
            yield metadata
        yield from _annotations_of_text(inner)
    else:
        for argument in get_args(annotation):
            yield from _annotations_of_text(argument)


def test_no_text_has_a_limit_in_code_alone() -> None:
    checked = dict(_texts_with_validators())
    assert {"Agent.description", "Agent.system", "Agent.model", "CompactionSettings.prompt"} <= checked.keys()
    # A Struct's numbers have to be finite, which JSON has no other ones to say.
    assert [name for name, stated in checked.items() if not stated and name != "Agent.metadata"] == []
