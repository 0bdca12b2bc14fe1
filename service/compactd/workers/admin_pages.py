"""The admin pages of several workers, made of each one's own."""

import asyncio
from collections.abc import Sequence
from http import HTTPStatus

from compactd.admin.app import Answer, Page
from compactd.workers.worker_admin import WorkerAdmin, WorkerAway


def ready(workers: Sequence[WorkerAdmin]) -> Page:
    """200 while all of them are, else 503 with a line for each that is not."""

    async def page(_: str) -> Answer:
        whys = [why for why in await asyncio.gather(*map(_why_not_ready, workers)) if why]
        return Answer(503, "\n".join([*whys, ""]).encode()) if whys else Answer(200, b"ok\n")

    return page


async def _why_not_ready(worker: WorkerAdmin) -> str:
    try:
        page = await worker.page("/readyz")
    except WorkerAway as away:
        return str(away)
    return "" if page.status == HTTPStatus.OK else f"worker {worker.number}: {page.body.decode().strip()}"
