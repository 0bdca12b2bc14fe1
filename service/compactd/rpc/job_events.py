"""What happens to jobs, as protos; and what is known of a Compact by its operation alone."""

from google.protobuf.timestamp_pb2 import Timestamp
from google.rpc import status_pb2

from compactd.domain.operations import OperationState
from compactd.domain.progress import Event, EventKind, NumberedEvent, ordinal_of_end
from compactd.ports.jobs import WatchedCompact
from compactd.rpc.jobs import failure_from, failure_to_proto, time_to_proto
from compaction.v1 import compaction_pb2, compaction_service_pb2, job_pb2

KINDS = {
    EventKind.QUEUED: job_pb2.JOB_EVENT_KIND_QUEUED,
    EventKind.PLANNED: job_pb2.JOB_EVENT_KIND_PLANNED,
    EventKind.ASKING: job_pb2.JOB_EVENT_KIND_ASKING,
    EventKind.MERGING: job_pb2.JOB_EVENT_KIND_MERGING,
    EventKind.COMMITTED: job_pb2.JOB_EVENT_KIND_COMMITTED,
    EventKind.SKIPPED: job_pb2.JOB_EVENT_KIND_SKIPPED,
    EventKind.FAILED: job_pb2.JOB_EVENT_KIND_FAILED,
    EventKind.CANCELLED: job_pb2.JOB_EVENT_KIND_CANCELLED,
}


def event_to_proto(numbered: NumberedEvent) -> job_pb2.JobEvent:
    event = numbered.event
    proto = job_pb2.JobEvent(
        ordinal=numbered.ordinal,
        kind=KINDS[event.kind],
        at=time_to_proto(event.at),
        tokens=event.tokens,
        chunks=event.chunks,
        chunk=event.chunk,
        retries=event.retries,
        compaction_id=event.compaction_id,
        tokens_after=event.tokens_after,
    )
    if event.failure is not None:
        proto.error.CopyFrom(failure_to_proto(event.failure))
    if event.due_at is not None:
        proto.due_at.CopyFrom(time_to_proto(event.due_at))
    return proto


def end_of(watched: WatchedCompact) -> NumberedEvent | None:
    """How a Compact has ended whose events were kept nowhere; None for one that runs."""
    if watched.state is OperationState.DONE:
        event = _committed(compaction_service_pb2.CompactResponse.FromString(watched.reply).compaction)
    elif watched.state is OperationState.FAILED:
        failure = failure_from(status_pb2.Status.FromString(watched.failure))
        event = Event(EventKind.FAILED, watched.now, failure=failure)
    elif watched.is_live:
        return None
    else:
        # Its process has given it back, or was killed.
        event = Event(EventKind.CANCELLED, watched.now)
    return NumberedEvent(ordinal_of_end(watched.attempt), event)


def _committed(record: compaction_pb2.Compaction) -> Event:
    return Event(
        EventKind.COMMITTED,
        _seconds(record.created_at),
        tokens=record.tokens_before,
        compaction_id=record.id,
        tokens_after=record.tokens_after,
    )


def _seconds(moment: Timestamp) -> float:
    return moment.ToMicroseconds() / 1e6
