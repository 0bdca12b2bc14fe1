"""Loads of the calls that are measured over REST, each named as its RPC."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from tests.load.h2load import H2load
from tests.load.load import Load


@dataclass(frozen=True, slots=True)
class RestCalls:
    """The reads make `calls` calls of the same thing; Compact makes one for each conversation."""

    h2load: H2load

    def get_agent(self, agent_id: str, callers: int, calls: int) -> Load:
        return self.h2load.run([f"/v1/agents/{agent_id}"], callers, calls)

    def get_context(self, conversation_id: str, callers: int, calls: int) -> Load:
        return self.h2load.run([f"/v1/conversations/{conversation_id}/context"], callers, calls)

    def list_messages(self, conversation_id: str, limit: int, callers: int, calls: int) -> Load:
        return self.h2load.run([f"/v1/conversations/{conversation_id}/messages?limit={limit}"], callers, calls)

    def compact(self, conversations: Sequence[str], model: str, mode: str, callers: int) -> Load:
        paths = [f"/v1/conversations/{conversation}/compact" for conversation in conversations]
        body = json.dumps({"compaction_settings": {"mode": mode, "model": model}})
        return self.h2load.run(paths, callers, body=body)
