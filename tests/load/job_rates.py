"""What jobs cost beside calls: the same compactions, with a model that answers at once, as both.

    python -m tests.load.job_rates [--database NAME] [--jobs N] [--rounds N]

Jobs wait in the database until a server runs them, as many at once as there are callers of Compact. Another server,
which runs none, puts them there and looks how many have ended, so that neither is in the figures.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from urllib.parse import parse_qs, urlsplit

import grpc
from google.protobuf.json_format import MessageToDict

from compaction.v1 import job_pb2, job_service_pb2, job_service_pb2_grpc
from tests.load.compact_request import compact_request
from tests.load.databases import DATABASES
from tests.load.ghz import find_ghz
from tests.load.load import Ghz
from tests.load.measuring import COMPACT
from tests.load.meter import Meter
from tests.load.prepare import INSTANT, Preparation
from tests.load.processes import Measured, Models, compactd_server, loopback_model

AT_ONCE = 8
MESSAGES = 50
LOOK_SECONDS = 0.05
WARM, SOME = 50, 50
"""After how many jobs the figures begin, and how many more may have ended by then."""

ROUNDS = 3
JOBS = 300


@dataclass(frozen=True, slots=True)
class Rate:
    """Compactions a second, and the milliseconds of CPU for each: the server's, and those of PostgreSQL's processes."""

    rate: float
    cpu: float
    database_cpu: float


@dataclass(frozen=True, slots=True)
class Moment:
    """How many jobs had ended by then, and how much CPU had been used, in seconds."""

    at: float
    ended: int
    cpu: float
    database_cpu: float

    def rate_until(self, later: "Moment") -> Rate:
        jobs = later.ended - self.ended
        server, database = later.cpu - self.cpu, later.database_cpu - self.database_cpu
        return Rate(jobs / (later.at - self.at), 1000 * server / jobs, 1000 * database / jobs)


async def submit(address: str, conversations: Sequence[str]) -> None:
    """A job for each."""
    async with grpc.aio.insecure_channel(address) as channel:
        stub = job_service_pb2_grpc.JobServiceStub(channel)
        for name in conversations:
            request = job_service_pb2.SubmitCompactionRequest(conversation_id=name)
            request.compaction_settings.CopyFrom(compact_request(name, INSTANT, "all").compaction_settings)
            await stub.SubmitCompaction(request)


async def ended_rate(address: str, process: Measured, url: str, count: int) -> Rate:
    """From the first look at which WARM have ended to the one at which all have. A look reads a job or two: it is on
    the same machine, and must cost next to nothing."""

    def moment(ended: int) -> Moment:
        return Moment(time.monotonic(), ended, process.cpu_seconds(), postgres_cpu(url))

    async with grpc.aio.insecure_channel(address) as channel:
        stub = job_service_pb2_grpc.JobServiceStub(channel)

        async def listed(limit: int, *states: "job_pb2.JobState.ValueType") -> int:
            return len((await stub.ListJobs(job_service_pb2.ListJobsRequest(limit=limit, states=states))).jobs)

        # Nobody is told.
        while (ended := await listed(WARM + SOME, job_pb2.JOB_STATE_SUCCEEDED)) < WARM:  # noqa: ASYNC110
            await asyncio.sleep(LOOK_SECONDS)
        first = moment(ended)
        while await listed(1, job_pb2.JOB_STATE_QUEUED, job_pb2.JOB_STATE_RUNNING):  # noqa: ASYNC110
            await asyncio.sleep(LOOK_SECONDS)
        return first.rate_until(moment(count))


def postgres_cpu(url: str) -> float:
    """The CPU seconds of PostgreSQL's processes, ended ones too, where it is one; else 0: SQLite is in the server."""
    if not url.startswith("postgresql"):
        return 0.0
    folder = parse_qs(urlsplit(url).query)["host"][0]
    postmaster = int(Path(folder, "postmaster.pid").read_text().split()[0])
    # Behind its own there are the ticks of those that it has waited for.
    ended = Path(f"/proc/{postmaster}/stat").read_text().rpartition(")")[2].split()[13:15]
    return Measured(postmaster).cpu_seconds() + sum(map(int, ended)) / os.sysconf("SC_CLK_TCK")


def measure(database: str, models: Models, jobs: int, rounds: int) -> tuple[Rate, Rate]:
    """Of calls and of jobs: the medians of the rounds."""
    calls, queued = [], []
    for _ in range(rounds):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="compactd-bench-")))
            url = stack.enter_context(DATABASES[database](folder))
            server = partial(compactd_server, models=models, url=url)
            (folder / "waiting").mkdir()
            waiting = stack.enter_context(server(folder / "waiting", settings={"COMPACTD_JOBS_AT_ONCE": "0"}))
            preparation = Preparation(waiting.address)
            agent = preparation.agent()
            names = preparation.conversations(agent, 2 * jobs + AT_ONCE, MESSAGES)
            asyncio.run(submit(waiting.address, names[:jobs]))
            running = stack.enter_context(server(folder, settings={"COMPACTD_JOBS_AT_ONCE": str(AT_ONCE)}))
            queued.append(asyncio.run(ended_rate(waiting.address, running.process, url, jobs)))
            ghz = Ghz(find_ghz(), running.address, AT_ONCE)
            requests = [MessageToDict(compact_request(name, INSTANT, "all")) for name in names[jobs:]]
            ghz.run(COMPACT, requests[:AT_ONCE], AT_ONCE)
            before = postgres_cpu(url)
            metered = Meter(running.process).measured(partial(ghz.run, COMPACT, requests[AT_ONCE:], AT_ONCE))
            calls.append(Rate(metered.load.rate, metered.cpu / jobs, 1000 * (postgres_cpu(url) - before) / jobs))
    return _median(calls), _median(queued)


def _median(rates: Sequence[Rate]) -> Rate:
    return Rate(
        median(rate.rate for rate in rates),
        median(rate.cpu for rate in rates),
        median(rate.database_cpu for rate in rates),
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", action="append", choices=list(DATABASES), help="only on this one")
    parser.add_argument("--jobs", type=int, default=JOBS, help="how many, of each kind")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often each is measured")
    options = parser.parse_args()
    print("| database | calls/s | jobs/s | times | CPU ms/call | CPU ms/job | PostgreSQL's/call | /job | more |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    with loopback_model(0.0) as instant:
        for database in options.database or DATABASES:
            calls, jobs = measure(database, Models(instant, instant), options.jobs, options.rounds)
            cells = [f"{calls.rate:.1f}", f"{jobs.rate:.1f}", f"{jobs.rate / calls.rate:.2f}"]
            more = jobs.cpu + jobs.database_cpu - calls.cpu - calls.database_cpu
            cells += [f"{ms:.2f}" for ms in (calls.cpu, jobs.cpu, calls.database_cpu, jobs.database_cpu, more)]
            print(f"| {database} | {' | '.join(cells)} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
