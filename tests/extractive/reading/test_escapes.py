"""Escapes of JSON in JSON, and of a Python repr, are read; backslashes of paths and patterns stay."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compactd.domain.messages import ChatMessage
from compactd.extractive.reading.reader import Reader
from compactd.strategies.steps import finished
from tests.extractive.reading.speakers import A, T, U, summary_of


@pytest.mark.parametrize("times", [1, 2, 3])
def test_escapes_of_json_in_json_are_read(times: int) -> None:
    inner: object = {"id": "ORD-7712", "note": 'M\u00fcnze "Süd"\nsrc/a_1.py\nC:\\new\\table.csv', "\u00fc_key": "x\ty"}
    for _ in range(times):
        inner = json.dumps({"output": inner if isinstance(inner, str) else json.dumps(inner)})
    assert isinstance(inner, str)
    said = (U, "Please look at the order."), (T, inner), (A, "It is ORD-7712, with src/a_1.py in C:\\new\\table.csv.")
    summary = summary_of(*said)
    assert "ORD-7712" in summary
    summary = summary.replace("C:\\new\\table.csv", "")
    assert not any(junk in summary for junk in ("\\n", '\\"', "\\u", "nsrc", "\\\\"))


@pytest.mark.parametrize(
    "printed",
    [
        "{'id': 'ORD-7712', 'path': 'src/a_1.py', 'ok': True, 'none': None, 'pair': ('x', 1,)}",
        "b'id: ORD-7712\\nsrc/a_1.py\\n'",
        "'id: ORD-7712\\n\\tsrc/a_1.py'",
        'result = {\\"id\\": \\"ORD-7712\\",\\n\\"path\\": \\"src/a_1.py\\"}',
        "Output: id ORD-7712.\\nsrc/a_1.py\\ndone\\n",
    ],
)
def test_the_repr_of_a_python_value_is_read(printed: str) -> None:
    summary = summary_of((U, "Please look at the order."), (T, printed), (A, "I looked."))
    assert "ORD-7712" in summary
    assert "src/a_1.py" in summary
    assert "\\" not in summary
    assert "nsrc" not in summary


@pytest.mark.parametrize("path", ["C:\\new\\table.csv", "C:\\temp\\report.txt", "\\\\server\\new\\readme.md"])
def test_a_path_of_windows_keeps_its_backslashes(path: str) -> None:
    for said in (
        ((U, f"Please read {path} for ORD-7712, it must never change."),),
        ((U, "Please read it."), (T, f"read {path}, 3 lines")),
        ((U, "Please read it."), (T, json.dumps({"read": path, "more": "a\nb"}))),
        ((U, "Please read it."), (T, f"{{'read': {path!r}}}")),
    ):
        assert path in summary_of(*said)


def test_a_pattern_in_what_a_user_says_is_left_alone() -> None:
    said = 'The lines never match `\\d+\\n` in grep, print("a\\n") does.'
    assert said in summary_of((U, said))


def test_credentials_that_were_escaped_are_not_carried_along() -> None:
    inner = json.dumps({"text": "the password is hunter2xyz\nkey: ghp_0123456789abcdef0123"})
    twice = json.dumps(json.dumps({"type": "user_message", "message": inner}))
    for role in (U, T):
        for text in (inner, twice, json.dumps({"type": "user_message", "message": inner}), f"b'{inner}'"):
            summary = summary_of((U, "The order is ORD-7712."), (role, text))
            assert "hunter2" not in summary
            assert "ghp_" not in summary


DOCUMENTS = st.recursive(
    st.sampled_from(
        ("ORD-7712", 'say "never"\nsrc/a_1.py', "C:\\new\\table.csv", "\u00fcber \U0001f600", "\\d+", 7, None)
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(("id", "note", "\u00fc")), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(DOCUMENTS.filter(lambda document: isinstance(document, dict | list) and bool(document)), st.integers(1, 3))
def test_a_document_in_documents_and_its_repr_are_read_as_the_document(document: object, times: int) -> None:
    def read(text: str) -> set[str]:
        [digest] = finished(Reader().read([ChatMessage(T, text, tool_call_id="c")]))
        assert digest.result is not None
        return {value for value, _, _ in digest.result.values}

    nested = json.dumps(document)
    for _ in range(times):
        nested = json.dumps({"output": nested})
    assert read(nested) == read(json.dumps(document)) == read(repr(document))
