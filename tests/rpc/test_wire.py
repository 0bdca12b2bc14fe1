"""Proto messages to plain data and back."""

from datetime import UTC, datetime
from typing import Any

import pytest
from google.protobuf.message import Message

from compactd.domain.limits import wire_bytes
from compactd.domain.settings import CompactionMode, CompactionSettings
from compactd.rpc.wire import UnreadableValue, plain_from_proto, plain_to_proto
from compaction.v1 import agent_pb2, compaction_settings_pb2, conversation_service_pb2, message_pb2, model_settings_pb2


def number(value: int) -> Any:
    """The number of an enum value, known or not: enums of proto3 are open, only their stubs are closed."""
    return value


def settings_proto() -> compaction_settings_pb2.CompactionSettings:
    proto = compaction_settings_pb2.CompactionSettings(
        clip_chars=0,
        mode=compaction_settings_pb2.COMPACTION_MODE_SELF_COMPACT_ALL,
        prompt_acknowledgement=False,
        sliding_window_percentage=0.5,
    )
    zai = proto.model_settings.zai
    zai.thinking.type = model_settings_pb2.THINKING_TYPE_DISABLED
    zai.response_format.json_schema.json_schema.update({"b": [1, 2.5, None, {"x": True}], "a": "text"})
    return proto


def test_what_is_unset_is_absent_and_what_is_set_to_zero_is_there() -> None:
    assert plain_from_proto(compaction_settings_pb2.CompactionSettings()) == {}
    zeros = compaction_settings_pb2.CompactionSettings(clip_chars=0, prompt_acknowledgement=False, prompt="")
    assert plain_from_proto(zeros) == {"clip_chars": 0, "prompt_acknowledgement": False, "prompt": ""}


def test_a_oneof_is_one_key_and_an_enum_its_short_lower_case_name() -> None:
    assert plain_from_proto(settings_proto()) == {
        "clip_chars": 0,
        "mode": "self_compact_all",
        "model_settings": {
            "zai": {
                "thinking": {"type": "disabled"},
                "response_format": {
                    "json_schema": {"json_schema": {"a": "text", "b": [1, 2.5, None, {"x": True}]}},
                },
            },
        },
        "prompt_acknowledgement": False,
        "sliding_window_percentage": 0.5,
    }


def test_settings_come_back_from_the_domain_as_they_were_sent() -> None:
    proto = settings_proto()
    settings = CompactionSettings.model_validate(plain_from_proto(proto))
    assert settings.mode is CompactionMode.SELF_COMPACT_ALL
    assert plain_to_proto(settings.as_plain(), compaction_settings_pb2.CompactionSettings) == proto


def test_an_empty_member_of_a_oneof_is_there() -> None:
    proto = model_settings_pb2.ModelSettings(baseten=model_settings_pb2.BasetenModelSettings())
    assert plain_from_proto(proto) == {"baseten": {}}
    assert plain_to_proto({"baseten": {}}, model_settings_pb2.ModelSettings) == proto


def test_a_message_without_its_member_is_an_empty_object() -> None:
    proto = compaction_settings_pb2.CompactionSettings(model_settings=model_settings_pb2.ModelSettings())
    assert plain_from_proto(proto) == {"model_settings": {}}


def test_whole_doubles_of_a_struct_are_integers_up_to_where_doubles_are_exact() -> None:
    schema = model_settings_pb2.JsonSchemaResponseFormat()
    schema.json_schema.update({"minimum": 3.0, "step": 0.5, "zero": 0.0, "huge": 1e300, "negative": -7.0})
    plain = plain_from_proto(schema)["json_schema"]
    assert plain == {"minimum": 3, "step": 0.5, "zero": 0, "huge": 1e300, "negative": -7}
    assert {name for name, value in plain.items() if isinstance(value, int)} == {"minimum", "zero", "negative"}


def test_infinities_of_a_struct_stay_what_they_are_for_the_domain_to_reject() -> None:
    schema = model_settings_pb2.JsonSchemaResponseFormat()
    schema.json_schema.update({"maximum": float("inf")})
    assert plain_from_proto(schema) == {"json_schema": {"maximum": float("inf")}}


@pytest.mark.parametrize(
    ("proto", "path"),
    [
        (compaction_settings_pb2.CompactionSettings(mode=number(99)), ("mode",)),
        (
            model_settings_pb2.ModelSettings(anthropic=model_settings_pb2.AnthropicModelSettings(effort=number(77))),
            ("anthropic", "effort"),
        ),
        (
            conversation_service_pb2.AppendMessagesRequest(
                messages=[
                    message_pb2.ChatMessage(role=message_pb2.MESSAGE_ROLE_SYSTEM),
                    message_pb2.ChatMessage(role=number(-3)),
                ]
            ),
            ("messages", 1, "role"),
        ),
        (
            conversation_service_pb2.ListMessagesRequest(include_return_message_types=[number(2), number(0)]),
            ("include_return_message_types", 1),
        ),
    ],
)
def test_an_enum_number_that_the_contract_does_not_know_is_rejected_with_its_path(
    proto: Message, path: tuple[str | int, ...]
) -> None:
    with pytest.raises(UnreadableValue) as refusal:
        plain_from_proto(proto)
    assert refusal.value.path == path
    assert "use one of its names" in refusal.value.sentence


def test_a_path_begins_where_the_caller_says() -> None:
    with pytest.raises(UnreadableValue) as refusal:
        plain_from_proto(compaction_settings_pb2.CompactionSettings(mode=number(99)), ("compaction_settings",))
    assert refusal.value.path == ("compaction_settings", "mode")


def test_a_message_keeps_its_text_its_time_and_its_metadata() -> None:
    proto = message_pb2.ChatMessage(role=message_pb2.MESSAGE_ROLE_USER, content="", metadata={"source": "import"})
    proto.created_at.FromDatetime(datetime(2026, 11, 21, 6, 30, tzinfo=UTC))
    plain = {
        "role": "user",
        "content": "",
        "created_at": datetime(2026, 11, 21, 6, 30, tzinfo=UTC),
        "metadata": {"source": "import"},
    }
    assert plain_from_proto(proto) == plain
    assert plain_to_proto(plain, message_pb2.ChatMessage) == proto


def test_a_time_that_is_none_is_rejected_with_its_path() -> None:
    proto = message_pb2.ChatMessage()
    proto.created_at.seconds = 10**12
    with pytest.raises(UnreadableValue) as refusal:
        plain_from_proto(proto)
    assert refusal.value.path == ("created_at",)


def test_repeated_fields_are_tuples_and_come_back() -> None:
    proto = agent_pb2.Agent(tags=["a", "b"], memory_blocks=[agent_pb2.Block(label="human", limit=10)])
    proto.tool_schemas.add().update({"type": "function"})
    plain = {
        "tags": ("a", "b"),
        "memory_blocks": ({"label": "human", "limit": 10},),
        "tool_schemas": ({"type": "function"},),
    }
    assert plain_from_proto(proto) == plain
    assert plain_to_proto(plain, agent_pb2.Agent) == proto


def test_none_is_unset() -> None:
    plain = {"clip_chars": None, "mode": None, "prompt": "Summarize."}
    assert plain_from_proto(plain_to_proto(plain, compaction_settings_pb2.CompactionSettings)) == {
        "prompt": "Summarize."
    }


def test_a_field_that_the_message_has_not_is_a_bug_that_shows() -> None:
    with pytest.raises(ValueError, match="has no field colour"):
        plain_to_proto({"colour": "red"}, compaction_settings_pb2.CompactionSettings)


PLAIN: list[dict[str, Any]] = [
    {},
    {"": ""},
    {"a": None, "b": True, "c": 0.5, "d": "x" * 300, "é": "𠮷" * 5_000},
    {"a": [[0] * 10 for _ in range(500)], "b": [[] for _ in range(500)], "c": [{"": {}} for _ in range(500)]},
]


@pytest.mark.parametrize("plain", PLAIN, ids=["empty", "empty key", "scalars", "many small values"])
def test_plain_data_takes_at_most_its_measure_as_a_proto(plain: dict[str, Any]) -> None:
    for agent in (
        {"metadata": plain},
        {"tool_schemas": [plain] * 3, "tags": [f"{key}" for key in plain]},
        {"memory_blocks": [{"label": "a", "value": "x" * 20_000, "limit": 100_000, "read_only": True}] * 50},
        {"model_settings": {"openai": {"response_format": {"json_schema": {"json_schema": plain}}}}},
    ):
        assert plain_to_proto(agent, agent_pb2.Agent).ByteSize() <= wire_bytes(agent)
