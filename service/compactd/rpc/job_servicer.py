"""JobService: a method for every RPC."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing

from compactd.application.job_watches import JobWatches
from compactd.application.submit_compaction import SubmitCompaction
from compactd.domain.errors import InvalidField
from compactd.domain.ids import check_id, check_request_id
from compactd.domain.jobs import Job
from compactd.domain.keys import JobKey
from compactd.domain.operations import OperationKey
from compactd.domain.paging import Page
from compactd.domain.progress import NumberedEvent
from compactd.ports.jobs import JobFilter, JobStore
from compactd.rpc.call import Call
from compactd.rpc.call_headers import traceparent_of
from compactd.rpc.codec import Codec
from compactd.rpc.job_events import event_to_proto
from compactd.rpc.jobs import job_to_proto, priority_from_proto, states_from_proto, stored_request
from compactd.rpc.references import conversation_ref, items_of, page_of, within_page
from compactd.rpc.run_compact import RunCompact
from compactd.rpc.watching import Watching
from compaction.v1 import job_pb2, job_service_pb2


class JobServicer:
    """Compactions that are made in their turn."""

    def __init__(
        self,
        submit: SubmitCompaction,
        run_compact: RunCompact,
        store: JobStore,
        codec: Codec,
        watching: Watching,
        watches: JobWatches,
    ) -> None:
        self._submit = submit
        self._run_compact = run_compact
        self._store = store
        self._codec = codec
        self._watching = watching
        self._watches = watches

    async def SubmitCompaction(self, request: job_service_pb2.SubmitCompactionRequest, call: Call) -> job_pb2.Job:
        priority = priority_from_proto(request.priority)
        command = await self._run_compact.command(request, conversation_ref(call, request))
        traceparent = "" if call.trace is None else traceparent_of(call.trace)
        # A UUID is the same in either case.
        request_id = request.request_id.lower()
        job = await self._submit(command, stored_request(request), request_id, priority, traceparent)
        return await self._codec.to_proto(job_to_proto, job)

    async def GetJob(self, request: job_service_pb2.GetJobRequest, call: Call) -> job_pb2.Job:
        return await self._codec.to_proto(job_to_proto, await self._store.get_job(_job_key(call, request)))

    async def ListJobs(self, request: job_service_pb2.ListJobsRequest, call: Call) -> job_service_pb2.ListJobsResponse:
        for kind, field in (("conv", "conversation_id"), ("policy", "policy_id"), ("sweep", "sweep_id")):
            if given := getattr(request, field):
                check_id(kind, given, field)
        states = states_from_proto(items_of(request.states, "states"))
        where = JobFilter(states, request.conversation_id, request.policy_id, request.sweep_id)
        page = page_of(request, "job")
        found = await self._store.list_jobs(call.principal.namespace, where, page)
        return await self._codec.to_proto(_jobs_to_proto, found, page)

    async def CancelJob(self, request: job_service_pb2.CancelJobRequest, call: Call) -> job_pb2.Job:
        job = await self._store.cancel_job(_job_key(call, request))
        self._watches.tell(job.id)
        return await self._codec.to_proto(job_to_proto, job)

    async def WatchJob(self, request: job_service_pb2.WatchJobRequest, call: Call) -> AsyncIterator[job_pb2.JobEvent]:
        async with aclosing(self._watched(request, call)) as events:
            async for event in events:
                yield event_to_proto(event)

    def _watched(self, request: job_service_pb2.WatchJobRequest, call: Call) -> AsyncGenerator[NumberedEvent]:
        request_id, after = request.compact_request_id, request.after_ordinal
        if after < 0:
            raise InvalidField("after_ordinal", "give the ordinal of an event, or 0 for all events.")
        if not request_id:
            return self._watching.job(_job_key(call, request), after)
        if request.job_id:
            raise InvalidField("compact_request_id", "give this or job_id, not both.")
        check_request_id(request_id, "compact_request_id")
        # A UUID is the same in either case.
        return self._watching.request(OperationKey(call.principal.namespace, request_id.lower()), after)


def _job_key(
    call: Call,
    request: job_service_pb2.GetJobRequest | job_service_pb2.CancelJobRequest | job_service_pb2.WatchJobRequest,
) -> JobKey:
    return JobKey(call.principal.namespace, check_id("job", request.job_id, "job_id"))


def _jobs_to_proto(found: Sequence[Job], page: Page) -> job_service_pb2.ListJobsResponse:
    return job_service_pb2.ListJobsResponse(jobs=within_page([job_to_proto(job) for job in found], page))
