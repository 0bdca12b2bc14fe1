"""Pages of metrics, taken apart and added up: what Prometheus reads of one process, of several. They are read as
OpenMetrics, which says all that the older text format does."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain

from compactd.telemetry.metric_table import BUILD, DATABASE_UP, JOBS, JOBS_OLDEST, PROCESS_METRICS, READY

COUNTED = frozenset({"counter", "histogram"})
"""Kinds whose samples only grow, and are of the past as much as of the present."""

START = f"{PROCESS_METRICS}start_time_seconds"
"""The gauge that tells a process from the one before it."""

LEAST = frozenset({metric.full_name for metric in (READY, DATABASE_UP, BUILD, JOBS, JOBS_OLDEST)} | {START})
"""Gauges of which the least value is that of all together; others are added up."""

_SAMPLE = re.compile(r'(?P<key>[\w:]+(?:\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\})?) (?P<value>\S+)(?P<exemplar>.*)')


@dataclass(slots=True)
class Family:
    """The lines about a metric, and its samples: each a value and an exemplar, by name and labels as they are written.
    Processes of one version write the same labels alike."""

    kind: str
    head: list[str] = field(default_factory=list)
    samples: dict[str, tuple[float, str]] = field(default_factory=dict)


Families = Mapping[str, Family]


def families_of(page: str) -> dict[str, Family]:
    """In their order. ValueError for what is no page of metrics."""
    families: dict[str, Family] = {}
    family = Family("")
    for line in page.split("\n"):
        if line.startswith("# ") and line != "# EOF":
            _, word, name, *rest = line.split(" ", 3)
            family = families.setdefault(name, Family("untyped"))
            family.head.append(line)
            if word == "TYPE":
                family.kind = rest[0]
        elif line and line != "# EOF":
            found = _SAMPLE.fullmatch(line)
            if found is None:
                raise ValueError(f"no line of metrics: {line[:100]}")
            family.samples[found["key"]] = float(found["value"]), found["exemplar"]
    return families


def counted(families: Families) -> dict[str, Family]:
    """Those whose samples only grow."""
    return {name: family for name, family in families.items() if family.kind in COUNTED}


def with_start(families: Families) -> dict[str, Family]:
    """What has to be kept of a process: what it has counted, and which process it was."""
    return {name: family for name, family in families.items() if family.kind in COUNTED or name == START}


def added(pages: Iterable[Families]) -> dict[str, Family]:
    """All of them together. Of exemplars, which are each one of many, the last one stays."""
    total: dict[str, Family] = {}
    for name, family in chain.from_iterable(page.items() for page in pages):
        known = total.setdefault(name, Family(family.kind, family.head))
        for key, (value, exemplar) in family.samples.items():
            before, earlier = known.samples.get(key, (None, ""))
            together = value if before is None else min(before, value) if name in LEAST else before + value
            known.samples[key] = together, exemplar or earlier
    return total


def openmetrics_of(families: Families) -> str:
    """The page as OpenMetrics."""
    lines = []
    for family in families.values():
        lines += family.head
        lines += [f"{key} {_number(value)}{exemplar}" for key, (value, exemplar) in family.samples.items()]
    return "\n".join([*lines, "# EOF", ""])


def text_of(families: Families) -> str:
    """The page in the text format that every version of Prometheus reads: without exemplars, and with counters by the
    names of their samples."""
    lines = []
    for family in families.values():
        lines += [_text_head(line, family.kind) for line in family.head]
        lines += [f"{key} {_number(value)}" for key, (value, _) in family.samples.items()]
    return "\n".join([*lines, ""])


def _text_head(line: str, kind: str) -> str:
    _, word, name, rest = line.split(" ", 3)
    name = f"{name}_total" if kind == "counter" else name
    return f"# {word} {name} " + rest.replace('\\"', '"').replace("unknown", "untyped" if word == "TYPE" else "unknown")


def start_of(families: Families) -> float | None:
    """When the process was started, in seconds since 1970; None where the system does not say."""
    family = families.get(START)
    return family.samples[START][0] if family and START in family.samples else None


def _number(value: float) -> str:
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return "NaN" if math.isnan(value) else repr(value)
