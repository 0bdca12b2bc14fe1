"""What the bench prints, as Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from tests.load.durability import Durability
from tests.load.goals import claim_goals, goal_table, goals, memory_goal
from tests.load.measuring import Figures
from tests.load.memory import MemoryCurve
from tests.load.observing import Observing
from tests.load.processes import Server
from tests.load.rows import table
from tests.load.step_profile import Profile


@dataclass(frozen=True, slots=True)
class DatabaseFigures:
    """All that was measured on one database. `first_compactions` and `seconds`, of the whole run, in seconds."""

    database: str
    figures: Figures
    server: Server
    first_compactions: Sequence[float]
    profile: Profile
    seconds: float

    @property
    def failures(self) -> int:
        """Calls that failed."""
        return sum(sum(row.failures.values()) for row in self.figures.rows)


def database_report(measured: DatabaseFigures) -> str:
    """Goals, start, the table of loads, the profile."""
    figures, profiled = measured.figures, measured.profile
    judged = [*goals(figures, measured.server, measured.first_compactions), *claim_goals(figures, profiled)]
    reached = sum(goal.reached for goal in judged)
    return "\n\n".join(
        [
            f"## On {measured.database}",
            f"{reached} of {len(judged)} goals are reached.",
            goal_table(judged),
            _start(measured),
            table(figures.rows),
            f"One Compact by step: the instant model, one caller, medians of {profiled.calls} calls.",
            profiled.table(),
        ]
    )


def _start(measured: DatabaseFigures) -> str:
    server, first = measured.server, measured.first_compactions
    return (
        f"Start: listening after {server.listening_seconds:.2f} s, SERVING after {server.serving_seconds:.2f} s, "
        f"{server.idle_megabytes:.0f} MB resident when idle; the first compaction by a model, asked for as soon as the "
        f"server listens, is answered {median(first):.2f} s after the start (median of {len(first)}). "
        f"The run took {measured.seconds:.0f} s."
    )


def durability_report(measured: Durability) -> str:
    """What the default costs."""
    return (
        "## What it costs that SQLite waits for the disk\n\n"
        "As by default, which is what the goals above are measured with, and with `COMPACTD_DATABASE_DURABLE=false`."
        f"\n\n{measured.table()}"
    )


def observing_report(measured: Observing) -> str:
    """What the operator's pages cost."""
    return (
        "## What it costs to be observed\n\n"
        "Three servers in turns, on SQLite that does not wait for a disk: one tells nobody, one counts "
        "and is scraped between its turns, one also sends a collector the spans of every call.\n\n"
        f"{measured.table()}\n\n{goal_table(measured.goals())}"
    )


def memory_report(curve: MemoryCurve) -> str:
    """The memory of one server along the way."""
    compactions = curve.points[-1][0]
    made = ", ".join(f"{count:,} of {what}" for what, count in sorted(curve.calls.items()))
    return "\n\n".join(
        [
            f"## Memory over {compactions:,} compactions",
            curve.table(),
            f"Among them {made}.",
            goal_table([memory_goal(curve)]),
        ]
    )
