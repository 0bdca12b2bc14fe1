"""A batch with faults of several kinds is refused once, and the error names each message at fault."""

import httpx
import pytest

from tests.builders.rest_resources import Json, append, assistant, call, new_conversation, result, user
from tests.gateway.error_bodies import ErrorBody, error_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

NO_SOURCE = {"role": "user", "content": [{"type": "image_url"}]}
CRASHED: list[Json] = [
    user("Hi."),
    result("lost-1", "x"),
    assistant(""),
    result("lost-2", "x"),
    assistant(None),
    assistant("Hello.") | {"model": "/"},
    user("Hm.") | {"reasoning": "?"},
    user("All is well with this one."),
    {"content": "Who said that?"},
    NO_SOURCE,
    {"role": "user", "content": [{"type": "file", "file": {"filename": "a.pdf"}}]},
    NO_SOURCE,
    NO_SOURCE,
    user("And with this one."),
]
FIELDS = (
    "messages[1].tool_call_id",
    "messages[2].content",
    "messages[3].tool_call_id",
    "messages[4].content",
    "messages[5].model",
    "messages[6].reasoning",
    "messages[8].role",
    "messages[9].parts[0].image.url",
    "messages[10].parts[0].file",
    "messages[11].parts[0].image.url",
)


async def refused(rest: httpx.AsyncClient, messages: list[Json], **fields: object) -> ErrorBody:
    conversation = await new_conversation(rest, [user("?")])
    path = f"/v1/conversations/{conversation['id']}/messages:append"
    error = error_of(await rest.post(path, json={"messages": messages, **fields}))
    assert (error.status, error.reason) == (400, "INVALID_FIELD")
    assert [each["id"] for each in (await append(rest, conversation["id"], [user("Next.")]))["messages"]]
    return error


async def test_each_message_at_fault_is_named_whatever_its_fault_is(rest: httpx.AsyncClient) -> None:
    error = await refused(rest, CRASHED)
    assert error.fields == FIELDS
    assert error.descriptions[-1].endswith("And 1 more fields are wrong.")


async def test_what_repair_mends_is_not_named(rest: httpx.AsyncClient) -> None:
    error = await refused(rest, CRASHED, repair=True)
    assert error.fields == (*FIELDS[4:], "messages[12].parts[0].image.url")


async def test_a_result_is_not_said_to_lack_a_call_that_cannot_be_read(rest: httpx.AsyncClient) -> None:
    unread = assistant(None, call("a")) | {"audio_url": "x"}
    old = assistant(None) | {"function_call": {"name": "f", "arguments": "{}"}, "audio_url": "x"}
    error = await refused(
        rest, [unread, result("a", "x"), result("b", "x"), old, {"role": "function", "name": "f", "content": "1"}]
    )
    assert error.fields == ("messages[0].audio_url", "messages[2].tool_call_id", "messages[3].audio_url")


async def test_a_message_with_many_faults_leaves_room_for_the_others(rest: httpx.AsyncClient) -> None:
    strange = user("?") | {f"key_{number:02d}": "x" for number in range(12)}
    error = await refused(rest, [strange, result("lost", "x")])
    assert error.fields[:3] == ("messages[0].key_00", "messages[1].tool_call_id", "messages[0].key_01")


async def test_another_field_at_fault_is_named_beside_the_messages(rest: httpx.AsyncClient) -> None:
    error = await refused(rest, [NO_SOURCE], observed_context_tokens="many")
    assert error.fields == ("messages[0].parts[0].image.url", "observed_context_tokens")
