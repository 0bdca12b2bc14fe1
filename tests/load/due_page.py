"""How long it takes to find the conversations that are due, among very many.

    python -m tests.load.due_page [--database NAME] [--conversations N]

Fills a database of its own by SQL, on loopback, which is removed afterwards: a million conversations take a gigabyte
and a minute or two. Measures the pages that are read in the service, first, middle and last: those of a preview, of a
policy that waits for rests, of a sweep. Prints a table of Markdown.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import psycopg
from sqlalchemy import Connection, select, update

from compactd.domain.keys import PolicyKey
from compactd.domain.paging import Page
from compactd.domain.policies import CompactionTrigger, ConversationSelector, Policy
from compactd.domain.sweeps import PAGE_SIZE, SweepSpec
from compactd.ports.policies import StoredPolicy
from compactd.ports.sweeps import NewSweep
from compactd.storage import due, policies, rests, sweep_pages, sweeps
from compactd.storage.database_clock import NOW
from compactd.storage.engines import connect_engines
from compactd.storage.job_queue import JobQueue
from compactd.storage.policy_tables import CONTEXT_FIGURES, POLICIES
from compactd.storage.sweep_tables import SWEEPS
from compactd.storage.tables import AGENTS, CONVERSATIONS
from compactd.storage.urls import parse_url
from tests.load.databases import DATABASES
from tests.load.goals import Goal
from tests.load.many_conversations import DUE_TOKENS, NAMESPACE, OF_AN_AGENT, SECONDS_APART, WINDOW, fill
from tests.load.read_plans import Read, UnitReads, reads_of

CONVERSATIONS_BY_DEFAULT = 1_000_000
PREVIEWED = 50
"""How many a preview has on a page, where its caller does not say."""

RESTED = 500
"""So many conversations have come to rest since the policy looked, or more."""

TABLES = (CONTEXT_FIGURES.name, CONVERSATIONS.name)

_F = CONTEXT_FIGURES.c
_C = CONVERSATIONS.c

Unit = Callable[[Connection], object]


@dataclass(frozen=True, slots=True)
class Found:
    """One page, and where in the list it is."""

    what: str
    where: str
    unit: UnitReads

    @property
    def milliseconds(self) -> float:
        """Of what is read."""
        return sum(read.milliseconds for read in self.unit.reads)

    @property
    def page(self) -> Read:
        """The statement that finds the page's rows."""
        return max(self.unit.reads, key=lambda read: read.rows)

    def line(self) -> str:
        cells = [self.what, self.where, f"{self.page.rows:,}", f"{self.milliseconds:.1f}"]
        ways = ", ".join(dict.fromkeys(self.page.ways))
        return f"| {' | '.join([*cells, ways, f'{self.unit.milliseconds:.1f}'])} |"


GOAL_MILLISECONDS = 50

HEAD = (
    "| what | page | rows | read, ms | found by | with what it writes, ms |",
    "| --- | --- | ---: | ---: | --- | ---: |",
)


@dataclass(frozen=True, slots=True)
class DuePages:
    """Those of one database with so many conversations."""

    database: str
    count: int
    found: Sequence[Found]

    def goals(self) -> list[Goal]:
        """The slowest page of each list, in what is read of it."""
        slowest: dict[str, float] = {}
        for page in self.found:
            slowest[page.what] = max(slowest.get(page.what, 0.0), page.milliseconds)
        title = f"{self.database}, among {self.count:,} conversations: a page of"
        return [Goal(f"{title} {what}", seen, GOAL_MILLISECONDS, "ms") for what, seen in slowest.items()]

    def table(self) -> str:
        """Markdown."""
        return "\n".join([*HEAD, *(page.line() for page in self.found)])


def due_pages(database: str, count: int) -> DuePages:
    """Of a database that is filled for it, and removed afterwards."""
    with filled(database, count) as connection:
        return DuePages(database, count, list(pages(connection, count)))


def pages(connection: Connection, count: int) -> Iterator[Found]:
    """Of a database that `fill` has filled with so many conversations."""
    yield from _previews(connection)
    yield from _rests(connection, count)
    yield from _sweeps(connection, count)


def _previews(connection: Connection) -> Iterator[Found]:
    by_tokens = _policy(connection, CompactionTrigger(context_tokens=DUE_TOKENS))
    by_share = _policy(connection, CompactionTrigger(context_share=DUE_TOKENS / WINDOW))
    ids = [
        *connection.execute(
            select(_F.conversation_id)
            .where(_F.namespace == NAMESPACE, _F.context_tokens >= DUE_TOKENS)
            .order_by(_F.context_tokens.desc(), _F.conversation_id.desc())
        ).scalars()
    ]
    connection.rollback()
    cursors = {"first": None, "middle": ids[len(ids) // 2], "last": ids[max(0, len(ids) - PREVIEWED - 1)]}
    for title, key in (("tokens", by_tokens), ("share", by_share)):
        for where, after in cursors.items():
            unit = partial(due.due_conversations, key=key, page=Page(PREVIEWED, after=after))
            yield Found(f"preview by {title}, 1 in 100 due", where, reads_of(connection, unit, TABLES))
    agent = connection.execute(select(AGENTS.c.id).limit(1)).scalar_one()
    connection.rollback()
    selected = _policy(connection, CompactionTrigger(context_tokens=DUE_TOKENS), (agent,))
    unit = partial(due.due_conversations, key=selected, page=Page(PREVIEWED))
    yield Found(f"the same, of one agent with {OF_AN_AGENT:,}", "first", reads_of(connection, unit, TABLES))
    everything = _policy(connection, CompactionTrigger(context_tokens=1))
    unit = partial(due.due_conversations, key=everything, page=Page(PREVIEWED))
    yield Found("preview by tokens, all due", "first", reads_of(connection, unit, TABLES))


def _rests(connection: Connection, count: int) -> Iterator[Found]:
    """A policy that has seen what came to rest up to some time, with a page and more behind it."""
    idle = timedelta(seconds=SECONDS_APART)
    key = _policy(connection, CompactionTrigger(idle_for=idle))
    for where, number in (("first", 0), ("middle", count // 2), ("last", count - RESTED - 2)):
        ago = (count - number) * SECONDS_APART
        connection.execute(
            update(POLICIES).where(POLICIES.c.id == key.policy_id).values(rested_until=NOW - ago, next_look_at=0)
        )
        connection.commit()
        unit = partial(rests.ask_rested, queue=JobQueue())
        yield Found("rest watch of a policy", where, reads_of(connection, unit, TABLES))
    preview = partial(due.due_conversations, key=key, page=Page(PREVIEWED))
    yield Found("preview of rests, nearly all due", "first", reads_of(connection, preview, TABLES))


def _sweeps(connection: Connection, count: int) -> Iterator[Found]:
    for title, selector in (
        ("sweep of all", None),
        (f"sweep of {DUE_TOKENS:,} tokens and more", ConversationSelector(min_context_tokens=DUE_TOKENS)),
    ):
        spec = SweepSpec() if selector is None else SweepSpec(selector=selector)
        sweep = sweeps.start_sweep(connection, NAMESPACE, NewSweep(f"sweep-{title}", spec, b""))
        connection.commit()
        for where, place in (("first", 0), ("middle", count // 2), ("last", max(0, count - PAGE_SIZE))):
            at = connection.execute(
                select(_C.created_at, _C.id)
                .where(_C.namespace == NAMESPACE)
                .order_by(_C.created_at, _C.id)
                .offset(place)
                .limit(1)
            ).one()
            at_id = "" if where == "first" else at.id
            moved = update(SWEEPS).where(SWEEPS.c.id == sweep.id).values(at_created=at.created_at, at_id=at_id)
            connection.execute(moved)
            connection.commit()
            unit = partial(sweep_pages.advance_sweep, sweep_id=sweep.id, queue=JobQueue())
            yield Found(title, where, reads_of(connection, unit, TABLES))


def _policy(connection: Connection, trigger: CompactionTrigger, agents: Sequence[str] = ()) -> PolicyKey:
    """One that is stored."""
    now, number = datetime.now(UTC), connection.execute(select(POLICIES.c.id)).all()
    selector = ConversationSelector(agent_ids=tuple(agents)) if agents else None
    policy_id = f"policy-{len(number)}"
    policy = Policy(id=policy_id, created_at=now, updated_at=now, trigger=trigger, selector=selector)
    policies.create_policy(connection, NAMESPACE, StoredPolicy(policy, b""))
    connection.commit()
    return PolicyKey(NAMESPACE, policy_id)


@contextmanager
def filled(database: str, count: int) -> Iterator[Connection]:
    """A connection as a server has it, to a new database with so many conversations."""
    with tempfile.TemporaryDirectory(prefix="compactd-due-") as folder, DATABASES[database](Path(folder)) as url:
        engines = connect_engines(parse_url(url), connections=1, prepared_statements=True, durable=False)
        engines.prepare()
        with closing(engines.writer.connect()) as connection:
            fill(connection, count)
            if database == "PostgreSQL":
                # As autovacuum does before long. Until then no index is read without its table.
                with psycopg.connect(url, autocommit=True) as server:
                    server.execute("VACUUM ANALYZE")
            yield connection
        engines.writer.dispose()
        engines.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", action="append", choices=list(DATABASES), help="only on this one")
    parser.add_argument("--conversations", type=int, default=CONVERSATIONS_BY_DEFAULT, help="how many there are")
    options = parser.parse_args()
    for database in options.database or DATABASES:
        print(f"**{database}, {options.conversations:,} conversations**\n")
        print("\n".join(HEAD), flush=True)
        with filled(database, options.conversations) as connection:
            for found in pages(connection, options.conversations):
                print(found.line(), flush=True)
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
