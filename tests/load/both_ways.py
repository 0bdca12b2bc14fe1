"""The same calls over gRPC and over REST, one load directly after the other."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from tests.load.h2load import H2load
from tests.load.load import Ghz, Request
from tests.load.meter import Meter
from tests.load.rows import Row

GET_AGENT = "compaction.v1.AgentService/GetAgent"
GET_CONTEXT = "compaction.v1.ConversationService/GetContext"
LIST_MESSAGES = "compaction.v1.ConversationService/ListMessages"
COMPACT = "compaction.v1.CompactionService/Compact"

Pair = tuple[Row, Row]
"""gRPC, REST."""


@dataclass(frozen=True, slots=True)
class BothWays:
    """One server, asked for the same thing in both ways."""

    meter: Meter
    ghz: Ghz
    h2load: H2load

    def get_agent(self, agent_id: str, callers: int, calls: int) -> Pair:
        """A small call: one row of the database, an answer of a few hundred bytes."""
        request = {"agentId": agent_id}
        return self._reads("GetAgent", GET_AGENT, request, f"/v1/agents/{agent_id}", callers, calls)

    def get_context(self, conversation_id: str, messages: int, callers: int, calls: int) -> Pair:
        path = f"/v1/conversations/{conversation_id}/context"
        name = f"GetContext, {messages:,} messages"
        return self._reads(name, GET_CONTEXT, {"conversationId": conversation_id}, path, callers, calls)

    def list_messages(self, conversation_id: str, limit: int, callers: int, calls: int) -> Pair:
        request = {"conversationId": conversation_id, "limit": limit}
        path = f"/v1/conversations/{conversation_id}/messages?limit={limit}"
        return self._reads(f"ListMessages of {limit:,}", LIST_MESSAGES, request, path, callers, calls)

    def compact_over_rest(self, name: str, conversations: Sequence[str], model: str, mode: str, callers: int) -> Row:
        paths = [f"/v1/conversations/{conversation}/compact" for conversation in conversations]
        body = json.dumps({"compaction_settings": {"mode": mode, "model": model}})
        return self.meter.row(f"{name}, over REST", callers, partial(self.h2load.run, paths, callers, body=body))

    def _reads(self, name: str, method: str, request: Request, path: str, callers: int, calls: int) -> Pair:
        over_grpc = partial(self.ghz.run, method, [request], callers, calls)
        over_rest = partial(self.h2load.run, [path], callers, calls)
        return self.meter.row(name, callers, over_grpc), self.meter.row(f"{name}, over REST", callers, over_rest)
