"""What jobs cost beside calls: the same compactions, with a model that answers at once, as both.

    python -m tests.load.job_rates [--database NAME] [--processes N] [--jobs N] [--rounds N]

Calls go to so many servers, and jobs are run by as many processes that do nothing else (on SQLite by a server of their
own): AT_ONCE of each in each process. They take turns on one database. Jobs wait there until the processes start that
run them; a server, which runs none, puts them there and looks how many have ended.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import parse_qs, urlsplit

import grpc
from google.protobuf.json_format import MessageToDict

from compaction.v1 import job_pb2, job_service_pb2, job_service_pb2_grpc
from tests.load.compact_request import compact_request
from tests.load.databases import DATABASES
from tests.load.ghz import find_ghz
from tests.load.goals import Goal
from tests.load.load import Ghz, Load
from tests.load.measuring import COMPACT
from tests.load.prepare import INSTANT, Preparation
from tests.load.processes import Measured, Models, Server, compactd_server, compactd_worker, loopback_model
from tests.load.rows import figure

AT_ONCE = 8
MESSAGES = 50
LOOK_SECONDS = 0.1
WARM = 50
"""How many jobs each process has ended before the figures begin: its first ones load what they need."""

ROUNDS = 3
JOBS = 250
PROCESSES = {"SQLite": (1,), "PostgreSQL": (1, 2)}


@dataclass(frozen=True, slots=True)
class Rate:
    """Compactions a second, and the milliseconds of CPU for each: of the processes that make them, and of
    PostgreSQL's."""

    rate: float
    cpu: float
    database_cpu: float


@dataclass(frozen=True, slots=True)
class JobRates:
    """Calls and jobs on so many processes: the medians of the rounds."""

    database: str
    processes: int
    calls: Rate
    jobs: Rate
    failures: int

    @property
    def ratio(self) -> float:
        return self.jobs.rate / self.calls.rate

    @property
    def queue_cpu(self) -> float:
        """Milliseconds that a job takes beyond the call, of all processes. Below 0 where it takes less: a call is
        received and answered as well."""
        return self.jobs.cpu + self.jobs.database_cpu - self.calls.cpu - self.calls.database_cpu

    def goals(self) -> list[Goal]:
        on = f"{self.processes} process{'es' if self.processes > 1 else ''} on {self.database}"
        return [
            Goal(f"jobs, {on}: times the rate of Compact on as many", self.ratio, 0.8, "", at_least=True),
            Goal(f"jobs, {on}: CPU of the queue a job", self.queue_cpu, 6, "ms"),
        ]

    def line(self) -> str:
        """Of the table."""
        calls, jobs = self.calls, self.jobs
        seen = [calls.rate, jobs.rate, self.ratio, calls.cpu, jobs.cpu, calls.database_cpu, jobs.database_cpu]
        cells = [self.database, str(self.processes), *map(figure, [*seen, self.queue_cpu])]
        return f"| {' | '.join(cells)} |"


HEAD = (
    "| database | processes | calls/s | jobs/s | times | CPU ms/call | CPU ms/job | PostgreSQL's/call | /job | more |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
)


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


@dataclass(frozen=True, slots=True)
class Place:
    """Where compactions are made in turns, as calls and as jobs."""

    folder: Path
    models: Models
    url: str
    servers: Sequence[Server]

    @property
    def address(self) -> str:
        return self.servers[0].address

    def moment(self, ended: int, processes: Sequence[Measured]) -> Moment:
        used = sum(process.cpu_seconds() for process in processes)
        return Moment(time.monotonic(), ended, used, postgres_cpu(self.url))

    def calls(self, conversations: Sequence[str]) -> tuple[Rate, int]:
        """Compacts them by calls, shared out among the servers; and how many failed."""
        processes, count = [server.process for server in self.servers], len(self.servers)
        before = self.moment(0, processes)
        with ThreadPoolExecutor(count) as threads:
            shares = [conversations[number::count] for number in range(count)]
            loads = list(threads.map(_compact, self.servers, shares))
        rate = before.rate_until(self.moment(len(conversations), processes))
        failed = sum(sum(load.failures.values()) for load in loads)
        # What ghz takes to start is nobody's.
        return Rate(sum(load.rate for load in loads), rate.cpu, rate.database_cpu), failed

    def jobs(self, conversations: Sequence[str]) -> tuple[Rate, int]:
        """Compacts them by jobs, on as many processes as there are servers; and how many failed."""
        asyncio.run(submit(self.address, conversations))
        with ExitStack() as stack:
            folders = [Path(stack.enter_context(tempfile.TemporaryDirectory(dir=self.folder))) for _ in self.servers]
            workers = [stack.enter_context(compactd_worker(own, self.models, self.url, AT_ONCE)) for own in folders]
            return asyncio.run(self._ended_rate(workers, folders, len(conversations)))

    async def _ended_rate(self, workers: Sequence[Measured], folders: Sequence[Path], count: int) -> tuple[Rate, int]:
        """From the first look at which each process has ended WARM to the one at which all have ended. A look reads a
        few jobs: it is on the same machine, and must cost next to nothing."""
        async with grpc.aio.insecure_channel(self.address) as channel:
            stub = job_service_pb2_grpc.JobServiceStub(channel)

            async def listed(limit: int, *states: "job_pb2.JobState.ValueType") -> int:
                return len((await stub.ListJobs(job_service_pb2.ListJobsRequest(limit=limit, states=states))).jobs)

            left = job_pb2.JOB_STATE_QUEUED, job_pb2.JOB_STATE_RUNNING
            # Nobody is told.
            while not all(ended_by(folder) >= WARM for folder in folders):  # noqa: ASYNC110
                await asyncio.sleep(LOOK_SECONDS)
            queued = await listed(count, *left)
            if queued <= len(workers) * AT_ONCE:
                raise RuntimeError(f"{count} jobs are too few: {queued} were left when all processes worked")
            first = self.moment(count - queued, workers)
            while await listed(1, *left):  # noqa: ASYNC110
                await asyncio.sleep(LOOK_SECONDS)
            rate = first.rate_until(self.moment(count, workers))
            return rate, await listed(count, job_pb2.JOB_STATE_FAILED, job_pb2.JOB_STATE_SKIPPED)


def ended_by(folder: Path) -> int:
    """How many jobs have ended by the process whose log is there."""
    return sum(log.read_text(encoding="utf-8").count('"job ended"') for log in folder.glob("*.log"))


def _compact(server: Server, conversations: Sequence[str]) -> Load:
    requests = [MessageToDict(compact_request(name, INSTANT, "all")) for name in conversations]
    return Ghz(find_ghz(), server.address, AT_ONCE).run(COMPACT, requests, AT_ONCE)


async def submit(address: str, conversations: Sequence[str]) -> None:
    """A job for each."""
    async with grpc.aio.insecure_channel(address) as channel:
        stub = job_service_pb2_grpc.JobServiceStub(channel)
        for name in conversations:
            request = job_service_pb2.SubmitCompactionRequest(conversation_id=name)
            request.compaction_settings.CopyFrom(compact_request(name, INSTANT, "all").compaction_settings)
            await stub.SubmitCompaction(request)


def postgres_cpu(url: str) -> float:
    """The CPU seconds of PostgreSQL's processes, ended ones too, where it is one; else 0: SQLite is in the server."""
    if not url.startswith("postgresql"):
        return 0.0
    folder = parse_qs(urlsplit(url).query)["host"][0]
    postmaster = int(Path(folder, "postmaster.pid").read_text().split()[0])
    # Behind its own there are the ticks of those that it has waited for.
    ended = Path(f"/proc/{postmaster}/stat").read_text().rpartition(")")[2].split()[13:15]
    return Measured(postmaster).cpu_seconds() + sum(map(int, ended)) / os.sysconf("SC_CLK_TCK")


def job_rates(database: str, models: Models, processes: int, jobs: int, rounds: int) -> JobRates:
    """`jobs` are those of a round and of a process."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="compactd-bench-")))
        url = stack.enter_context(DATABASES[database](folder))
        servers = []
        for number in range(processes):
            own = folder / f"server-{number}"
            own.mkdir()
            settings = {"COMPACTD_JOBS_AT_ONCE": "0"}
            servers.append(stack.enter_context(compactd_server(own, models, url, settings=settings)))
        place, count = Place(folder, models, url, servers), jobs * processes
        preparation = Preparation(place.address)
        names = iter(preparation.conversations(preparation.agent(), 2 * count * rounds + WARM, MESSAGES))
        place.calls(_next(names, WARM))
        seen = [(place.jobs(_next(names, count)), place.calls(_next(names, count))) for _ in range(rounds)]
    queued, called = zip(*seen, strict=True)
    failures = sum(failed for _, failed in (*queued, *called))
    return JobRates(database, processes, _median(called), _median(queued), failures)


def _next(names: Iterator[str], count: int) -> list[str]:
    return [next(names) for _ in range(count)]


def _median(seen: Sequence[tuple[Rate, int]]) -> Rate:
    rates = [rate for rate, _ in seen]
    return Rate(
        median(rate.rate for rate in rates),
        median(rate.cpu for rate in rates),
        median(rate.database_cpu for rate in rates),
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", action="append", choices=list(DATABASES), help="only on this one")
    parser.add_argument("--processes", action="append", type=int, help="only on so many")
    parser.add_argument("--jobs", type=int, default=JOBS, help="how many of each kind, in a round, for each process")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often each is measured")
    options = parser.parse_args()
    print("\n".join(HEAD), flush=True)
    failures = 0
    with loopback_model(0.0) as instant:
        for database in options.database or DATABASES:
            for processes in options.processes or PROCESSES[database]:
                models = Models(instant, instant)
                measured = job_rates(database, models, processes, options.jobs, options.rounds)
                failures += measured.failures
                print(measured.line(), flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
