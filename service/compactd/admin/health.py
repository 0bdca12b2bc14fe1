"""Health over HTTP, for platforms whose probes speak no gRPC."""

from compactd.admin.app import Answer, Page
from compactd.rpc.readiness import Readiness


async def alive(_: str) -> Answer:
    """The process answers, whatever else is the matter: to be restarted would not help it."""
    return Answer(200, b"ok\n")


def ready_page(readiness: Readiness) -> Page:
    """200 while gRPC's health is SERVING, else 503 with a sentence that says why."""

    async def page(_: str) -> Answer:
        return Answer(503, f"{readiness.why}\n".encode()) if readiness.why else Answer(200, b"ok\n")

    return page
