"""Jobs from and to their protos, and what becomes of errors in them."""

from collections.abc import Sequence

from google.protobuf.timestamp_pb2 import Timestamp
from google.rpc import code_pb2, error_details_pb2, status_pb2

from compactd.domain.error_shape import CompactdError
from compactd.domain.errors import InvalidField
from compactd.domain.jobs import End, Job, JobFailure, JobPriority, JobState
from compactd.rpc.statuses import CallFailed, deadline_status, internal_status
from compactd.rpc.wire import serialized
from compaction.v1 import compaction_service_pb2, job_pb2, job_service_pb2

STATES = {
    job_pb2.JOB_STATE_QUEUED: JobState.QUEUED,
    job_pb2.JOB_STATE_RUNNING: JobState.RUNNING,
    job_pb2.JOB_STATE_SUCCEEDED: JobState.SUCCEEDED,
    job_pb2.JOB_STATE_SKIPPED: JobState.SKIPPED,
    job_pb2.JOB_STATE_FAILED: JobState.FAILED,
    job_pb2.JOB_STATE_CANCELLED: JobState.CANCELLED,
}
PRIORITIES = {
    job_pb2.JOB_PRIORITY_UNSPECIFIED: JobPriority.NORMAL,
    job_pb2.JOB_PRIORITY_LOW: JobPriority.LOW,
    job_pb2.JOB_PRIORITY_NORMAL: JobPriority.NORMAL,
    job_pb2.JOB_PRIORITY_HIGH: JobPriority.HIGH,
}
STATE_NUMBERS = {state: number for number, state in STATES.items()}
_PRIORITY_NUMBERS = {priority: number for number, priority in PRIORITIES.items()}


def priority_from_proto(number: job_pb2.JobPriority.ValueType) -> JobPriority:
    """NORMAL where none is given."""
    if number not in PRIORITIES:
        raise InvalidField("priority", f"{number} is no value of JobPriority: use one of its names.")
    return PRIORITIES[number]


def states_from_proto(numbers: Sequence[job_pb2.JobState.ValueType]) -> frozenset[JobState]:
    """Those that are asked for."""
    for index, number in enumerate(numbers):
        if number not in STATES:
            raise InvalidField(f"states[{index}]", f"{number} is no value of JobState: use one of its names.")
    return frozenset(STATES[number] for number in numbers)


def stored_request(request: job_service_pb2.SubmitCompactionRequest) -> bytes:
    """What is asked of Compact, as it is kept: without ids."""
    kept = compaction_service_pb2.CompactRequest(
        allow_degraded=request.allow_degraded,
        expected_version=request.expected_version,
        include_ledger=request.include_ledger,
    )
    if request.HasField("compaction_settings"):
        kept.compaction_settings.CopyFrom(request.compaction_settings)
    return serialized(kept)


def request_of(job: Job) -> compaction_service_pb2.CompactRequest:
    """What the job asks of Compact, as far as it is kept."""
    request = compaction_service_pb2.CompactRequest.FromString(job.kept_request or b"")
    request.conversation_id = job.conversation_id
    request.request_id = job.request_id
    return request


def job_to_proto(job: Job) -> job_pb2.Job:
    proto = job_pb2.Job(
        id=job.id,
        conversation_id=job.conversation_id,
        agent_id=job.agent_id,
        state=STATE_NUMBERS[job.state],
        priority=_PRIORITY_NUMBERS[job.priority],
        request=request_of(job),
        policy_id=job.policy_id,
        sweep_id=job.sweep_id,
        attempts=job.attempts,
        queued_at=time_to_proto(job.queued_at),
        compaction_id=job.compaction_id,
        tokens_before=job.tokens_before,
        tokens_after=job.tokens_after,
        cost_usd=job.cost_usd,
    )
    for name in ("due_at", "started_at", "ended_at"):
        if (seconds := getattr(job, name)) is not None:
            getattr(proto, name).CopyFrom(time_to_proto(seconds))
    if job.failure is not None:
        proto.error.CopyFrom(failure_to_proto(job.failure))
    return proto


def failure_to_proto(failure: JobFailure) -> job_pb2.JobError:
    return job_pb2.JobError(code=failure.code, reason=failure.reason, message=failure.message)


def success_of(response: compaction_service_pb2.CompactResponse) -> End:
    """The end of a job that was answered so."""
    record = response.compaction
    cost = record.usage.cost_usd if record.usage.HasField("cost_usd") else None
    return End(JobState.SUCCEEDED, None, record.id, record.tokens_before, record.tokens_after, cost)


def failure_of(error: Exception) -> JobFailure:
    """Why an attempt failed that ended with this error; a bug is told as callers are told it."""
    match error:
        case CompactdError():
            return JobFailure(error.code.value, error.reason, str(error), error.retry_after)
        case CallFailed():
            return failure_from(error.status)
        case TimeoutError():
            return failure_from(deadline_status())
        case _:
            return failure_from(internal_status())


def failure_from(status: status_pb2.Status) -> JobFailure:
    """The same of the status that a caller got."""
    info, retry = error_details_pb2.ErrorInfo(), error_details_pb2.RetryInfo()
    retry_after = None
    for detail in status.details:
        # Each takes what is of its type alone.
        detail.Unpack(info)
        if detail.Unpack(retry):
            retry_after = retry.retry_delay.ToNanoseconds() / 1e9
    return JobFailure(code_pb2.Code.Name(status.code), info.reason, status.message, retry_after)


def time_to_proto(seconds: float) -> Timestamp:
    """Of seconds since the epoch, to the microsecond."""
    moment = Timestamp()
    moment.FromMicroseconds(round(seconds * 1e6))
    return moment
