"""The official npm client: one run of node/calls.mjs in the wheel's Node, and what came of its calls, one by one."""

import asyncio
import json
import sys
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.builders.rest_resources import Json, talk
from tests.letta.compaction_settings import BEFORE, MODES, SETTINGS, TURNS, without_nulls
from tests.letta.node.install import NODE
from tests.loopback.dialects import SUMMARY
from tests.server import ServerProcess

# The first test waits for the whole run.
pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]

HERE = Path(__file__).parent / "node"
INSTALLED = Path(sys.prefix) / "node"

OF_EVERY_ENTRY = {"id", "date", "message_type"}
OF_TYPE = {
    "system_message": {"content"},
    "user_message": {"content"},
    "assistant_message": {"content"},
    "tool_call_message": {"tool_call", "tool_calls"},
    "tool_return_message": {"tool_call_id", "tool_return", "status", "tool_returns"},
    "summary_message": {"summary", "compaction_stats"},
}
"""The fields that the client's types demand, and the ones beside them that its users read."""

ERRORS = {
    "nobody": ("NotFoundError", 404),
    "nowhere": ("NotFoundError", 404),
    "no such route": ("NotFoundError", 404),
    "agents.retrieve deleted": ("NotFoundError", 404),
    "conversations.retrieve deleted": ("NotFoundError", 404),
    "a bad field": ("BadRequestError", 400),
    "nothing to compact": ("BadRequestError", 400),
    "a changed context": ("ConflictError", 409),
    "messages.create": ("InternalServerError", 501),
    "messages.stream": ("InternalServerError", 501),
    "fork": ("InternalServerError", 501),
    "reset": ("InternalServerError", 501),
    "wrong method": ("APIError", 405),
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def steps(server: ServerProcess) -> dict[str, Json]:
    """What came of each call, by its step."""
    if not (INSTALLED / "node_modules").is_dir():
        pytest.skip("the npm client is not installed: make install does it")
    providers = {name: {"model": settings.model, "settings": settings.sent} for name, settings in SETTINGS.items()}
    given_to = {"url": server.http_url, "talk": talk(TURNS), "modes": MODES, "providers": providers}
    process = await asyncio.create_subprocess_exec(
        *(NODE, HERE / "calls.mjs", INSTALLED),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate(json.dumps(given_to).encode())
    assert (process.returncode, errors.decode()) == (0, "")
    return {line["step"]: line for line in map(json.loads, output.splitlines())}


def result_of(steps: dict[str, Json], step: str) -> Any:
    """The result of a call that has to succeed."""
    assert "error" not in steps[step], steps[step]
    return steps[step]["result"]


def ids(entries: list[Json]) -> list[str]:
    """The ids of the stored messages, each once: a message with text and calls is two entries."""
    return [key for key, _ in groupby(entry["id"] for entry in entries)]


async def test_an_agent_is_created_with_memory_blocks_and_compaction_settings(steps: dict[str, Json]) -> None:
    agent = result_of(steps, "agents.create")
    assert (agent["name"], agent["agent_type"]) == ("rook", "letta_v1_agent")
    assert [block["label"] for block in agent["blocks"]] == ["human", "persona"]
    settings = agent["compaction_settings"]
    assert (settings["mode"], settings["model"]) == ("sliding_window", "openai/gpt-4.1-mini")
    assert without_nulls(settings["model_settings"]) == {"provider_type": "openai", "temperature": 0.25}
    assert result_of(steps, "agents.retrieve") == agent


async def test_an_update_merges(steps: dict[str, Json]) -> None:
    agent = result_of(steps, "agents.update")
    assert agent["name"] == "bishop"
    settings = agent["compaction_settings"]
    assert (settings["mode"], settings["model"]) == ("all", "openai/gpt-4.1-mini")
    assert agent["blocks"] == result_of(steps, "agents.create")["blocks"]


async def test_agents_are_listed_page_by_page_in_both_orders(steps: dict[str, Json]) -> None:
    made = result_of(steps, "agents made")
    assert [agent["id"] for agent in result_of(steps, "agents.list asc")] == made
    assert [agent["id"] for agent in result_of(steps, "agents.list desc")] == made[::-1]


async def test_blocks_are_listed_retrieved_and_changed_by_label(steps: dict[str, Json]) -> None:
    listed = result_of(steps, "agents.blocks.list")
    assert [block["label"] for block in listed] == ["human", "persona"]
    assert result_of(steps, "agents.blocks.retrieve") == listed[0]
    assert result_of(steps, "agents.blocks.update") == listed[0] | {"value": "Mara, in audit."}


@pytest.mark.parametrize("dry_run", ["true", "false"])
async def test_a_changed_block_is_stored_by_a_recompile_that_is_no_dry_run(
    steps: dict[str, Json], dry_run: str
) -> None:
    assert "Mara" in result_of(steps, f"agents.recompile dry_run={dry_run}")
    assert "Mara" in result_of(steps, f"conversations.recompile dry_run={dry_run}")
    [prompt] = result_of(steps, f"prompt after dry_run={dry_run}")
    assert ("Mara" in prompt) is (dry_run == "false")
    stored = result_of(steps, f"prompt of the conversation after dry_run={dry_run}")
    assert ("Mara" in stored) is (dry_run == "false")


async def test_deletes_answer_an_empty_object(steps: dict[str, Json]) -> None:
    assert result_of(steps, "agents.delete") == {}
    assert result_of(steps, "conversations.delete") == {}


async def test_a_conversation_is_created_retrieved_and_updated(steps: dict[str, Json]) -> None:
    made = result_of(steps, "conversations.create")
    assert (made["summary"], made["context_window_limit"]) == ("March invoices", 16_000)
    retrieved = result_of(steps, "conversations.retrieve")
    assert len(retrieved["in_context_message_ids"]) == 1
    updated = result_of(steps, "conversations.update")
    assert (updated["summary"], updated["description"]) == ("April invoices", "What became of them.")


async def test_conversations_are_listed_in_both_orders_and_found(steps: dict[str, Json]) -> None:
    made = result_of(steps, "conversations made")
    assert [conversation["id"] for conversation in result_of(steps, "conversations.list asc")] == made
    assert [conversation["id"] for conversation in result_of(steps, "conversations.list desc")] == made[::-1]
    assert [conversation["id"] for conversation in result_of(steps, "conversations.list found")] == made[:1]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("provider_type", SETTINGS)
async def test_a_conversation_is_compacted_in_every_mode_with_every_providers_settings(
    steps: dict[str, Json], provider_type: str, mode: str
) -> None:
    settings = SETTINGS[provider_type]
    compacted = result_of(steps, f"compact {provider_type} {mode}")
    assert (compacted["num_messages_before"], compacted["summary"]) == (BEFORE, SUMMARY)
    record = result_of(steps, f"record {provider_type} {mode}")
    assert (record["mode"], record["method"], record["model"]) == (mode, "model", settings.model)
    assert without_nulls(record["settings"]["model_settings"]) == {"provider_type": provider_type, **settings.sent}


@pytest.mark.parametrize("way_in", ["default", "an agent id", "agents"])
async def test_a_default_conversation_is_compacted_by_every_name_it_has(steps: dict[str, Json], way_in: str) -> None:
    compacted = result_of(steps, f"compact by {way_in}")
    assert (compacted["num_messages_before"], compacted["num_messages_after"]) == (BEFORE, 2)


async def test_every_entry_has_the_fields_of_its_type(steps: dict[str, Json]) -> None:
    entries = result_of(steps, "messages.list asc")
    assert {entry["message_type"] for entry in entries} == set(OF_TYPE)
    demanded = {kind: OF_EVERY_ENTRY | fields for kind, fields in OF_TYPE.items()}
    assert [entry for entry in entries if not demanded[entry["message_type"]] <= without_nulls(entry).keys()] == []


async def test_iteration_reads_every_message_once_in_the_order_asked(steps: dict[str, Json]) -> None:
    forwards = result_of(steps, "messages.list asc")
    backwards = result_of(steps, "messages.list desc")
    assert len(set(ids(forwards))) == BEFORE + 1 + 4
    assert ids(backwards) == ids(forwards)[::-1]
    assert len(backwards) == len(forwards) == BEFORE + 1 + 4 + 1
    # Eight pages of seven, the last of them short, and the empty one that is the end.
    assert steps["messages.list asc"]["sent"] == 9


async def test_iteration_backwards_reads_what_lies_before_the_cursor(steps: dict[str, Json]) -> None:
    whole = ids(result_of(steps, "messages.list asc"))
    before = ids(result_of(steps, "messages.list before"))
    assert before[:7] == whole[-8:-1]
    assert sorted(before) == sorted(whole[:-1])


async def test_only_the_types_asked_for_are_listed(steps: dict[str, Json]) -> None:
    types = [entry["message_type"] for entry in result_of(steps, "messages.list of types")]
    assert types == ["tool_call_message"] * TURNS + ["summary_message", "tool_call_message"]


async def test_the_messages_of_an_agent_are_those_of_its_default_conversation(steps: dict[str, Json]) -> None:
    entries = result_of(steps, "agents.messages.list")
    assert len(entries) == BEFORE
    assert result_of(steps, "messages.list default") == entries


@pytest.mark.parametrize("step", ERRORS)
async def test_an_error_is_the_clients_own_exception_and_is_sent_once(steps: dict[str, Json], step: str) -> None:
    failed = steps[step]
    assert (failed["error"]["class"], failed["error"]["status"]) == ERRORS[step]
    assert failed["error"]["detail"]
    assert failed["sent"] == 1


async def test_nothing_to_compact_says_the_words_that_existing_callers_look_for(steps: dict[str, Json]) -> None:
    assert steps["nothing to compact"]["error"]["detail"].startswith(
        "Summarization failed to reduce the number of messages"
    )


async def test_nothing_else_was_rejected(steps: dict[str, Json]) -> None:
    assert {step for step, line in steps.items() if "error" in line} == set(ERRORS)
