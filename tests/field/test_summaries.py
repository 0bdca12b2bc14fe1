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
