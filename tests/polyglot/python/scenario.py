"""What a client in Python sees of compactd, a line of JSON a step: scenario ADDRESS AWAY SERVICE_CONFIG TOKEN

The service config is in the client already, and so are the request_ids.
"""

import json
import sys
from typing import Any
from uuid import uuid4

from compactd_client import CallFailed, connect
from compaction.v1.agent_pb2 import Agent
from compaction.v1.agent_service_pb2 import CreateAgentRequest, GetAgentRequest
from compaction.v1.compaction_service_pb2 import CompactRequest, SummarizeRequest
from compaction.v1.compaction_settings_pb2 import (
    COMPACTION_MODE_ALL,
    COMPACTION_MODE_SLIDING_WINDOW,
    CompactionSettings,
)
from compaction.v1.conversation_service_pb2 import AppendMessagesRequest, GetContextRequest
from compaction.v1.job_pb2 import JobEventKind
from compaction.v1.job_service_pb2 import SubmitCompactionRequest
from compaction.v1.message_pb2 import MESSAGE_ROLE_ASSISTANT, MESSAGE_ROLE_USER, ChatMessage


def main(address: str, away: str, _: str, token: str) -> None:
    with connect(address) as nobodys:
        try:
            nobodys.agents.CreateAgent(CreateAgentRequest())
        except CallFailed as failed:
            show("nobody", **failure(failed))

    with connect(address, token=token) as compactd:
        agent = compactd.agents.CreateAgent(CreateAgentRequest(agent=Agent(name="polyglot")))
        show("create", name=agent.name)

        turn = [
            ChatMessage(role=MESSAGE_ROLE_USER, content="Which port does the staging database listen on?"),
            ChatMessage(role=MESSAGE_ROLE_ASSISTANT, content="It listens on port 5433, behind PgBouncer."),
        ]
        appended = compactd.conversations.AppendMessages(AppendMessagesRequest(agent_id=agent.id, messages=turn * 10))
        show("append", stored=len(appended.messages))

        context = compactd.conversations.GetContext(GetContextRequest(agent_id=agent.id))
        show("context", messages=len(context.messages), last=context.messages[-1].content)

        unsaid = AppendMessagesRequest(agent_id=agent.id, messages=[ChatMessage(content="whose?")])
        try:
            compactd.conversations.AppendMessages(unsaid)
        except CallFailed as failed:
            show("invalid", **failure(failed))
        for step, seconds in (("busy", 5.0), ("deadline", 0.5)):
            model = "openai/busy" if step == "busy" else "openai/slow"
            try:
                compactd.compactions.Summarize(summarize(agent, model), timeout=seconds)
            except CallFailed as failed:
                show(step, **failure(failed))

        # The same request_id: sent again, it gets the first reply, whatever became of the first answer. The client
        # makes one where there is none; who wants to send a request again by hand gives it.
        request = CompactRequest(
            conversation_id=agent.default_conversation_id,
            request_id=str(uuid4()),
            compaction_settings=CompactionSettings(mode=COMPACTION_MODE_SLIDING_WINDOW, model="local/extractive"),
        )
        done = compactd.compactions.Compact(request)
        show("compact", before=done.num_messages_before, after=done.num_messages_after, model=done.compaction.model)
        show("repeat", same=compactd.compactions.Compact(request) == done)

        # What Compact would do, made in its turn; who comes late to watch is told what was before.
        job = compactd.jobs.SubmitCompaction(
            SubmitCompactionRequest(
                conversation_id=agent.default_conversation_id,
                compaction_settings=CompactionSettings(mode=COMPACTION_MODE_ALL, model="local/extractive"),
            )
        )
        show("job", seen=[JobEventKind.Name(event.kind) for event in compactd.watch_job(job.id)])

    # Its first attempt finds no server there; the service config says that reads are made again.
    with connect(away, token=token) as compactd:
        show("away", name=compactd.agents.GetAgent(GetAgentRequest(agent_id=agent.id)).name)


def summarize(agent: Agent, model: str) -> SummarizeRequest:
    return SummarizeRequest(
        agent_id=agent.id, compaction_settings=CompactionSettings(mode=COMPACTION_MODE_ALL, model=model)
    )


def failure(failed: CallFailed) -> dict[str, Any]:
    """What a program can decide by: the code, the reason, the fields at fault, the time to wait."""
    found: dict[str, Any] = {"code": failed.code().name}
    if failed.reason:
        found["reason"] = failed.reason
    if failed.fields:
        found["field"] = next(iter(failed.fields))
    if failed.retry_seconds is not None:
        found["retry_seconds"] = failed.retry_seconds
    return found


def show(step: str, **seen: Any) -> None:
    print(json.dumps({"step": step, **seen}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
