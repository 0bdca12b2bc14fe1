"""What is read of a message by itself, and that a summary needs nothing else."""

import json
from collections.abc import Iterator
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compactd.domain.messages import ChatMessage, Role, TextPart, ToolCall
from compactd.extractive import default_limit, summarize
from compactd.extractive.ledger.members import members_of
from compactd.extractive.reading.digest import VERSION, Digest, decode_digest, encode_digest, is_current
from compactd.extractive.reading.reader import Reader
from compactd.extractive.reading.tool_data import PARSED_AT_MOST, READ_AT_MOST, Leaf, document_of, looked_at
from compactd.extractive.summary import draft_summary
from compactd.strategies.steps import finished
from tests.builders.conversations import needs_recorded
from tests.quality import measurements, recorded
from tests.quality.conversations import plant
from tests.quality.languages import LANGUAGES
from tests.quality.spoken import speak

U, A, T = Role.USER, Role.ASSISTANT, Role.TOOL
PIECES = st.sampled_from(
    (
        "Actually, not 500. Use 200.",
        "No, not that.",
        "The order is ORD-12345; see config/app_7.yaml.",
        "请在3月14日之前完成部署。",
        "Error: ERR_QUOTA_17: quota exceeded",
        '{"order_id": "ZX-81", "status": "error"}',
        "`git push origin main`",
        "Alice Johnson wrote https://example.com/a/7?x=1 on 2026-02-03.",
        "the culprit is commit abc1234 because",
    )
)
TEXTS = st.lists(PIECES, max_size=6).map("\n".join)
MESSAGES = st.one_of(
    st.builds(ChatMessage, role=st.sampled_from((U, A)), content=TEXTS),
    st.builds(ChatMessage, role=st.just(T), content=TEXTS, tool_call_id=st.sampled_from("ab"), is_error=st.booleans()),
    st.builds(
        lambda text, name, call_id: ChatMessage(role=A, tool_calls=(ToolCall(call_id, name, f'{{"q": "{text}"}}'),)),
        st.sampled_from(("ORD-12345", "a/b.py")),
        st.sampled_from(("create_order", "read_file")),
        st.sampled_from("ab"),
    ),
)


def digests(messages: list[ChatMessage]) -> list[Digest]:
    return finished(Reader().read(messages))


def stored(messages: list[ChatMessage]) -> list[Digest]:
    """Each message read by itself, and its digest as it comes back from a database."""
    return [decode_digest(encode_digest(digest)) for message in messages for digest in digests([message])]


def same_summary(messages: list[ChatMessage], limit: int) -> bool:
    return finished(draft_summary(stored(messages), limit)) == summarize(messages, limit)


@given(st.lists(MESSAGES, max_size=12), st.integers(40, 900))
def test_a_summary_of_stored_digests_is_the_summary_of_the_messages(messages: list[ChatMessage], limit: int) -> None:
    assert same_summary(messages, limit)


@pytest.mark.parametrize("language", LANGUAGES)
def test_so_is_that_of_a_long_conversation(language: str) -> None:
    for seed in range(3):
        messages = speak(language, seed).messages
        assert same_summary(list(messages), default_limit(sum(message.characters for message in messages)))


def test_so_is_that_of_the_demo() -> None:
    shown = measurements.demo()
    assert same_summary(list(shown.messages), default_limit(shown.characters))


@needs_recorded
def test_so_is_that_of_every_recorded_conversation() -> None:
    for name, messages in recorded.conversations():
        assert same_summary(list(messages), default_limit(sum(message.characters for message in messages))), name


def test_a_reader_that_has_read_much_reads_the_same() -> None:
    reader = Reader()
    for seed in range(3):
        messages = plant(seed).messages
        assert finished(reader.read(messages)) == digests(list(messages))


IDS = [f"ORD-{number:06}" for number in range(4_000)]
LINES = [json.dumps({"id": order, "of": "the order"}) for order in IDS[:1_000]]


@pytest.mark.parametrize(
    ("message", "least"),
    [
        (ChatMessage(U, " ".join(IDS * 10)), 20),
        (ChatMessage(U, "token: x " * 60_000), 8),
        (ChatMessage(T, " ".join(IDS), tool_call_id="c"), 3),
        (ChatMessage(T, "\n".join(LINES), tool_call_id="c"), 3),
        (ChatMessage(T, f"[{','.join(LINES)}]", tool_call_id="c"), 3),
        (ChatMessage(A, tool_calls=(ToolCall("c", "create_orders", json.dumps(IDS)),)), 60),
        (ChatMessage(A, tool_calls=(ToolCall("c", "create_orders", json.dumps(IDS[:9])),) * 50), 50),
        (ChatMessage(A, tool_calls=(ToolCall("c", "note", json.dumps(["token: x " * 60_000])),)), 8),
    ],
    ids=[
        "words",
        "a text to redact",
        "a result",
        "lines of JSON",
        "a document",
        "an argument",
        "calls",
        "a long argument",
    ],
)
def test_whatever_there_is_much_of_in_a_message_is_read_in_steps(message: ChatMessage, least: int) -> None:
    steps = cast("Iterator[None]", Reader().read_one(message))
    assert len(list(steps)) >= least


def test_of_long_arguments_no_more_is_looked_at_than_of_a_result_and_the_short_ones() -> None:
    leaves = [Leaf("content", "x y " * 10_000), Leaf("path", "src/a.py"), Leaf("more", "z " * 40_000), Leaf("n", "7")]
    looked = looked_at([*leaves, Leaf("last", "w " * 100)])
    assert [leaf.label for leaf in looked] == ["content", "path", "more", "n"]
    assert looked[:2] == leaves[:2]
    assert sum(len(leaf.text) for leaf in looked) == READ_AT_MOST + len("src/a.py") + len("7")


def test_a_document_that_takes_long_to_parse_is_not_parsed() -> None:
    assert document_of(json.dumps(["x" * PARSED_AT_MOST])) is None
    assert document_of(json.dumps(["x" * (PARSED_AT_MOST - 4)])) is not None


def test_a_digest_of_another_version_is_not_taken_for_one() -> None:
    [digest] = digests([ChatMessage(role=U, content="The order is ORD-12345.")])
    data = encode_digest(digest)
    assert is_current(data)
    assert decode_digest(data) == digest
    for other in (bytes([VERSION + 1]) + data[1:], b""):
        assert not is_current(other)
        with pytest.raises(ValueError, match="another version"):
            decode_digest(other)
    assert not is_current(None)


def test_a_digest_holds_no_credential() -> None:
    key = "sk-" + "a1b2c3d4" * 4
    messages = [
        ChatMessage(role=U, parts=(TextPart(f"the key is {key}"),)),
        ChatMessage(role=A, content=key, tool_calls=(ToolCall("a", "create_order", f'{{"key": "{key}"}}'),)),
        ChatMessage(role=T, content=f"Error: {key} was refused", tool_call_id="a"),
    ]
    assert all(key.encode() not in encode_digest(digest) for digest in digests(messages))
    assert all(key.encode() not in (part or b"") for digest in digests(messages) for part in members_of(digest))


def test_a_digest_counts_the_characters_of_its_message() -> None:
    message = ChatMessage(role=A, content="said", tool_calls=(ToolCall("a", "name", "{}"),))
    assert [digest.characters for digest in digests([message])] == [message.characters]


def test_a_digest_is_about_as_large_as_its_message() -> None:
    messages = list(plant(1).messages)
    size = sum(len(encode_digest(digest)) for digest in digests(messages))
    assert size < 2 * sum(message.characters for message in messages)
