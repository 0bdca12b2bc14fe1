"""The configurations of ghz in `configurations/`: what each of them calls, with which requests, and how it may end.

Each is ghz's own JSON and runs by hand too, against any server that offers reflection, with requests for what is there:

    ghz --config tests/load/configurations/get_context.json -d '{"conversationId": "conv-…"}' 127.0.0.1:50051

Two of its tags are ours: `requests` names what it is to be given, `may_end` the statuses beside OK that are documented
for such a load.
"""

import json
import subprocess
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from google.protobuf.json_format import MessageToDict

from compaction.v1 import conversation_service_pb2
from tests.load import workload
from tests.load.compact_request import compact_request
from tests.load.load import Load, Request, read_report
from tests.load.prepare import EXTRACTIVE, INSTANT, Preparation

FOLDER = Path(__file__).with_name("configurations")

WINDOW = 50
"""Messages of each conversation before the load."""

CONVERSATIONS = 32
"""Over how many conversations appends and reads are spread."""

FEWEST = 32
"""Calls of the shortest run."""

LONGEST_SECONDS = 300
"""After which ghz is ended. Its own `max-duration` makes it forget how many calls it was to make."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """A file of `configurations/`. `calls` as it says, or fewer for a short run."""

    path: Path
    name: str
    requests: str
    may_end: frozenset[str]
    calls: int
    callers: int
    connections: int

    @classmethod
    def read(cls, path: Path, share: float = 1.0) -> Self:
        """`share` of the calls, and no more callers than that; FEWEST at least, where there are so many."""
        said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        tags, callers = said["tags"], said["concurrency"]
        calls = max(min(callers, FEWEST), int(said["total"] * share))
        return cls(
            path,
            said["name"],
            tags["requests"],
            frozenset(tags.get("may_end", "").split()),
            calls,
            min(callers, calls),
            said["connections"],
        )

    def run(self, ghz: Path, address: str, requests: Sequence[Request]) -> Load:
        """ghz goes through the requests in their order, and again from the first."""
        with tempfile.NamedTemporaryFile("w", suffix=".json") as data:
            json.dump(list(requests), data)
            data.flush()
            command = [str(ghz), "--config", str(self.path), "--data-file", data.name, "--format", "json"]
            finished = subprocess.run(
                [*command, "--total", str(self.calls), "--concurrency", str(self.callers), address],
                check=False,
                capture_output=True,
                text=True,
                timeout=LONGEST_SECONDS,
            )
        return read_report(finished.stdout, finished.stderr)

    def undocumented(self, load: Load) -> Counter[str]:
        """How many calls ended with each status that no such load may end with."""
        return Counter({status: count for status, count in load.failures.items() if status not in self.may_end})


def loads(share: float = 1.0) -> Sequence[Sequence[Configuration]]:
    """All of the folder: each by itself, but those of a mixture, which run at once."""
    alone = ("append", "get_context", "compact_embedded", "compact_model")
    mixed = [Configuration.read(path, share) for path in sorted(FOLDER.glob("mixed_*.json"))]
    burst = Configuration.read(FOLDER / "burst.json", share)
    return [*([Configuration.read(FOLDER / f"{name}.json", share)] for name in alone), mixed, [burst]]


class Requests:
    """Makes what configurations are given, of conversations that it puts into one server before."""

    def __init__(self, preparation: Preparation) -> None:
        self._preparation = preparation
        self._agents = {
            "compact_embedded": preparation.agent(summarizer=EXTRACTIVE),
            "compact_model": preparation.agent(),
        }
        self._shared = preparation.conversations(self._agents["compact_model"], CONVERSATIONS, WINDOW)

    def of(self, configuration: Configuration) -> list[Request]:
        """A conversation of its own for each compaction, since a second one would find nothing to compact."""
        match configuration.requests:
            case "append":
                return [_append(name, variant) for variant, name in enumerate(self._shared)]
            case "read":
                return [{"conversationId": name} for name in self._shared]
            case summarizer:
                names = self._preparation.conversations(self._agents[summarizer], configuration.calls, WINDOW)
                model = INSTANT if summarizer == "compact_model" else ""
                return [MessageToDict(compact_request(name, model, "all")) for name in names]


def _append(conversation: str, variant: int) -> Request:
    request = conversation_service_pb2.AppendMessagesRequest(
        conversation_id=conversation, messages=workload.batch(variant % workload.VARIANTS, 2)
    )
    return MessageToDict(request)
