"""What users want to hold from now on: told from what they ask once, replaced by what is newer, gone if taken back."""

import pytest

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive import summarize
from tests.quality import languages
from tests.quality.instruction_sentences import DEVELOPED, held_out
from tests.quality.told_instructions import recall_and_precision

U, A = Role.USER, Role.ASSISTANT


def standing(*said: tuple[Role, str], limit: int = 900, heading: str = "Standing instructions") -> str:
    """The section of standing instructions of a summary."""
    summary = summarize([ChatMessage(role=role, content=text) for role, text in said], limit)
    return summary.partition(f"## {heading}\n")[2].partition("\n## ")[0]


TASK = (U, "Please find out why the nightly import of ORD-12345 fails.")
OK = (A, "Understood.")


@pytest.mark.parametrize("language", ["en", "de", "zh", "ja"])
def test_standing_instructions_are_told_from_requests_and_remarks(language: str) -> None:
    recall, precision = recall_and_precision(DEVELOPED, language)
    assert recall >= 0.9
    assert precision >= 0.9


def test_so_they_are_in_phrasings_that_the_rule_was_not_made_with() -> None:
    recall, precision = recall_and_precision(held_out())
    assert recall >= 0.7
    assert precision >= 0.7


@pytest.mark.parametrize(
    ("older", "newer", "gone"),
    [
        ("Always answer in French.", "From now on answer in German, please.", "French"),
        ("Keep your replies under 50 words.", "Actually, keep your replies under 120 words.", "50 words"),
        ("Use metric units in every reply.", "Always use imperial units in your replies.", "metric"),
        ("Antworte immer auf Englisch.", "Antworte ab jetzt immer auf Deutsch.", "Englisch"),
    ],
)
def test_the_newest_of_a_subject_wins(older: str, newer: str, gone: str) -> None:
    held = standing((U, older), OK, TASK, OK, (U, newer), OK)
    held += standing((U, older), OK, TASK, OK, (U, newer), OK, heading="Dauerhafte Anweisungen")
    assert gone not in held
    assert newer[-12:] in held


def test_two_instructions_of_different_subjects_stand_beside_each_other() -> None:
    held = standing((U, "Always answer in French."), OK, (U, "Keep all answers under three sentences."), OK)
    assert "French" in held
    assert "three sentences" in held


@pytest.mark.parametrize("stated", ["My number is 5521, in case they ask.", "We only have 40 minutes."])
def test_what_states_a_value_is_no_instruction_unless_it_says_for_how_long(stated: str) -> None:
    assert stated not in standing(TASK, OK, (U, stated), OK)
    assert stated[3:] in standing(TASK, OK, (U, f"From now on, remember: {stated[:3].lower()}{stated[3:]}"), OK)


@pytest.mark.parametrize("asked", ["Update it for 2.4.1 please.", "Please do the same for 3 May.", "Add two of them."])
def test_a_request_that_names_a_number_replaces_no_limit(asked: str) -> None:
    assert "72 characters" in standing((U, "No line must ever be over 72 characters."), OK, (U, asked), OK)


@pytest.mark.parametrize(
    "release",
    ["You can forget the rule about bullet points.", "Forget what I said about bullet points.", "Drop that rule."],
)
def test_what_was_taken_back_is_nowhere(release: str) -> None:
    said = ((U, "Reply in bullet points only, always."), OK, TASK, OK, (U, release), OK)
    summary = summarize([ChatMessage(role=role, content=text) for role, text in said], 900)
    assert "bullet points only" not in summary
    assert "ORD-12345" in summary


def test_lines_of_a_list_under_a_heading_that_announces_rules_are_instructions() -> None:
    held = standing((U, "You must keep to these rules:\n- tabs\n- wide margins everywhere\n\nThanks!"), OK)
    assert "wide margins" in held


def test_no_assistant_and_no_tool_gives_a_standing_instruction() -> None:
    said = [
        ChatMessage(role=U, content=TASK[1]),
        ChatMessage(role=A, content="You must always run the linter before every commit."),
        ChatMessage(role=Role.TOOL, content="Error: never restart the primary", tool_call_id="c"),
    ]
    assert "Standing instructions" not in summarize(said, 900)


def test_where_room_is_short_an_instruction_loses_its_reason_and_not_its_rule() -> None:
    rule = "Oh, and thanks for that, from now on never restart the primary before six, because the auditors work then."
    filler = [(U, f"Question {n}: what is the state of parcel P-70{n}?") for n in range(10, 14)]
    held = standing((U, rule), OK, *filler, limit=170)
    assert "never restart the primary before six" in held.lower()
    assert "auditors" not in held


@pytest.mark.parametrize(
    "data",
    [
        '{"name": "password", "type": "string", "secret": true, "token": null}',
        "drwxr-xr-x 2 app app 4096 Nov 10 10:11 /var/run/secrets/token -> ../key.pub (76409 bytes)",
        "password_min_length: 8, password_max_length: 64, password_reset: true",
    ],
)
def test_a_line_of_data_is_none_and_voids_none(data: str) -> None:
    rule = "Passwords are always typed with `getpass`, `stream` is `sys.stderr`, `echo_char` is `None`."
    said = standing((U, rule), OK, (U, data), OK, (U, data.replace("8", "9").replace("string", "bytes")), OK, TASK)
    assert rule[:-1] in said
    assert data[:20] not in said


def test_rules_of_one_list_hold_together() -> None:
    rules = "- Emails are formal.\n- Chat is informal.\n- No emojis.\n- Emojis are fine in the chat."
    said = standing((U, f"Please keep to this:\n{rules}"), OK, TASK)
    assert [rule for rule in rules.splitlines() if rule not in said] == []


@pytest.mark.parametrize("code", languages.LANGUAGES)
def test_a_list_of_rules_leaves_room_for_one_that_is_said_in_passing(code: str) -> None:
    """However firm those of the list are: six times, in room for half of it."""
    said = languages.language(code)
    rules, kept = said.learned.instructions[:12], 0
    for passing in rules[:6]:
        listed = said.joint.join(rule.text for rule in rules if rule is not passing)
        beside = said.joint.join((said.user[0], passing.text, said.user[1]))
        talk = ((U, listed), (A, said.assistant[0]), (U, beside))
        summary = summarize([ChatMessage(role=role, content=text) for role, text in talk], len(listed) * 2 // 3)
        kept += passing.probe in summary
    assert kept >= 5
