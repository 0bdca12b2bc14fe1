"""SubmitCompaction: what would fail anyway fails now, and all else is queued."""

from compactd.application.compaction_planner import CompactCommand, choose
from compactd.domain.errors import RequestIdReused
from compactd.domain.ids import new_uuid
from compactd.domain.jobs import Job, JobPriority
from compactd.ports.contexts import ContextStore
from compactd.ports.fleet import Fleet
from compactd.ports.jobs import JobRequest, JobStore
from compactd.ports.model_catalog import ModelCatalog


class SubmitCompaction:
    """Queues compactions that somebody asks for."""

    def __init__(self, contexts: ContextStore, jobs: JobStore, catalog: ModelCatalog, fleet: Fleet) -> None:
        self._contexts = contexts
        self._jobs = jobs
        self._catalog = catalog
        self._fleet = fleet

    async def __call__(
        self, command: CompactCommand, request: bytes, request_id: str, priority: JobPriority, traceparent: str
    ) -> Job:
        """The job, which waits or has been there already. `request` is the command as protobuf, without ids;
        `request_id` in lower case, empty for none. AgentNotFound, ConversationNotFound, InvalidField, ContextChanged,
        RequestIdReused."""
        state = await self._contexts.state(command.ref)
        if request_id and (kept := await self._jobs.find_submitted(state.namespace, request_id)):
            if not kept.is_for(state.conversation_id, request, priority):
                raise RequestIdReused(request_id=request_id)
            return kept
        choose(command, state, self._catalog)
        asked = JobRequest(priority, request, request_id or new_uuid(), traceparent=traceparent)
        job = await self._jobs.submit_job(state.key, asked)
        self._fleet.wake()
        return job
