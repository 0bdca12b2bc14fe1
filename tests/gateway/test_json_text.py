"""The values of a body are counted in slices, as if they were counted in one go."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compactd.gateway import json_text
from compactd.gateway.json_text import MAX_DIGITS, UnreadableText, decode_json

BEFORE_VALUES = re.compile(rb"[,:\[{]")
TEXTS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)

VALUES = st.recursive(
    st.none() | st.integers() | st.text(alphabet='ab"\\,:[{é\n'),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(alphabet='k"\\,'), inner),
)


@given(VALUES, st.integers(2, 9), st.integers(0, 30))
def test_slices_of_any_size_count_what_is_there(value: object, size: int, most: int) -> None:
    body = json.dumps(value, ensure_ascii=False).encode()
    whole = len(BEFORE_VALUES.findall(TEXTS.sub(b"", body)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_text, "SLICE_BYTES", size)
        assert json_text._holds_more(body, most) == (whole > most)


@given(st.binary(max_size=100), st.integers(2, 9))
def test_any_bytes_are_counted_to_an_end(body: bytes, size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_text, "SLICE_BYTES", size)
        assert json_text._holds_more(body, len(body)) is False
        json_text._holds_more(body, 0)


@pytest.mark.parametrize("number", ["9" * (MAX_DIGITS + 1), "1." + "9" * MAX_DIGITS, "1e" + "9" * MAX_DIGITS])
def test_a_number_of_more_digits_than_anyone_needs_is_not_read(number: str) -> None:
    with pytest.raises(UnreadableText, match="too many digits"):
        decode_json(f"[{number}]".encode())


def test_numbers_below_that_keep_their_digits() -> None:
    assert decode_json(f"[{'9' * MAX_DIGITS}]".encode()) == [int("9" * MAX_DIGITS)]


@given(VALUES)
def test_objects_of_many_keys_are_read_as_others_are(value: object) -> None:
    body = json.dumps({"value": value}).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_text, "MANY_KEYS", 1)
        assert decode_json(body) == {"value": value}


@pytest.mark.parametrize(
    "body", [b'{"a":1,"a":2}', b'{"a":' * 200, b'{"a":[' * 5_000, b'{"a":NaN}', b'{"a":}', b'{"a":1']
)
def test_what_is_no_json_is_told_in_the_same_words(body: bytes) -> None:
    said = []
    for many in (1, 1_000_000):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(json_text, "MANY_KEYS", many)
            with pytest.raises(UnreadableText) as raised:
                decode_json(body)
            said.append(str(raised.value))
    assert said[0] == said[1]


def test_a_text_that_breaks_off_among_millions_of_quotes_is_read_once() -> None:
    with pytest.raises(UnreadableText, match="broken at"):
        decode_json(b'["' + rb"\"," * 2_000_000)
