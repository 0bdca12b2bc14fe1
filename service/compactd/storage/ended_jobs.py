"""What becomes of jobs that have ended: their requests go after a day, where those are large, and later they do."""

from sqlalchemy import Connection, bindparam, delete, select, update

from compactd.domain.jobs import KEEP_REQUEST_SECONDS, KEEP_SECONDS, digest_of
from compactd.storage.database_clock import NOW
from compactd.storage.job_rows import BY_KEY, J
from compactd.storage.job_tables import HAS_ENDED, HAS_ENDED_WITH_MUCH, JOB_EVENTS, JOBS
from compactd.storage.statements import Statement

REMOVED_AT_ONCE = 500
"""How many jobs that ended long ago one unit of work removes."""

SHORTENED_AT_ONCE = 100
"""Of how many the requests go in one unit of work, which reads them."""

_E = JOB_EVENTS.c
_WITH_MUCH = Statement(
    select(J.namespace, J.id, J.request)
    .where(HAS_ENDED_WITH_MUCH, J.ended_at < NOW - KEEP_REQUEST_SECONDS)
    .order_by(J.ended_at)
    .limit(SHORTENED_AT_ONCE)
    .with_for_update(skip_locked=True)
)
_SHORTEN = Statement(
    update(JOBS)
    .where(*BY_KEY)
    .values(request=bindparam("its_digest", type_=J.request.type), body_bytes=bindparam("digest_bytes"))
)
_EXPIRED = Statement(
    select(J.namespace, J.id)
    .where(HAS_ENDED, J.ended_at < NOW - KEEP_SECONDS)
    .order_by(J.ended_at)
    .limit(REMOVED_AT_ONCE)
    # What another replica removes is left to it.
    .with_for_update(skip_locked=True)
)
_REMOVE = Statement(delete(JOBS).where(*BY_KEY))
_REMOVE_EVENTS = Statement(
    delete(JOB_EVENTS).where(_E.namespace == bindparam("of_namespace"), _E.name == bindparam("job_id"))
)


def shorten_ended_jobs(connection: Connection) -> bool:
    """Leaves digests of large requests; whether there may be more."""
    found = [(namespace, job_id, digest_of(request)) for namespace, job_id, request in _WITH_MUCH.rows(connection)]
    _SHORTEN.run_many(
        connection,
        [
            {"of_namespace": namespace, "job_id": job_id, "its_digest": digest, "digest_bytes": len(digest)}
            for namespace, job_id, digest in found
        ],
    )
    return len(found) == SHORTENED_AT_ONCE


def remove_expired_jobs(connection: Connection) -> bool:
    """With what happened to them; whether there may be more."""
    expired = [{"of_namespace": namespace, "job_id": job_id} for namespace, job_id in _EXPIRED.rows(connection)]
    _REMOVE_EVENTS.run_many(connection, expired)
    _REMOVE.run_many(connection, expired)
    return len(expired) == REMOVED_AT_ONCE
