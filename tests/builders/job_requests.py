"""Requests about jobs and policies, each as both doors take it."""

from typing import Any

from compaction.v1 import job_service_pb2, policy_service_pb2
from tests.builders.chat import make
from tests.builders.requests import Request
from tests.builders.rest_resources import Json

JOBS = "compaction.v1.JobService"
POLICIES = "compaction.v1.PolicyService"

PRIORITIES = ("low", "normal", "high")


def submit(
    conversation_id: str, mode: str, model: str, request_id: str, priority: str, *, allow_degraded: bool
) -> Request:
    settings: Json = {"mode": mode, "model": model}
    return Request(
        f"/{JOBS}/SubmitCompaction",
        make(
            job_service_pb2.SubmitCompactionRequest,
            conversation_id=conversation_id,
            compaction_settings=settings | {"mode": f"COMPACTION_MODE_{mode.upper()}"},
            request_id=request_id,
            allow_degraded=allow_degraded,
            priority=f"JOB_PRIORITY_{priority.upper()}",
        ),
        "POST",
        f"/v1/conversations/{conversation_id}/compact:submit",
        body={"compaction_settings": settings, "allow_degraded": allow_degraded, "priority": priority},
        idempotency_key=request_id,
    )


def get_job(job_id: str) -> Request:
    message = make(job_service_pb2.GetJobRequest, job_id=job_id)
    return Request(f"/{JOBS}/GetJob", message, "GET", f"/v1/jobs/{job_id}")


def cancel_job(job_id: str) -> Request:
    message = make(job_service_pb2.CancelJobRequest, job_id=job_id)
    return Request(f"/{JOBS}/CancelJob", message, "POST", f"/v1/jobs/{job_id}:cancel", body={})


def watch_job(job_id: str, after_ordinal: int = 0) -> Request:
    message = make(job_service_pb2.WatchJobRequest, job_id=job_id, after_ordinal=after_ordinal)
    query = {"after_ordinal": after_ordinal}
    return Request(f"/{JOBS}/WatchJob", message, "GET", f"/v1/jobs/{job_id}:watch", query=query)


def create_policy(name: str, request_id: str, tokens: int, mode: str, model: str) -> Request:
    """For contexts of so many tokens; the embedded summarizer may stand in."""
    settings: Json = {"mode": mode, "model": model}
    fields: dict[str, Any] = {"name": name, "trigger": {"context_tokens": tokens}, "allow_degraded": True}
    over_grpc = settings | {"mode": f"COMPACTION_MODE_{mode.upper()}"}
    return Request(
        f"/{POLICIES}/CreatePolicy",
        make(
            policy_service_pb2.CreatePolicyRequest,
            policy=fields | {"compaction_settings": over_grpc},
            request_id=request_id,
        ),
        "POST",
        "/v1/policies",
        body=fields | {"compaction_settings": settings},
        idempotency_key=request_id,
    )
