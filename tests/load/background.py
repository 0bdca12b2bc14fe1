"""Compaction by itself, as a section of the bench: what jobs, policies and due conversations cost."""

from dataclasses import dataclass

from tests.load.databases import DATABASES
from tests.load.due_page import due_pages
from tests.load.goals import goal_table
from tests.load.growth import measure_appends
from tests.load.job_rates import HEAD, PROCESSES, job_rates
from tests.load.processes import Models
from tests.load.scenarios import Background

TITLE = "## Compaction by itself"
SAID = (
    "Jobs and calls make the same compactions of 50 messages with an instant model, in turns on one database, as many "
    "at once in as many processes; what a job takes beyond a call is the CPU of all of them, PostgreSQL's too."
)
ON_PAGES = (
    "Pages of due ones are read as the service reads them, of conversations without messages that were filled in by "
    "SQL; `python -m tests.load.due_page` has a million."
)


@dataclass(frozen=True, slots=True)
class Measured:
    """The section, as Markdown, and how many calls and jobs failed."""

    text: str
    failures: int


def background(plan: Background, models: Models) -> Measured:
    """On each database."""
    rates = [
        job_rates(database, models, processes, plan.jobs, plan.rounds)
        for database in DATABASES
        for processes in PROCESSES[database]
    ]
    appends = [measure_appends(database, models, plan.appends, plan.append_rounds) for database in DATABASES]
    due = [due_pages(database, plan.conversations) for database in DATABASES]
    judged = [*(item.goals() for item in rates), *(item.goals() for item in appends), *(item.goals() for item in due)]
    goals = [goal for some in judged for goal in some]
    parts = [
        TITLE,
        f"{sum(goal.reached for goal in goals)} of {len(goals)} goals are reached.",
        goal_table(goals),
        SAID,
        "\n".join([*HEAD, *(item.line() for item in rates)]),
        *(item.table() for item in appends),
        ON_PAGES,
        *(f"{item.database}, {item.count:,} conversations:\n\n{item.table()}" for item in due),
    ]
    return Measured("\n\n".join(parts), sum(item.failures for item in rates) + sum(item.failures for item in appends))
