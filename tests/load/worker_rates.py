"""What a second worker brings: the same loads on a server with one and on a server with two, in turns.

    python -m tests.load.worker_rates [--database NAME] [--rounds N]

Each call is over one of CONNECTIONS connections, which the kernel shares out among the workers. The load generator
takes part of the same cores: how much stands beside each rate, since two workers can only use what it leaves them.
"""

import argparse
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from google.protobuf.json_format import MessageToDict

from compaction.v1 import conversation_service_pb2
from tests.load import workload
from tests.load.compact_request import compact_request
from tests.load.databases import DATABASES
from tests.load.ghz import find_ghz
from tests.load.goals import Goal, goal_table
from tests.load.load import Ghz, Load, Request
from tests.load.measuring import APPEND, COMPACT, GET_CONTEXT, HEALTH
from tests.load.meter import Meter, MeteredLoad, metered_together
from tests.load.prepare import EXTRACTIVE, INSTANT, Preparation
from tests.load.processes import Models, Server, compactd_server, loopback_model
from tests.load.rows import figure

CALLERS = 32
CONNECTIONS = 32
"""A connection for each caller: with few of them the kernel's choice leaves one worker with most."""

COMPACTS = 120
READS = 1_000
APPENDS = 400
"""Calls of a round."""

ROUNDS = 3

WORKERS = (1, 2)


@dataclass(frozen=True, slots=True)
class Generated:
    """A load, what the server used for it, and the seconds of CPU that the generator took."""

    metered: MeteredLoad
    generator: float

    @property
    def cores(self) -> tuple[float, float]:
        """How many the server used, and the generator, while it ran."""
        seconds = self.metered.load.seconds
        return self.metered.cpu / 1000 / seconds, self.generator / seconds


@dataclass(frozen=True, slots=True)
class Rates:
    """One load by the number of workers."""

    name: str
    by_workers: Mapping[int, Generated]

    @property
    def ratio(self) -> float:
        """The rate with two in terms of that with one."""
        return self.by_workers[2].metered.load.rate / self.by_workers[1].metered.load.rate

    @property
    def failures(self) -> int:
        return sum(sum(one.metered.load.failures.values()) for one in self.by_workers.values())


@dataclass(frozen=True, slots=True)
class WorkerRates:
    """All loads on one database, and the memory of each server afterwards, in MB by proportional set size."""

    database: str
    rates: Sequence[Rates]
    megabytes: Mapping[int, float]

    @property
    def failures(self) -> int:
        return sum(rates.failures for rates in self.rates)

    def table(self) -> str:
        """Markdown."""
        lines = [
            "| what | calls/s: one worker | two | times | CPU ms/call | two | cores, server + generator | two |",
            "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        ]
        for rates in self.rates:
            one, two = (rates.by_workers[workers] for workers in WORKERS)
            cells = [figure(one.metered.load.rate), figure(two.metered.load.rate), figure(rates.ratio)]
            cells += [figure(each.metered.cpu / len(each.metered.load.calls)) for each in (one, two)]
            cells += [" + ".join(map(figure, each.cores)) for each in (one, two)]
            lines.append(f"| {rates.name} | {' | '.join(cells)} |")
        return "\n".join(lines)


def worker_goals(measured: WorkerRates) -> list[Goal]:
    """Of what uses the CPU most. The generator's share is part of what is seen."""
    return [
        Goal(
            f"{rates.name}, {CALLERS} callers, two workers: times the rate of one", rates.ratio, 1.5, "", at_least=True
        )
        for rates in measured.rates
        if rates.name.startswith("Compact")
    ]


def worker_report(measured: WorkerRates) -> str:
    """As Markdown."""
    memory = " and ".join(f"{figure(seen)} MB with {workers}" for workers, seen in measured.megabytes.items())
    said = (
        f"{CALLERS} callers, each with a connection; what the generator takes of the cores, workers cannot use. "
        f"Resident memory afterwards (proportional set size, supervisor included): {memory}."
    )
    title = f"## What a second worker brings on {measured.database}"
    return "\n\n".join([title, goal_table(worker_goals(measured)), said, measured.table()])


def worker_rates(database: str, models: Models, rounds: int) -> WorkerRates:
    """Both servers run all the time, each with a database of its own; one has no calls while the other one has."""
    with ExitStack() as stack:
        servers = {}
        for workers in WORKERS:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="compactd-bench-")))
            url = stack.enter_context(DATABASES[database](folder))
            settings = {"COMPACTD_WORKERS": str(workers)}
            servers[workers] = stack.enter_context(compactd_server(folder, models, url, settings=settings))
        loads = {workers: dict(_loads(server, rounds)) for workers, server in servers.items()}
        meters = {workers: Meter(server.process) for workers, server in servers.items()}
        rates = []
        for name in loads[1]:
            seen: dict[int, list[Generated]] = {workers: [] for workers in WORKERS}
            for turn in range(rounds):
                for workers in WORKERS:
                    seen[workers].append(_generated(meters[workers], loads[workers][name][turn]))
            rates.append(Rates(name, {workers: _together(parts) for workers, parts in seen.items()}))
            print(f"  {name}: {rates[-1].ratio:.2f} times", file=sys.stderr)
        megabytes = {workers: server.process.proportional_megabytes() for workers, server in servers.items()}
    return WorkerRates(database, rates, megabytes)


def _loads(server: Server, rounds: int) -> Iterator[tuple[str, Sequence[Callable[[], Load]]]]:
    """The runs of each load, by its name."""
    ghz = Ghz(find_ghz(), server.address, CONNECTIONS)
    preparation = Preparation(server.address)
    agents = {INSTANT: preparation.agent(), EXTRACTIVE: preparation.agent(summarizer=EXTRACTIVE)}
    ghz.run(HEALTH, [{}], CALLERS, READS)
    for model, agent in agents.items():
        # The first compactions of a worker load what they need.
        warm = preparation.conversations(agent, CALLERS, 50)
        ghz.run(COMPACT, _compacts(warm, model, "all"), CALLERS)
        names = preparation.conversations(agent, COMPACTS * rounds, 50)
        requests = _compacts(names, model, "all")
        shares = [requests[turn * COMPACTS : (turn + 1) * COMPACTS] for turn in range(rounds)]
        title = "instant model" if model == INSTANT else EXTRACTIVE
        yield f"Compact, 50 messages, {title}", [partial(ghz.run, COMPACT, share, CALLERS) for share in shares]
    names = preparation.conversations(agents[INSTANT], CALLERS, 50)
    appends = [_append(names[number % CALLERS], number % workload.VARIANTS) for number in range(APPENDS)]
    yield "AppendMessages of 2", [partial(ghz.run, APPEND, appends, CALLERS)] * rounds
    reads: list[Request] = [
        {"conversationId": name} for name in preparation.conversations(agents[INSTANT], CALLERS, 50)
    ]
    yield "GetContext of 50", [partial(ghz.run, GET_CONTEXT, reads, CALLERS, READS)] * rounds


def _compacts(conversations: Sequence[str], model: str, mode: str) -> list[Request]:
    return [MessageToDict(compact_request(name, model, mode)) for name in conversations]


def _append(conversation: str, variant: int) -> Request:
    messages = workload.batch(variant, 2)
    return MessageToDict(
        conversation_service_pb2.AppendMessagesRequest(conversation_id=conversation, messages=messages)
    )


def _generated(meter: Meter, run: Callable[[], Load]) -> Generated:
    # Of children that have ended: ghz.
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    metered = meter.measured(run)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Generated(metered, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def _together(parts: Sequence[Generated]) -> Generated:
    return Generated(metered_together([part.metered for part in parts]), sum(part.generator for part in parts))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", action="append", choices=list(DATABASES), help="only on this one")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often the servers take turns")
    options = parser.parse_args()
    failures = 0
    with loopback_model(0.0) as instant:
        for database in options.database or DATABASES:
            measured = worker_rates(database, Models(instant, instant), options.rounds)
            print(worker_report(measured), end="\n\n")
            failures += measured.failures
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
