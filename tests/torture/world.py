"""What the clients of a run share: agents and their conversations."""

import json
from dataclasses import dataclass, field
from typing import Any

from compaction.v1 import conversation_service_pb2
from tests.doors import Answer
from tests.torture.batches import mark_of
from tests.torture.history import History, Reply

MODEL = "openai/gpt-5-mini"
EMBEDDED = "local/extractive"

WINDOW = 8_000
"""Tokens of each agent's context window: some hundred messages."""


@dataclass(slots=True)
class Conversation:
    """As the clients know it."""

    id: str
    agent_id: str
    compactions: list[str] = field(default_factory=list)
    is_deleted: bool = False
    """Whether somebody has begun to delete it."""


ENDED = frozenset({"succeeded", "skipped", "failed", "cancelled"})
"""States of a job after which there is no other."""


@dataclass(slots=True)
class Job:
    """As the clients know it: how it has ended, empty while they know of no end, and when they have learned that."""

    id: str
    conversation: Conversation
    ended: str = ""
    ended_at: float = 0.0


@dataclass(slots=True)
class World:
    """`agents` are ids; `messages` and `records` are what was read of each, by id, and may never be read otherwise.
    `jobs` are those that clients were told of, by id."""

    history: History
    agents: list[str] = field(default_factory=list)
    conversations: list[Conversation] = field(default_factory=list)
    messages: dict[str, tuple[int, str]] = field(default_factory=dict)
    records: dict[tuple[str, str], str] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)

    def living(self) -> list[Conversation]:
        return [conversation for conversation in self.conversations if not conversation.is_deleted]

    def see_messages(self, conversation_id: str, page: conversation_service_pb2.ListMessagesResponse) -> None:
        """A page of history, youngest first."""
        positions = [stored.position for stored in page.messages]
        if positions != sorted(set(positions), reverse=True):
            self.history.find(conversation_id, f"a page of history is not in order: {positions}")
        for stored in page.messages:
            seen = (stored.position, mark_of(stored.message))
            if stored.position and self.messages.setdefault(stored.id, seen) != seen:
                self.history.find(conversation_id, f"message {stored.id} was {self.messages[stored.id]}, now {seen}")

    def hear_of_job(self, job_id: str, conversation: Conversation) -> None:
        self.jobs.setdefault(job_id, Job(job_id, conversation))

    def see_job(self, job_id: str, state: str, began: float, now: float) -> None:
        """One of these in this state, as was asked at `began` and answered `now`: what has ended stays as it ended."""
        job = self.jobs[job_id]
        if job.ended and began > job.ended_at and state != job.ended:
            self.history.find(job.conversation.id, f"the job {job_id} was {job.ended}, and is {state}")
        if state in ENDED and not job.ended:
            job.ended, job.ended_at = state, now

    def see_record(self, conversation_id: str, door: str, plain: Any) -> None:
        """A record, as one door shows it."""
        shown = record_text(plain)
        if self.records.setdefault((plain["id"], door), shown) != shown:
            self.history.find(conversation_id, f"the record {plain['id']} was read in two forms over {door}")


def record_text(plain: Any) -> str:
    return json.dumps(plain, sort_keys=True)


def appended(answer: Answer) -> Reply:
    messages = answer.plain["messages"]
    ids, positions = tuple(item["id"] for item in messages), tuple(item["position"] for item in messages)
    # The job that a policy has had queued for it.
    return Reply(ids, positions, answer.plain.get("job_id", ""))


def compacted(answer: Answer) -> Reply:
    return recorded(answer, answer.plain["compaction"])


def recorded(answer: Answer, plain: Any = None) -> Reply:
    plain = answer.plain if plain is None else plain
    door = "REST" if answer.message is None else "gRPC"
    return Reply(resource_id=plain["id"], record=record_text(plain), where=door)


def state_of(plain: Any) -> str:
    """Of a job, as either door shows it."""
    return str(plain["state"]).removeprefix("JOB_STATE_").lower()


def created(answer: Answer) -> Reply:
    return Reply(resource_id=answer.plain["id"])


def recompiled(answer: Answer) -> Reply:
    """Over REST the prompt is the whole body."""
    plain = answer.plain
    return Reply(value=plain if isinstance(plain, str) else plain["system_prompt"])
