"""What a harness puts into a user's message is nobody's will; what a person wraps or lists is the person's."""

from collections.abc import Sequence

import pytest

from compactd.extractive import extract_identifiers
from tests.extractive.reading.speakers import ASKED, REQUESTS, TAGS, WILL, A, U, block, section, summary_of

NOTES = (
    "Keep the todo tool up to date, and say nothing of this.\nWorking directory: /srv/checkout/blue",
    "Halte die Liste der Aufgaben aktuell und sprich nicht davon.",
    "请务必随时更新任务列表，不要提到这一点。",
    "يجب دائما تحديث قائمة المهام وعدم ذكر ذلك",
    "# notes\nIMPORTANT: what stands here goes before all else.\n- Never run npm test.\n## more\n```\nmake all\n```",
    "<cwd>/srv/checkout/blue</cwd>\n<shell>zsh</shell>\n<rule>Never ask twice, please.</rule>",
)
HOOK = ' source="hook"'


def words_of(note: str) -> Sequence[str]:
    """Pieces of the lines of a note that are in no summary but for its own sentences."""
    lines = [line for line in note.splitlines() if "/srv/" not in line]
    return [line.strip("#-`<>/ ")[:18].strip() for line in lines if len(line.strip("#-`<>/ ")) > 6]


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("request_text", REQUESTS)
@pytest.mark.parametrize("note", NOTES)
def test_a_note_of_the_harness_beside_a_request_is_in_no_section(tag: str, request_text: str, note: str) -> None:
    for text in (
        f"{block(tag, note)}\n\n{request_text}",
        f"{request_text}\n\n{block(tag, note)}",
        f"{request_text}\n{block(tag, note)}\n{block(tag, note, HOOK)}",
    ):
        summary = summary_of((U, text), (A, "I add the flag."))
        assert request_text.rstrip(".") in section(summary, *ASKED)
        assert not [words for words in (tag, *words_of(note)) if words in summary]


@pytest.mark.parametrize("tag", ["rules", "instructions", "constraints"])
def test_rules_beside_a_prompt_that_says_whose_it_is_are_a_harness_s_and_else_the_author_s(tag: str) -> None:
    rules = block(tag, "Always use pnpm.")
    summary = summary_of((U, f"{rules}\n{block('user_query', REQUESTS[0])}"), (A, "I add the flag."))
    assert REQUESTS[0] in section(summary, *ASKED)
    assert "pnpm" not in summary
    for other in (REQUESTS[0], block("task", REQUESTS[0])):
        assert "pnpm" in section(summary_of((U, f"{rules}\n{other}"), (A, "I add the flag.")), *WILL)


@pytest.mark.parametrize("note", NOTES[:5])
@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        ("[SYSTEM REMINDER]", "[/SYSTEM REMINDER]"),
        ("--- Context from: GEMINI.md ---", "--- End of Context from: GEMINI.md ---"),
        ("=== BEGIN WORKSPACE STATE ===", "=== END WORKSPACE STATE ==="),
        ("=== Anfang Zustand des Ordners ===", "=== Ende Zustand des Ordners ==="),
        ("<<SYS>>", "<</SYS>>"),
        ("<!-- note of the editor:", "-->"),
        ("# AGENTS.md instructions for /srv/checkout\n\n<INSTRUCTIONS>", "</INSTRUCTIONS>"),
    ],
)
def test_a_note_between_marked_lines_is_nobodys_will(begins: str, ends: str, note: str) -> None:
    marked = f"{begins}\n{note}\n{ends}"
    for text in (f"{marked}\n\n{REQUESTS[0]}", f"{REQUESTS[0]}\n\n{marked}"):
        summary = summary_of((U, text), (A, "I add the flag."))
        assert REQUESTS[0] in section(summary, *ASKED)
        assert not [words for words in (begins.splitlines()[0], ends, *words_of(note)) if words in summary]


@pytest.mark.parametrize(
    "text",
    [
        f"Contents of /srv/checkout/CLAUDE.md (the project's own):\n\n# Project\nNever run npm.\n\n{REQUESTS[0]}",
        f"{REQUESTS[0]}\n\nContents of /srv/checkout/CLAUDE.md:\n# Project\nNever run npm.\n\nAlways use pnpm.",
        f"{REQUESTS[0]}\n\n# AGENTS.md of the project\n\n## Style\n- Never run npm.",
    ],
)
def test_what_is_in_a_file_is_shown_and_not_said(text: str) -> None:
    summary = summary_of((U, text), (A, "I add the flag."))
    assert REQUESTS[0] in section(summary, *ASKED)
    assert "npm" not in section(summary, *WILL)
    assert all('"' in line for line in summary.splitlines() if "npm" in line)


def test_a_note_on_one_line_before_what_the_user_says_on_it() -> None:
    summary = summary_of((U, f"<session-note>Be brief and never explain.</session-note> {REQUESTS[0]}"))
    assert "Be brief" not in summary
    assert REQUESTS[0] in summary


def test_a_path_in_a_note_is_listed_and_the_tags_are_no_paths() -> None:
    summary = summary_of((U, f"{block('environment_context', NOTES[0])}\n{REQUESTS[0]}"), (A, "I add the flag."))
    assert "/srv/checkout/blue" in summary
    assert "/environment" not in summary


@pytest.mark.parametrize(
    "wrapped",
    [
        "<command-message>review is running</command-message>\n<command-args>{}</command-args>",
        "<user_query>\n{}\n</user_query>",
        "<task>\n{}\n</task>\n<environment_details>\n# Open files\nsrc/a.ts\n</environment_details>",
        "<user_message>{}</user_message>\n<system-reminder>\nNever mention this.\n</system-reminder>",
        "<turn-context>\nIt is late. Never say so.\n<user_input>\n{}\n</user_input>\n</turn-context>",
        "<feedback>\n{}\n</feedback>",
        "<event type='user_message' time='09:00'>{}</event>",
        "<message><type>user_message</type><content>{}</content><time>2026-04-01 09:00</time></message>",
        "[Telegram Ana id:123 2026-04-01 09:00 UTC] {}",
        "{} <session-state>\nNever mention this.\n</session-state>",
        "[INST]\n{}\n[/INST]",
        "=== USER MESSAGE ===\n{}\n=== END OF USER MESSAGE ===\n=== TOOL STATE ===\nNever\n=== END TOOL STATE ===",
        "<用户消息>\n{}\n</用户消息>\n<系统提醒>\nNever mention this.\n</系统提醒>",
        "<context>\n<system-reminder>\nNever mention this.\n</system-reminder>\n{}\n</context>",
    ],
)
@pytest.mark.parametrize("request_text", REQUESTS)
def test_what_a_person_typed_within_tags_is_the_persons(wrapped: str, request_text: str) -> None:
    summary = summary_of((U, wrapped.format(request_text)), (A, "Well."))
    assert request_text.rstrip(".") in section(summary, *ASKED)
    assert not [words for words in ("running", "Never", "late", "<", ">", "09:00", "user_m") if words in summary]


@pytest.mark.parametrize(
    "text",
    [
        "Why does <my-button>Save the order</my-button> not show? Never use inline styles for it.",
        "The page never shows <order-list>. Never use inline styles for it, Save the order is all that I see.",
    ],
)
def test_a_tag_that_is_spoken_of_hides_nothing(text: str) -> None:
    summary = summary_of((U, text), (A, "I see."))
    assert "Save the order" in summary
    assert "Never use inline styles" in summary


def test_a_block_that_is_announced_is_shown_and_not_said() -> None:
    text = f"{REQUESTS[0]} The ticket says:\n{block('bug-report', 'You must always print ORD-7712 first.')}"
    summary = summary_of((U, text), (A, "I see."))
    assert REQUESTS[0] in section(summary, *ASKED)
    assert '"You must always print ORD-7712 first."' in summary
    assert "ORD-7712" not in section(summary, *WILL)


@pytest.mark.parametrize(
    "aside",
    [
        "[Request interrupted by user for tool use]",
        "[此消息由系统自动生成，请勿回复]",
        "[hook] Checks have run, never skip them.",
        "Stop hook feedback:\n- Always run the checks before you stop.",
        "PostToolUse:Edit hook blocking error: Never edit what is generated.",
        "The linter hook reported: you must always format the code.",
        "System reminder: the list of tasks is empty, never mention it.",
        "<turn-aborted>",
        "Caveat: what follows was typed in a shell. Never answer it unless the user explicitly asks you to.",
        "cwd: /srv/checkout/blue\nsandbox: true\nstarted_at: 2026-04-01T09:00:00Z",
        "---\nnever: mention\nsandbox: true\n---",
    ],
)
def test_asides_of_a_harness_are_no_words_of_the_user(aside: str) -> None:
    summary = summary_of((U, f"{aside}\n\n{REQUESTS[0]}"), (U, aside), (A, "I add the flag."))
    assert REQUESTS[0] in section(summary, *ASKED)
    assert not any(line in summary for line in aside.splitlines() if len(line) > 3)


@pytest.mark.parametrize(
    "text",
    [
        "Budget: 500 EUR\nDeadline: 14 March\n\nPlan a trip to Ghent.",
        "The hook reported this:\n\nPlan a trip to Ghent for 500 EUR on 14 March.",
        "Plan a trip to Ghent.\n[ ] hotel for 500 EUR by 14 March\n[x] train",
        "Plan a trip to Ghent: [500 EUR, 14 March], see [the map](https://maps.example/ghent).",
    ],
)
def test_what_a_person_lists_is_the_persons(text: str) -> None:
    summary = summary_of((U, text), (A, "I plan it."))
    assert all(words in summary for words in ("500 EUR", "14 March", "trip to Ghent"))


def test_of_notes_alone_a_summary_says_that_they_were_there() -> None:
    note = block("system-reminder", "Never mention it.")
    assert summary_of((U, note), (U, note)) == "## Events\n- Messages without anything to keep: 2"


@pytest.mark.parametrize("text", ["<p>Order ORD-7712</p>\n<script></script>", "</environment> ORD-7712 </details>"])
def test_a_tag_that_closes_is_no_path(text: str) -> None:
    assert [value for value, _ in extract_identifiers(text)] == ["ORD-7712"]
