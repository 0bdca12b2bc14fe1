"""What becomes the summary."""

import re

import httpx
import pytest

from tests.builders.rest_resources import Json, append
from tests.field.cases import messages_of, needs_cases
from tests.field.sessions import compacted, parcel_talk, stored

pytestmark = pytest.mark.asyncio(loop_scope="session")


def sections(summary: str) -> dict[str, list[str]]:
    """The lines of each headed section."""
    found: dict[str, list[str]] = {}
    heading = ""
    for line in summary.splitlines():
        if line.startswith("## "):
            heading = line.removeprefix("## ")
        elif line.strip():
            found.setdefault(heading, []).append(line)
    return found


@needs_cases
async def test_the_present_task_is_the_goal_and_a_finished_one_is_not(rest: httpx.AsyncClient) -> None:
    conversation_id = await stored(rest, messages_of("B49"))
    summary = (await compacted(rest, conversation_id, mode="all"))["summary"]
    goals = "\n".join(sections(summary)["Goals"])
    assert "invoice PDF exporter" in goals
    assert "migrate the users table" not in goals


@pytest.mark.field_case("B81")
async def test_a_value_corrected_after_it_was_summarized_is_named_as_the_one_in_force(rest: httpx.AsyncClient) -> None:
    first: list[Json] = [
        {"role": "user", "content": "The contact is Maria Lopes, the transfer limit is 18,500 EUR."},
        {"role": "assistant", "content": "Noted: Maria Lopes, 18,500 EUR."},
    ]
    conversation_id = await stored(rest, [*first, *parcel_talk(8)])
    await compacted(rest, conversation_id, mode="all")
    correction = {"role": "user", "content": "Correction: the transfer limit is 21,000 EUR, no longer 18,500 EUR."}
    await append(rest, conversation_id, [correction, {"role": "assistant", "content": "Noted."}, *parcel_talk(8, 8)])
    summary = (await compacted(rest, conversation_id, mode="all"))["summary"]
    new = max(match.start() for match in re.finditer("21,000 EUR", summary))
    old_alone = [line for line in summary.splitlines() if "18,500" in line and "21,000" not in line]
    assert all(summary.index(line) < new for line in old_alone)


@needs_cases
async def test_the_users_last_request_stands_last_and_as_open(rest: httpx.AsyncClient) -> None:
    messages = messages_of("B48")
    conversation_id = await stored(rest, messages)
    summary = (await compacted(rest, conversation_id, mode="all"))["summary"]
    assert messages[-1]["role"] == "user"
    assert messages[-1]["content"].split(".")[-2].strip()[:40] in summary.split("\n## ")[-1]


@needs_cases
async def test_a_corrected_value_stands_without_the_one_it_replaced(rest: httpx.AsyncClient) -> None:
    conversation_id = await stored(rest, messages_of("B50"))
    summary = (await compacted(rest, conversation_id, mode="all"))["summary"]
    assert "Jan Weber" in summary
    assert "limit to 5" not in summary


@needs_cases
async def test_envelopes_of_json_are_opened(rest: httpx.AsyncClient) -> None:
    conversation_id = await stored(rest, messages_of("B68"))
    summary = (await compacted(rest, conversation_id, mode="all"))["summary"]
    assert "move of the Ghent warehouse to Antwerp" in summary
    assert not any(word in summary for word in ('"time":', '"type":', "last_login"))


@needs_cases
@pytest.mark.parametrize("place", ["before", "after", "claudemd"])
async def test_what_a_harness_puts_into_a_users_message_is_no_goal(rest: httpx.AsyncClient, place: str) -> None:
    first = messages_of("B69")["first_user_message_variants"][place]
    session = [
        {"role": "user", "content": first},
        {"role": "assistant", "content": "I add the flag. Done: run `export --json`."},
        {"role": "user", "content": "Also document it in README.md."},
        {"role": "assistant", "content": "Documented."},
        *parcel_talk(3),
    ]
    summary = (await compacted(rest, await stored(rest, session), mode="all"))["summary"]
    assert "Add a --json flag to the export command in src/cli/export.ts." in summary
    assert not any(word in summary for word in ("system-reminder", "todo", "goes before everything else"))
