"""Messages as bytes and back, for every message there can be."""

from dataclasses import replace
from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st

from compactd.domain.calls import OpenCall
from compactd.domain.messages import ChatMessage, CompactionStats, ImagePart, OpaquePart, Role, TextPart, ToolCall
from compactd.storage.message_codec import (
    decode_message,
    decode_open_calls,
    decode_stats,
    encode_message,
    encode_open_calls,
)

opaque = st.builds(OpaquePart, st.text(), st.text(), st.text(), st.binary())
parts = st.one_of(
    st.builds(TextPart, st.text()),
    st.builds(ImagePart, st.none() | st.text(), st.none() | st.binary(), st.text()),
    opaque,
)
tool_calls = st.builds(ToolCall, st.text(), st.text(), st.text(), st.text(), st.none() | opaque)
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
    body = encode_message(summary, stats)
    assert decode_message("summary", body) == summary
    assert decode_stats("summary", body) == stats


@given(messages)
def test_a_message_that_no_compaction_wrote_has_no_figures_of_one(message: ChatMessage) -> None:
    assert decode_stats(message.role.value, encode_message(message)) is None


@given(st.lists(open_calls, max_size=5))
def test_open_calls_come_back_equal(waiting: list[OpenCall]) -> None:
    assert decode_open_calls(encode_open_calls(waiting)) == waiting


def test_what_is_not_given_takes_no_space() -> None:
    assert encode_message(ChatMessage(Role.USER, content="é")) == '{"content":"é"}'.encode()
