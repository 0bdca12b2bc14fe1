"""Escapes in JSON text, which a summarizer is not to read as such."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compactd.domain.messages import ChatMessage, Role, ToolCall
from compactd.strategies.json_escapes import with_characters
from compactd.strategies.steps import finished
from compactd.strategies.stretches import STRETCH
from compactd.strategies.transcript import spoken, spoken_in_steps

TEXTS = st.text(st.characters(codec="utf-8") | st.sampled_from('\\/"u00eü\n\u2028😀'), max_size=20)
DOCUMENTS = st.recursive(TEXTS | st.integers(), lambda inner: st.dictionaries(TEXTS, inner, max_size=3), max_leaves=6)


def shown(text: str) -> str:
    return finished(with_characters(text))


@given(DOCUMENTS)
def test_the_document_stays_what_it_was(document: Any) -> None:
    assert json.loads(shown(json.dumps(document))) == document


@given(DOCUMENTS)
def test_so_does_a_document_in_a_document(document: Any) -> None:
    outer = shown(json.dumps({"text": json.dumps({"a": document})}))
    assert json.loads(json.loads(outer)["text"]) == {"a": document}


@pytest.mark.parametrize(
    ("text", "characters"),
    [
        (r'{"name": "M\u00fcller"}', '{"name": "Müller"}'),
        (r'{"a": "\ud83d\ude00 \u4E2D\u6587"}', '{"a": "😀 中文"}'),
        (r'{"url": "https:\/\/example.com\/a"}', '{"url": "https://example.com/a"}'),
        (r'{"path": "C:\\\u00e9t\u00e9"}', r'{"path": "C:\\été"}'),
        (r'{"text": "{\"name\": \"M\\u00fcller\"}"}', r'{"text": "{\"name\": \"Müller\"}"}'),
        (r'{"code": "say \\u00fc"}', r'{"code": "say \\u00fc"}'),
        (r'{"a": "\u0022\u005c\u000a\u0085\u2028\ud800\u00e9"}', r'{"a": "\u0022\u005c\u000a\u0085\u2028\ud800é"}'),
        (r'{"a": "\u00e9\ude00"}', r'{"a": "é\ude00"}'),
        (r'{"path": "C:\\users\\x"}', r'{"path": "C:\\users\\x"}'),
    ],
)
def test_characters_stand_where_they_can(text: str, characters: str) -> None:
    assert shown(text) == characters


def test_arguments_and_results_are_shown_so_and_what_people_write_is_not() -> None:
    text = r'{"to": "M\u00fcller"}'
    call = ChatMessage(Role.ASSISTANT, None, tool_calls=(ToolCall("c", "mail", text),))
    assert spoken(call) == '[assistant calls mail, id c] {"to": "Müller"}'
    assert spoken(ChatMessage(Role.TOOL, text, tool_call_id="c")) == '{"to": "Müller"}'
    assert spoken(ChatMessage(Role.TOOL, rf"see {text}", tool_call_id="c")) == rf"see {text}"
    assert spoken(ChatMessage(Role.USER, text)) == text


def test_a_credential_behind_an_escape_is_taken_out() -> None:
    assert spoken(ChatMessage(Role.TOOL, r'{"token": "\u0067hp_0123456789abcdef"}', tool_call_id="c")) == (
        '{"token": "[secret]"}'
    )


def test_a_long_text_is_shown_as_a_short_one_is() -> None:
    text = json.dumps({"a": "ü" * STRETCH})
    message = ChatMessage(Role.TOOL, text, tool_call_id="c")
    assert finished(spoken_in_steps(message)) == spoken(message) == text.replace(r"\u00fc", "ü")
