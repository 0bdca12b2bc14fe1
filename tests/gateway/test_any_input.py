"""Whatever is sent, the answer is a success or a 4xx that says what is wrong with it: no 5xx, nothing of the inside."""

import json
from typing import Any

import httpx
import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from compactd.gateway.routes import Route
from compaction.v1 import model_settings_pb2
from tests.builders.rest_resources import (
    UNKNOWN_AGENT,
    UNKNOWN_COMPACTION,
    UNKNOWN_CONVERSATION,
    Json,
    new_agent,
    new_conversation,
    user,
)
from tests.gateway.error_bodies import INSIDES, error_of
from tests.gateway.routes_to_nothing import WITH_BODY, path_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Anything


def _names(descriptor: Any, seen: set[str]) -> set[str]:
    """The names of a message's fields in both spellings, and of those inside of it."""
    if descriptor.full_name in seen:
        return set()
    seen.add(descriptor.full_name)
    names = {name for field in descriptor.fields for name in (field.name, field.json_name)}
    inner = [field.message_type for field in descriptor.fields if field.message_type is not None]
    return names.union(*(_names(item, seen) for item in inner))


WORDS = [
    *model_settings_pb2.ModelSettings.DESCRIPTOR.fields_by_name,
    *("user", "assistant", "tool", "text", "image_url", "json_schema", "all", "asc", "low", "enabled", "function"),
    *("2026-03-01T12:00:00Z", "openai/gpt-5-mini", "local/extractive", "YQ==", "data:image/png;base64,YQ=="),
    *(
        UNKNOWN_AGENT,
        UNKNOWN_CONVERSATION,
        UNKNOWN_COMPACTION,
        "default",
        "00000000-0000-4000-8000-000000000000",
        "\ud800",
        "\x00",
        "{CORE_MEMORY}",
    ),
]


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([0, -1, 2**31, 2**63, 10**400, 1e400, float("nan"), 0.5, 1e-300])
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(WORDS)
)


def bodies(route: Route) -> st.SearchStrategy[Any]:
    """JSON whose keys are often fields of what the route takes, in places where they belong and where they do not."""
    names = sorted(_names(route.method.input_type, set()) | {"type", "url", "provider_type", "nonsense"})
    keys = st.sampled_from(names) | st.text(max_size=3)
    return st.recursive(
        SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=5), max_leaves=20
    ) | st.dictionaries(keys, SCALARS | st.lists(st.dictionaries(keys, SCALARS, max_size=4), max_size=2), max_size=5)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def place(rest: httpx.AsyncClient) -> Json:
    """Something that is there, for requests of any kind."""
    agent = await new_agent(rest, memory_blocks=[{"label": "x", "value": "v"}])
    conversation = await new_conversation(rest, [user("Hello.")], agent_id=agent["id"])
    return {"agent_id": agent["id"], "conversation_id": conversation["id"]}


@pytest.mark.parametrize("route", WITH_BODY, ids=lambda route: f"{route.verb} {route.template}")
@settings(max_examples=40)
@given(data=st.data())
async def test_any_json_is_answered_or_rejected(
    rest: httpx.AsyncClient, place: Json, route: Route, data: st.DataObject
) -> None:
    body = json.dumps(data.draw(bodies(route)))
    answer = await rest.request(route.verb, path_of(route, **place), content=body)
    if answer.status_code == 200:
        assert INSIDES.search(answer.content) is None
        return
    error = error_of(answer)
    assert error.status < 500 or (error.status, error.reason) == (501, "NOT_SUPPORTED")
    assert (error.reason == "INVALID_FIELD") is bool(error.fields)


@settings(max_examples=60)
@given(body=st.binary(max_size=60))
async def test_any_bytes_are_answered_or_rejected(rest: httpx.AsyncClient, body: bytes) -> None:
    answer = await rest.post("/v1/agents", content=body)
    assert answer.status_code == 200 or error_of(answer).status == 400


@settings(max_examples=60)
@given(
    pairs=st.lists(st.tuples(st.sampled_from(["limit", "order", "tags", "name", "after", "x"]), st.text(max_size=6)))
)
async def test_any_query_is_answered_or_rejected(rest: httpx.AsyncClient, pairs: list[tuple[str, Any]]) -> None:
    answer = await rest.get("/v1/agents", params=pairs)
    assert answer.status_code == 200 or error_of(answer).fields
