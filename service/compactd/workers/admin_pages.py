"""The admin pages of several workers, made of each one's own."""

import asyncio
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path

import orjson

from compactd.admin.app import Answer, Page
from compactd.workers.metric_families import openmetrics_of, text_of
from compactd.workers.summed_metrics import SummedMetrics
from compactd.workers.worker_admin import WorkerAdmin, WorkerAway, WorkerPage

OPENMETRICS = "application/openmetrics-text"

TEXT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


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


def metrics(workers: Sequence[WorkerAdmin], kept: Path) -> Page:
    """The sum of all, as OpenMetrics or text; 503 where nobody answers. `kept` is a file for what was counted."""
    summed = SummedMetrics(kept)
    # One scrape after the other: of two around a worker's end the later one would else be added up first.
    lock = asyncio.Lock()

    async def page(accept: str) -> Answer:
        async with lock:
            # Whatever was asked for: figures that were kept apart by format would differ.
            answers = await asyncio.gather(*(_page_of(worker, "/metrics", OPENMETRICS) for worker in workers))
            pages = {worker.number: page.body for worker, page in zip(workers, answers, strict=True) if page}
            if not pages:
                return Answer(503, b"No worker answers.\n")
            families = await asyncio.to_thread(summed.add, pages)
        if OPENMETRICS in accept:
            # Workers of one version answer alike.
            return Answer(200, openmetrics_of(families).encode(), next(page.content_type for page in answers if page))
        return Answer(200, text_of(families).encode(), TEXT_TYPE)

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
