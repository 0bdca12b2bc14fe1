"""RestoreCompaction over REST."""

import httpx
import pytest

from tests.builders.rest_resources import EXTRACTIVE, context_of, json_of, new_conversation, talk
from tests.gateway.error_bodies import error_of

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_compaction_is_undone_by_its_address(rest: httpx.AsyncClient) -> None:
    conversation = await new_conversation(rest, talk(20))
    path = f"/v1/conversations/{conversation['id']}"
    before = await context_of(rest, conversation["id"])
    compacted = json_of(await rest.post(f"{path}/compact", json={"compaction_settings": EXTRACTIVE}))["compaction"]

    record = json_of(await rest.post(f"{path}/compactions/{compacted['id']}/restore"))

    assert (record["kind"], record["parent_id"]) == ("restore", compacted["id"])
    assert record["restored_compaction_id"] == compacted["id"]
    assert (record["mode"], record["ask"], record["method"], record["settings"]) == (None, None, None, None)
    assert (record["parts"], record["tokens_after"]) == ([], before["context_tokens"])
    after = await context_of(rest, conversation["id"])
    assert after | {"version": before["version"]} == before
    assert json_of(await rest.get(f"{path}/compactions", params={"order": "asc"})) == [compacted, record]

    error = error_of(await rest.post(f"{path}/compactions/{compacted['id']}/restore", json={}))
    assert (error.status, error.reason) == (400, "NOTHING_TO_RESTORE")
    error = error_of(
        await rest.post(f"{path}/compactions/{record['id']}/restore", json={"expected_version": before["version"]})
    )
    assert (error.status, error.reason) == (409, "CONTEXT_CHANGED")
