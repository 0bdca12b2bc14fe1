"""Messages as bytes and back, for every message there can be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compactd.domain.calls import OpenCall
from compactd.domain.messages import ChatMessage, CompactionStats, ImagePart, OpaquePart, Role, TextPart, ToolCall
from compactd.message_protos import message_to_proto
from compactd.storage.message_codec import (
    StoredForm,
    decode_message,
    decode_open_calls,
    decode_stats,
    encode_message,
    encode_open_calls,
)
from compaction.v1 import message_pb2

opaque = st.builds(OpaquePart, st.text(), st.text(), st.text(), st.binary())
parts = st.one_of(
    st.builds(TextPart, st.text()),
    st.builds(ImagePart, url=st.text()),
    st.builds(ImagePart, data=st.binary(), media_type=st.text()),
    opaque,
)
tool_calls = st.builds(ToolCall, st.text(), st.text(), st.text(), st.text(min_size=1), st.none() | opaque)
messages = st.builds(
    ChatMessage,
    role=st.sampled_from(Role),
    content=st.none() | st.text(),
    parts=st.lists(parts, max_size=3).map(tuple),
    tool_calls=st.lists(tool_calls, max_size=3).map(tuple),
    tool_call_id=st.text(),
    is_error=st.booleans(),
    name=st.text(),
    created_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    metadata=st.dictionaries(st.text(), st.text(), max_size=3),
)
open_calls = st.builds(OpenCall, st.text(), st.integers(0, 2**31), st.integers(0, 99), st.text(), st.booleans())


@given(messages)
def test_a_message_comes_back_equal(message: ChatMessage) -> None:
    assert decode_message(message.role.value, encode_message(message)) == message


@given(messages)
def test_what_a_compaction_did_stands_beside_its_summary_and_not_in_it(message: ChatMessage) -> None:
    summary, stats = replace(message, role=Role.SUMMARY), CompactionStats(8_000, 40, 12)
    form = encode_message(summary, stats)
    assert decode_message("summary", form) == summary
    assert decode_stats("summary", form) == stats
    assert form._replace(compaction_stats=None) == encode_message(summary)


@given(messages)
def test_a_message_that_no_compaction_wrote_has_no_figures_of_one(message: ChatMessage) -> None:
    assert decode_stats(message.role.value, encode_message(message)) is None


@given(st.lists(open_calls, max_size=5))
def test_open_calls_come_back_equal(waiting: list[OpenCall]) -> None:
    assert decode_open_calls(encode_open_calls(waiting)) == waiting


@given(messages)
def test_the_columns_of_a_message_are_its_wire_form_put_together(message: ChatMessage) -> None:
    form = encode_message(message)
    content = b"" if message.content is None else message_pb2.ChatMessage(content=message.content).SerializeToString()
    whole = message_pb2.ChatMessage.FromString(form.body + content + (form.import_data or b""))
    assert whole == message_to_proto(message)
    assert form.content == (None if message.content is None else message.content.encode())


def test_what_is_not_given_takes_no_space() -> None:
    assert encode_message(ChatMessage(Role.USER, content="é")) == StoredForm(b"\x08\x02", None, "é".encode(), None)


OPAQUE = OpaquePart("anthropic", "claude", "thinking", bytes((0, 255, 16)))
STATS = CompactionStats(8_000, 40, 12)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("{}", ChatMessage(Role.USER)),
        ('{"content":"é\\u0000"}', ChatMessage(Role.USER, "é\0")),
        (
            (
                '{"parts":[{"text":""},{"image":{"url":"https://example.org","data":null,"media_type":""}},'
                '{"image":{"url":null,"data":"AAEC","media_type":"image/png"}},'
                '{"opaque":{"provider":"anthropic","model":"claude","type":"thinking","data":"AP8Q"}}],"name":"Ada",'
                '"created_at":"2024-05-06T07:08:09.000010+05:30","metadata":{"source":"mail"}}'
            ),
            ChatMessage(
                Role.USER,
                parts=(
                    TextPart(""),
                    ImagePart(url="https://example.org"),
                    ImagePart(data=bytes(range(3)), media_type="image/png"),
                    OPAQUE,
                ),
                name="Ada",
                created_at=datetime(2024, 5, 6, 7, 8, 9, 10, timezone(timedelta(hours=5, minutes=30))),
                metadata={"source": "mail"},
            ),
        ),
        (
            (
                '{"content":"I look.","tool_calls":[{"id":"a","name":"search","arguments":"{}","type":"function"},'
                '{"id":"b","name":"search","arguments":"","type":"function",'
                '"opaque":{"provider":"anthropic","model":"claude","type":"thinking","data":"AP8Q"}}]}'
            ),
            ChatMessage(
                Role.ASSISTANT,
                "I look.",
                tool_calls=(ToolCall("a", "search", "{}"), ToolCall("b", "search", "", opaque=OPAQUE)),
            ),
        ),
        (
            '{"content":"failed","tool_call_id":"a","is_error":true}',
            ChatMessage(Role.TOOL, "failed", tool_call_id="a", is_error=True),
        ),
        (
            (
                '{"content":"What was said.","compaction_stats":{"context_window":8000,"messages_count_before":40,'
                '"messages_count_after":12}}'
            ),
            ChatMessage(Role.SUMMARY, "What was said."),
        ),
    ],
)
def test_rows_of_the_first_release_are_read(body: str, message: ChatMessage) -> None:
    role, form = message.role.value, StoredForm(body.encode())
    assert decode_message(role, form) == message
    assert decode_stats(role, form) == (STATS if message.role is Role.SUMMARY else None)
    assert decode_message(role, encode_message(message)) == message


def test_open_calls_of_the_first_release_are_read() -> None:
    body = b'[["a",3,0,"search",false],["b",3,1,"search",true]]'
    assert decode_open_calls(body) == [OpenCall("a", 3, 0, "search"), OpenCall("b", 3, 1, "search", dead=True)]
