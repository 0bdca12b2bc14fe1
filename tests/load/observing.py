"""What it costs that a server is observed: the same compactions on one that tells nobody, on one that counts, and on
one that also makes spans."""

import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from google.protobuf.json_format import MessageToDict

from tests.load.compact_request import compact_request
from tests.load.durability import NOT_DURABLE
from tests.load.ghz import find_ghz
from tests.load.goals import Goal
from tests.load.load import Ghz
from tests.load.measuring import COMPACT
from tests.load.meter import Meter, MeteredLoad, metered_together
from tests.load.prepare import Preparation
from tests.load.processes import Models, Server, compactd_server, database_url, free_address, span_sink
from tests.load.rows import Row, cpu_of, figure
from tests.load.scenarios import Compacts

NOTHING, METRICS, TRACES = "nothing", "metrics", "metrics and spans of every call"

MOST_COST = 5.0
"""Per cent of a Compact's rate."""

WARMING = 40
"""Compactions before any that is measured."""


@dataclass(frozen=True, slots=True)
class Observing:
    """A row for each of what is on, the server with nothing first."""

    rows: Mapping[str, Row]

    @property
    def failures(self) -> int:
        """Calls that failed."""
        return sum(sum(row.failures.values()) for row in self.rows.values())

    def goals(self) -> list[Goal]:
        """That the rate, and the CPU that decides it where a core is busy, are nearly those of nothing."""
        return [goal for name in (METRICS, TRACES) for goal in self._goals_of(name)]

    def _goals_of(self, name: str) -> list[Goal]:
        nothing, row = self.rows[NOTHING], self.rows[name]
        lost = 100 * (1 - row.rate / nothing.rate)
        more = 100 * (cpu_of(row) / cpu_of(nothing) - 1)
        title = f"{row.name}, {row.callers} callers, with {name}"
        return [
            Goal(f"{title}: rate lost", lost, MOST_COST, "%"),
            Goal(f"{title}: CPU a call more", more, MOST_COST, "%"),
        ]

    def table(self) -> str:
        """Markdown."""
        lines = [
            "| what is on | callers | calls | p50 ms | calls/s | CPU ms/call |",
            "| --- | ---: | ---: | ---: | ---: | ---: |",
        ]
        for name, row in self.rows.items():
            figures = (figure(value) for value in (row.p50, row.rate, row.cpu))
            lines.append(f"| {name} | {row.callers} | {row.calls:,} | {' | '.join(figures)} |")
        return "\n".join(lines)


def observing(folder: Path, models: Models, compacts: Compacts) -> Observing:
    """All three servers at once, which take turns: what else the machine does falls on all of them alike. They do not
    wait for the disk, which would hide what the CPU does."""
    with ExitStack() as stack:
        admin = free_address()
        spans = {"COMPACTD_OTLP_ENDPOINT": stack.enter_context(span_sink())}
        settings: Mapping[str, Mapping[str, str]] = {
            NOTHING: {},
            METRICS: {"COMPACTD_ADMIN_ADDRESS": admin},
            TRACES: {"COMPACTD_ADMIN_ADDRESS": free_address(), **spans},
        }
        servers = {}
        for number, (name, chosen) in enumerate(settings.items()):
            own = folder / f"{number}"
            own.mkdir(parents=True)
            server = compactd_server(own, models, database_url(own), settings={**NOT_DURABLE, **chosen})
            servers[name] = _Loaded(stack.enter_context(server), compacts)
        seen: dict[str, list[MeteredLoad]] = {name: [] for name in servers}
        for turn in range(compacts.rounds):
            for name in _rotated(list(servers), turn):
                seen[name].append(servers[name].measured(turn))
            with urllib.request.urlopen(f"http://{admin}/metrics") as page:
                page.read()
    return Observing(
        {name: Row.of_load(compacts.name, compacts.callers, metered_together(parts)) for name, parts in seen.items()}
    )


class _Loaded:
    """A server, and the compactions that it is going to be asked for."""

    def __init__(self, server: Server, compacts: Compacts) -> None:
        self._meter = Meter(server.process)
        self._ghz = Ghz(find_ghz(), server.address)
        self._callers = compacts.callers
        preparation = Preparation(server.address)
        names = preparation.conversations(preparation.agent(), WARMING + compacts.calls, compacts.messages)
        requests = [MessageToDict(compact_request(name, compacts.model, compacts.mode)) for name in names]
        self._ghz.run(COMPACT, requests[:WARMING], self._callers)
        self._shares = [requests[WARMING + turn :: compacts.rounds] for turn in range(compacts.rounds)]

    def measured(self, turn: int) -> MeteredLoad:
        return self._meter.measured(partial(self._ghz.run, COMPACT, self._shares[turn], self._callers))


def _rotated(names: Sequence[str], turn: int) -> Sequence[str]:
    """Each of them is as often the first as any other."""
    first = turn % len(names)
    return [*names[first:], *names[:first]]
