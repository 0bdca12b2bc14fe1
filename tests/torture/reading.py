"""Everything of a conversation, read out at the end of a run."""

from collections.abc import Sequence
from typing import Any

from compaction.v1 import (
    agent_service_pb2,
    compaction_pb2,
    compaction_service_pb2,
    conversation_service_pb2,
    job_pb2,
    job_service_pb2,
    message_pb2,
)
from tests.builders import requests
from tests.builders.chat import make
from tests.builders.job_requests import JOBS
from tests.builders.requests import Request
from tests.doors import Answer, Door
from tests.torture.batches import mark_of
from tests.torture.checker import StoredConversation, StoredMessage, StoredPart, StoredRecord
from tests.torture.job_checker import StoredJob
from tests.torture.replica import Replica
from tests.torture.world import record_text

PAGE = 1_000
SECONDS = 60.0


class Unread(Exception):
    """What should be there could not be read: `reason` is the error's."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


async def read_conversation(replicas: Sequence[Replica], conversation_id: str) -> StoredConversation:
    """Raises Unread. AssertionError, if the servers do not show the same."""
    grpc_door, rest_door = replicas[0].doors
    context = requests.get_context(conversation_id, native=True)
    contexts = [await _context(replica.doors[0], context) for replica in replicas]
    assert all(other == contexts[0] for other in contexts), "two servers show two contexts"
    shown = contexts[0]
    conversation = (await _ok(grpc_door, requests.get_conversation(conversation_id))).plain
    messages = await _messages(grpc_door, conversation_id)
    summaries = [item.content for item in shown.messages if item.role == message_pb2.MESSAGE_ROLE_SUMMARY]
    return StoredConversation(
        messages=messages,
        records=await _records(grpc_door, rest_door, conversation_id),
        context_ids=conversation["in_context_message_ids"],
        summary=summaries[0] if summaries else "",
        system_prompt=shown.messages[0].content,
        description=conversation.get("description", ""),
        jobs=await _jobs(grpc_door, conversation_id),
    )


async def _context(door: Door, request: Request) -> conversation_service_pb2.GetContextResponse:
    shown = conversation_service_pb2.GetContextResponse.FromString((await _ok(door, request)).raw)
    # A server reads it from time to time, and it is no part of the context.
    shown.ClearField("observed_token_ratio")
    return shown


async def read_titles(door: Door, agent_ids: Sequence[str]) -> list[str]:
    """The titles of all conversations of these agents, but their default ones."""
    titles = []
    for agent_id in agent_ids:
        request = _listing(
            f"/{requests.CONVERSATIONS}/ListConversations",
            make(conversation_service_pb2.ListConversationsRequest, agent_id=agent_id, limit=PAGE),
        )
        titles += [item.get("summary", "") for item in (await _ok(door, request)).plain.get("conversations", [])]
    return titles


async def read_agents(door: Door) -> list[dict[str, Any]]:
    request = _listing(f"/{requests.AGENTS}/ListAgents", make(agent_service_pb2.ListAgentsRequest, limit=PAGE))
    return list((await _ok(door, request)).plain.get("agents", []))


async def jobs_at_work(door: Door) -> int:
    """How many jobs have not ended, on one page."""
    states = [job_pb2.JOB_STATE_QUEUED, job_pb2.JOB_STATE_RUNNING]
    request = make(job_service_pb2.ListJobsRequest, limit=PAGE, states=states)
    return len((await _ok(door, _listing(f"/{JOBS}/ListJobs", request))).plain.get("jobs", []))


async def _jobs(door: Door, conversation_id: str) -> list[StoredJob]:
    found: list[StoredJob] = []
    while True:
        message = make(
            job_service_pb2.ListJobsRequest,
            conversation_id=conversation_id,
            limit=PAGE,
            order="SORT_ORDER_ASC",
            after=found[-1].id if found else "",
        )
        page: Any = (await _ok(door, _listing(f"/{JOBS}/ListJobs", message))).message
        if not page.jobs:
            return found
        found += [
            StoredJob(
                job.id,
                job_pb2.JobState.Name(job.state).removeprefix("JOB_STATE_").lower(),
                job.request.request_id,
                job.policy_id,
                job.compaction_id,
            )
            for job in page.jobs
        ]


async def _messages(door: Door, conversation_id: str) -> list[StoredMessage]:
    found: list[StoredMessage] = []
    while True:
        request = _listing(
            f"/{requests.CONVERSATIONS}/ListMessages",
            make(
                conversation_service_pb2.ListMessagesRequest,
                conversation_id=conversation_id,
                limit=PAGE,
                order="SORT_ORDER_ASC",
                after=found[-1].id if found else "",
            ),
        )
        page = (await _ok(door, request)).message
        assert isinstance(page, conversation_service_pb2.ListMessagesResponse)
        if not page.messages:
            return found
        found += [
            StoredMessage(
                stored.id,
                stored.position,
                message_pb2.MessageRole.Name(stored.message.role).removeprefix("MESSAGE_ROLE_"),
                mark_of(stored.message),
            )
            for stored in page.messages
        ]


async def _records(grpc_door: Door, rest_door: Door, conversation_id: str) -> list[StoredRecord]:
    """In the order in which they were made."""
    found: list[StoredRecord] = []
    while True:
        after = found[-1].id if found else ""
        message = make(
            compaction_service_pb2.ListCompactionsRequest,
            conversation_id=conversation_id,
            limit=PAGE,
            order="SORT_ORDER_ASC",
            after=after,
        )
        query = {"limit": PAGE, "order": "asc"} | ({"after": after} if after else {})
        request = Request(
            f"/{requests.COMPACTIONS}/ListCompactions",
            message,
            "GET",
            f"/v1/conversations/{conversation_id}/compactions",
            query=query,
        )
        page, rest = await _ok(grpc_door, request), await _ok(rest_door, request)
        assert isinstance(page.message, compaction_service_pb2.ListCompactionsResponse)
        if not page.message.compactions:
            return found
        shown = [record_text(plain) for plain in page.plain["compactions"]]
        over_rest = {plain["id"]: record_text(plain) for plain in rest.plain}
        found += [
            _record(record, {"gRPC": text} | ({"REST": over_rest[record.id]} if record.id in over_rest else {}))
            for record, text in zip(page.message.compactions, shown, strict=True)
        ]


def _record(record: compaction_pb2.Compaction, shown: dict[str, str]) -> StoredRecord:
    kind = compaction_pb2.CompactionKind.Name(record.kind).removeprefix("COMPACTION_KIND_")
    parts = tuple(StoredPart(part.first_position, part.last_position, part.text) for part in record.parts)
    return StoredRecord(record.id, kind, parts, shown)


def _listing(rpc: str, message: Any) -> Request:
    """For gRPC alone."""
    return Request(rpc, message, "", "")


async def _ok(door: Door, request: Request) -> Answer:
    answer = await door.call(request, SECONDS)
    if not answer.ok:
        raise Unread(answer.reason or answer.code)
    return answer
