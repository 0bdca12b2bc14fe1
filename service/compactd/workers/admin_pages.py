"""The admin pages of several workers, made of each one's own."""

import asyncio
from collections.abc import Sequence
from http import HTTPStatus

import orjson

from compactd.admin.app import Answer, Page
from compactd.workers.summed_metrics import SummedMetrics
from compactd.workers.worker_admin import WorkerAdmin, WorkerAway, WorkerPage


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


def metrics(workers: Sequence[WorkerAdmin]) -> Page:
    """The sum of all; 503 where nobody answers."""
    sums: dict[str, SummedMetrics] = {}

    async def page(accept: str) -> Answer:
        answers = await asyncio.gather(*(_page_of(worker, "/metrics", accept) for worker in workers))
        pages = {worker.number: page for worker, page in zip(workers, answers, strict=True) if page}
        if not pages:
            return Answer(503, b"No worker answers.\n")
        # Workers of one version choose alike.
        content_type = next(iter(pages.values())).content_type
        summed = sums.setdefault(content_type, SummedMetrics(content_type))
        return Answer(200, summed.page({number: page.body for number, page in pages.items()}), content_type)

    return page


def status(workers: Sequence[WorkerAdmin], supervisor: int) -> Page:
    """JSON: the settings, which all have alike, and the status of each; `supervisor` is its process id."""

    async def page(_: str) -> Answer:
        answers = await asyncio.gather(*(_page_of(worker, "/statusz", "") for worker in workers))
        settings: object = {}
        each: list[object] = []
        for worker, answer in zip(workers, answers, strict=True):
            said: dict[str, object] = orjson.loads(answer.body) if answer else {"why": "It does not answer."}
            settings = said.pop("settings", settings)
            each.append({"worker": worker.number, **said})
        told = {"supervisor": {"pid": supervisor}, "workers": each, "settings": settings}
        return Answer(200, orjson.dumps(told, option=orjson.OPT_INDENT_2) + b"\n", "application/json")

    return page


async def _page_of(worker: WorkerAdmin, path: str, accept: str) -> WorkerPage | None:
    """None if it does not answer, or not with what was asked for, such as while it starts."""
    try:
        page = await worker.page(path, accept)
    except WorkerAway:
        return None
    return page if page.status == HTTPStatus.OK else None
