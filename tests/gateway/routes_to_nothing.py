"""The routes that take a body, and paths to what is not there."""

from compactd.gateway.routes import Route, routes_of
from compactd.rpc.contract import SERVICE_DESCRIPTORS
from tests.builders.rest_resources import (
    UNKNOWN_AGENT,
    UNKNOWN_COMPACTION,
    UNKNOWN_CONVERSATION,
    UNKNOWN_JOB,
    UNKNOWN_POLICY,
    UNKNOWN_SWEEP,
)

WITH_BODY = [route for route in routes_of(SERVICE_DESCRIPTORS) if route.body]


def path_of(route: Route, **ids: str) -> str:
    """The path of a route to what is not there, unless ids are given."""
    nothing = {
        "agent_id": UNKNOWN_AGENT,
        "conversation_id": UNKNOWN_CONVERSATION,
        "compaction_id": UNKNOWN_COMPACTION,
        "job_id": UNKNOWN_JOB,
        "policy_id": UNKNOWN_POLICY,
        "sweep_id": UNKNOWN_SWEEP,
        "block_label": "x",
    }
    return route.template.format_map(nothing | ids)
