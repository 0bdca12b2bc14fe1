"""Stored messages as the entries of Letta's lists."""

import base64
from typing import Any

import httpx
import pytest

from tests.builders.rest_resources import (
    EXTRACTIVE,
    assistant,
    call,
    context_of,
    entries_of,
    json_of,
    new_conversation,
    result,
    talk,
    user,
)
from tests.gateway.message_parts import DATA_URL, OPAQUE, PDF_URL, PNG, URL, WAV_DATA

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Entries


async def test_a_user_message(rest: httpx.AsyncClient) -> None:
    conversation = await new_conversation(rest, [user("Hello.") | {"name": "bob"}])
    [_, entry] = await entries_of(rest, conversation["id"])
    assert entry == {
        "id": entry["id"],
        "date": entry["date"],
        "message_type": "user_message",
        "name": "bob",
        "content": "Hello.",
    }
    assert entry["id"].startswith("message-")


async def test_a_system_message(rest: httpx.AsyncClient) -> None:
    conversation = await new_conversation(rest, [{"role": "system", "content": "Be brief."}])
    [entry] = await entries_of(rest, conversation["id"])
    assert entry == {
        "id": entry["id"],
        "date": entry["date"],
        "message_type": "system_message",
        "content": "Be brief.",
    }


async def test_a_user_messages_images(rest: httpx.AsyncClient) -> None:
    parts = [{"type": "image_url", "image_url": {"url": url}} for url in (URL, DATA_URL)]
    conversation = await new_conversation(rest, [{"role": "user", "content": [{"type": "text", "text": "?"}, *parts]}])
    [_, entry] = await entries_of(rest, conversation["id"])
    assert entry["content"] == [
        {"type": "text", "text": "?"},
        {"type": "image", "source": {"type": "url", "url": URL}},
        {
            "type": "image",
            "source": {"type": "base64", "media_type": "image/png", "data": base64.b64encode(PNG).decode()},
        },
    ]


FILE = {"type": "file", "file": {"filename": "report.pdf", "file_data": PDF_URL}}
SPEECH = {"type": "input_audio", "input_audio": {"data": WAV_DATA, "format": "wav", "transcript": "Good morning."}}
SOUND = {"type": "input_audio", "input_audio": {"data": WAV_DATA, "format": "wav"}}


async def test_files_and_audio_are_texts_that_name_them(rest: httpx.AsyncClient) -> None:
    conversation = await new_conversation(rest, [{"role": "user", "content": [FILE, SPEECH, SOUND]}])
    [_, entry] = await entries_of(rest, conversation["id"])
    assert entry["content"] == [
        {"type": "text", "text": "[file: report.pdf, application/pdf]"},
        {"type": "text", "text": "[audio: wav] Good morning."},
        {"type": "text", "text": "[audio: wav]"},
    ]


async def test_what_an_assistant_said_aloud_is_an_entry_beside_its_calls(rest: httpx.AsyncClient) -> None:
    spoken = {"role": "assistant", "content": [SPEECH], "tool_calls": [call("a")]}
    conversation = await new_conversation(rest, [spoken])
    _, text, calls = await entries_of(rest, conversation["id"])
    assert (text["message_type"], text["content"]) == ("assistant_message", [{"type": "text", "text": "Good morning."}])
    assert calls["message_type"] == "tool_call_message"
    only = await entries_of(rest, conversation["id"], include_return_message_types=["assistant_message"])
    assert only == [text]


async def test_what_a_tool_returned_is_named(rest: httpx.AsyncClient) -> None:
    returned = result("a", "") | {
        "content": [{"type": "text", "text": "Done."}, {"type": "image_url", "image_url": {"url": URL}}, FILE]
    }
    conversation = await new_conversation(rest, [assistant(None, call("a")), returned])
    [_, _, entry] = await entries_of(rest, conversation["id"])
    assert entry["tool_return"] == f"Done.\n[image: {URL}]\n[file: report.pdf, application/pdf]"


async def test_an_assistant_message(rest: httpx.AsyncClient) -> None:
    conversation = await new_conversation(rest, [assistant("Yes.")])
    [_, entry] = await entries_of(rest, conversation["id"])
    assert (entry["message_type"], entry["content"]) == ("assistant_message", "Yes.")


async def test_an_assistants_calls(rest: httpx.AsyncClient) -> None:
    calls = [call("a", "look", '{"x": 1}'), call("b", "find", "")]
    conversation = await new_conversation(rest, [assistant(None, *calls)])
    [_, entry] = await entries_of(rest, conversation["id"])
    written = [
        {"name": "look", "arguments": '{"x": 1}', "tool_call_id": "a"},
        {"name": "find", "arguments": "", "tool_call_id": "b"},
    ]
    assert entry["message_type"] == "tool_call_message"
    assert (entry["tool_call"], entry["tool_calls"]) == (written[0], written)


@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_text_and_calls_are_two_entries_of_one_id_with_the_text_first(
    rest: httpx.AsyncClient, order: str
) -> None:
    conversation = await new_conversation(rest, [assistant("I look.", call("a"))])
    entries = await entries_of(rest, conversation["id"], order=order)
    text, calls = [entry for entry in entries if entry["message_type"] != "system_message"]
    assert (text["message_type"], calls["message_type"]) == ("assistant_message", "tool_call_message")
    assert (text["id"], text["date"]) == (calls["id"], calls["date"])


@pytest.mark.parametrize(
    ("asked", "types"),
    [
        (["assistant_message"], ["assistant_message"]),
        (["tool_call_message"], ["tool_call_message"]),
        (["MESSAGE_TYPE_TOOL_CALL_MESSAGE"], ["tool_call_message"]),
        (["assistant_message", "tool_call_message"], ["assistant_message", "tool_call_message"]),
        (["user_message"], []),
        ([], ["system_message", "assistant_message", "tool_call_message"]),
    ],
)
async def test_the_filter_gives_the_half_that_was_asked_for(
    rest: httpx.AsyncClient, asked: list[str], types: list[str]
) -> None:
    conversation = await new_conversation(rest, [assistant("I look.", call("a"))])
    entries = await entries_of(rest, conversation["id"], include_return_message_types=asked)
    assert [entry["message_type"] for entry in entries] == types


@pytest.mark.parametrize(("failed", "status"), [(False, "success"), (True, "error")])
async def test_a_tool_return(rest: httpx.AsyncClient, failed: bool, status: str) -> None:
    conversation = await new_conversation(rest, [assistant(None, call("a")), result("a", "Done.", is_error=failed)])
    [_, _, entry] = await entries_of(rest, conversation["id"])
    returned = {"tool_call_id": "a", "tool_return": "Done.", "status": status}
    assert entry == {
        "id": entry["id"],
        "date": entry["date"],
        "message_type": "tool_return_message",
        **returned,
        "tool_returns": [returned],
    }


@pytest.mark.parametrize(
    "content", ["", [], [{"type": "opaque", "opaque": OPAQUE}], [{"type": "text", "text": ""}]], ids=repr
)
async def test_content_is_never_null(rest: httpx.AsyncClient, content: Any) -> None:
    conversation = await new_conversation(rest, [{"role": "user", "content": content}])
    [_, entry] = await entries_of(rest, conversation["id"])
    assert entry["content"] is not None


async def test_a_summary_and_its_figures(rest: httpx.AsyncClient) -> None:
    conversation = await new_conversation(rest, talk(20), compaction_settings=EXTRACTIVE | {"mode": "all"})
    done = json_of(await rest.post(f"/v1/conversations/{conversation['id']}/compact"))
    [entry] = await entries_of(rest, conversation["id"], include_return_message_types="summary_message")
    assert entry == {
        "id": entry["id"],
        "date": entry["date"],
        "message_type": "summary_message",
        "summary": done["summary"],
        "compaction_stats": {
            "trigger": "manual",
            "context_window": 128_000,
            "messages_count_before": done["num_messages_before"],
            "messages_count_after": done["num_messages_after"],
        },
    }
    assert (done["num_messages_before"], done["num_messages_after"]) == (81, 2)


async def test_the_summary_in_a_native_context_is_bare(rest: httpx.AsyncClient) -> None:
    conversation = await new_conversation(rest, talk(20), compaction_settings=EXTRACTIVE | {"mode": "all"})
    done = json_of(await rest.post(f"/v1/conversations/{conversation['id']}/compact"))
    native = (await context_of(rest, conversation["id"], format="native"))["messages"][1]
    shown = (await context_of(rest, conversation["id"]))["messages"][1]
    assert native == {"role": "summary", "content": done["summary"]}
    assert shown["role"] == "user"
    assert done["summary"] in shown["content"]


async def test_a_limit_counts_messages_and_keeps_their_entries_together(rest: httpx.AsyncClient) -> None:
    conversation = await new_conversation(rest, [assistant("One.", call("a")), result("a", "1"), user("Two.")])
    page = await entries_of(rest, conversation["id"], limit=2)
    assert [entry["message_type"] for entry in page] == ["system_message", "assistant_message", "tool_call_message"]
    rest_of_it = await entries_of(rest, conversation["id"], limit=2, after=page[-1]["id"])
    assert [entry["message_type"] for entry in rest_of_it] == ["tool_return_message", "user_message"]
    assert await entries_of(rest, conversation["id"], after=rest_of_it[-1]["id"]) == []
