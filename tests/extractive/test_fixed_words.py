"""The fixed words of a summary are those of its conversation's language, and are known again in any."""

import json
from collections import Counter

import pytest

from compactd.domain.messages import ChatMessage, Role, ToolCall
from compactd.extractive import Kind, merge, summarize
from compactd.extractive.fixed_words import FixedWord
from compactd.extractive.languages import LANGUAGES, Language
from compactd.extractive.wording import Wording, in_english, listed_in
from tests.quality import languages

LINES = (
    "Done: book_room(HTL-2041, nights: 3) → BK-70412",
    'Failed: book_room(HTL-2041): "no room left"',
    "Called, no result yet: send_mail(a@b.example)",
    'tool read_file reported: "Error: ERR_QUOTA_17"',
    'tool reported: "Error: ERR_QUOTA_17"',
)
LIMIT = 1200
spoken = pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)


@spoken
def test_a_line_in_a_language_is_read_as_what_it_was(language: Language) -> None:
    wording = Wording(language)
    assert [in_english(f"- {wording.line(line)}") for line in LINES] == [f"- {line}" for line in LINES]


@spoken
def test_every_kind_has_a_name_that_is_no_other_kind_in_any_language(language: Language) -> None:
    wording = Wording(language)
    assert [listed_in(f"- {wording.label(kind)}: a, b") for kind in Kind] == [(kind, ["a", "b"]) for kind in Kind]


@spoken
def test_no_word_stands_for_two_things(language: Language) -> None:
    assert Counter(language.fixed_words.values()).most_common(1)[0][1] == 1
    assert set(language.fixed_words) == set(FixedWord)


@spoken
def test_what_was_done_and_what_failed_is_told_in_the_language_of_the_conversation(language: Language) -> None:
    summary = summarize(conversation(language), LIMIT)
    words = language.fixed_words
    assert f"- {words[FixedWord.DONE]}: create_ticket(" in summary
    assert f"- {words[FixedWord.FAILED]}: send_mail(" in summary
    assert f"- {words[FixedWord.UNANSWERED]}: delete_draft(" in summary
    assert f"- {words[FixedWord.REPORTED].format('read_log')}: " in summary
    if language.code != "en":
        assert not [line for line in summary.splitlines() if line.startswith(("- Done:", "- Failed:", "- tool "))]


@spoken
def test_two_parts_of_any_language_are_merged_into_its_words(language: Language) -> None:
    part = summarize(conversation(language), LIMIT)
    merged = merge([part, part], len(part) + 40)
    assert merged.count("create_ticket(") == 1
    assert f"- {language.fixed_words[FixedWord.DONE]}: create_ticket(" in merged
    assert f"- {language.fixed_words[FixedWord.FAILED]}: send_mail(" in merged


@spoken
def test_calls_that_have_no_room_are_counted_behind_one_that_is_told_in_each_part_and_in_a_merge(
    language: Language,
) -> None:
    calls = [
        ToolCall(f"c{number}", "create_ticket", json.dumps({"customer": f"KD-{number}4711-{number}"}))
        for number in range(1, 40)
    ]
    said = [conversation(language)[0], *(one for call in calls for one in called(call, "ok"))]
    parts = [summarize(said[:61], 400), summarize([said[0], *said[61:]], 400)]
    for text, made in ((parts[0], 30), (merge(parts, 500), 39)):
        (line,) = [line for line in text.splitlines() if "create_ticket" in line]
        assert line.startswith(f"- {language.fixed_words[FixedWord.DONE]}: create_ticket(KD-")
        told, _, counted = line.partition("; (…) ×")
        assert told.count("(") + int(counted) == made


def test_a_part_with_english_words_is_merged_with_one_in_the_language() -> None:
    german = next(one for one in LANGUAGES if one.code == "de")
    part = summarize(conversation(german), LIMIT)
    english = f"## Events\n- {LINES[0]}\n- {LINES[1]}"
    merged = merge([english, part], len(part) + len(english) - 5)
    assert "- Erledigt: book_room(HTL-2041, nights: 3) → BK-70412" in merged
    assert "- Fehlgeschlagen: " in merged
    assert "Failed: " not in merged


def conversation(language: Language) -> list[ChatMessage]:
    """A request in the language, a call that makes something, one that fails, one without a result, and a failure to
    read."""
    said = languages.language(language.code)
    asked = said.developed.requests[0][0].text
    talk = ChatMessage(role=Role.USER, content=said.joint.join((*said.user[:3], asked)))
    made = ToolCall("call_1", "create_ticket", json.dumps({"project": "INC", "customer": "KD-4711"}))
    mailed = ToolCall("call_2", "send_mail", json.dumps({"to": "ops@example.com", "ticket": "INC-0853"}))
    read = ToolCall("call_3", "read_log", json.dumps({"path": "/var/log/app.log"}))
    left = ToolCall("call_4", "delete_draft", json.dumps({"draft": "DR-2210"}))
    return [
        talk,
        *called(made, '{"ticket_id": "INC-0853"}'),
        *called(mailed, '{"ok": false, "error": "mailbox full"}'),
        *called(read, "Error: ERR_QUOTA_17: quota exceeded"),
        ChatMessage(role=Role.ASSISTANT, tool_calls=(left,)),
    ]


def called(call: ToolCall, result: str) -> list[ChatMessage]:
    answer = ChatMessage(role=Role.TOOL, content=result, tool_call_id=call.id, name=call.name)
    return [ChatMessage(role=Role.ASSISTANT, tool_calls=(call,)), answer]
