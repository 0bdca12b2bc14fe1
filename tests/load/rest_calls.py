"""Calls over REST, each named as its RPC, so that its line can stand beside the one over gRPC."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from tests.load.h2load import H2load
from tests.load.meter import Meter
from tests.load.rows import Row


@dataclass(frozen=True, slots=True)
class RestCalls:
    """Loads on one server. The reads make `calls` calls of the same thing; Compact makes one for each conversation."""

    h2load: H2load
    meter: Meter

    def get_agent(self, name: str, agent_id: str, callers: int, calls: int) -> Row:
        return self._row(name, [f"/v1/agents/{agent_id}"], callers, calls)

    def get_context(self, name: str, conversation_id: str, callers: int, calls: int) -> Row:
        return self._row(name, [f"/v1/conversations/{conversation_id}/context"], callers, calls)

    def list_messages(self, name: str, conversation_id: str, limit: int, callers: int, calls: int) -> Row:
        return self._row(name, [f"/v1/conversations/{conversation_id}/messages?limit={limit}"], callers, calls)

    def compact(self, name: str, conversations: Sequence[str], model: str, mode: str, callers: int) -> Row:
        paths = [f"/v1/conversations/{conversation}/compact" for conversation in conversations]
        body = json.dumps({"compaction_settings": {"mode": mode, "model": model}})
        return self._row(name, paths, callers, len(paths), body)

    def _row(self, name: str, paths: Sequence[str], callers: int, calls: int, body: str | None = None) -> Row:
        run = partial(self.h2load.run, paths, callers, calls, body)
        return self.meter.row(f"{name}, over REST", callers, run)
