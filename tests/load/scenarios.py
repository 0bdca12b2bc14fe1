"""What is measured: one entry for each line of the table that is a load on the server."""

from dataclasses import dataclass, replace

from tests.load.prepare import EXTRACTIVE, INSTANT, SLOW

MODES = ("sliding_window", "all")


@dataclass(frozen=True, slots=True)
class Compacts:
    """Compactions of conversations with `messages` each, `calls` in all, by `callers` at a time, in so many `rounds`
    with the trivial RPC between them.

    The agent's settings choose local/extractive and the request names the mode only, unless `named_by_request`; other
    models are named by the request.
    """

    model: str
    messages: int
    mode: str
    callers: int
    calls: int
    rounds: int
    named_by_request: bool = False

    @property
    def name(self) -> str:
        return f"Compact, {self.messages:,} messages, {self.mode}, {self.model_name}"

    @property
    def model_name(self) -> str:
        named = f"{EXTRACTIVE} that the request alone names" if self.named_by_request else EXTRACTIVE
        return {INSTANT: "instant model", SLOW: "model of 1 s", EXTRACTIVE: named}[self.model]


@dataclass(frozen=True, slots=True)
class Reads:
    """`calls` calls of one method by `callers` at a time, `over_rest` as many over REST, in turns. `messages` are those
    of the conversation that is read, none for GetAgent."""

    callers: int
    calls: int
    messages: int = 0
    over_rest: bool = True


@dataclass(frozen=True, slots=True)
class Appends:
    """AppendMessages of `size`, to conversations that have `before` messages. In turns with as many more, if `named`,
    with a request_id each."""

    size: int
    before: int
    callers: int
    calls: int
    named: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """Windows of 50 after so many messages that were compacted, and after 50 of them, in so many turns."""

    before: int
    turns: int


@dataclass(frozen=True, slots=True)
class Background:
    """How many jobs of a process in each of the `rounds`, how many appends of each kind, and among how many
    conversations those are that are due."""

    jobs: int
    rounds: int
    appends: int
    append_rounds: int
    conversations: int


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured on one database. `rest_compacts` are over REST, beside the same of `compacts`; `starts`,
    `long_lists`, `profiled` and `turns` are numbers of calls, the last two for each mode, of conversations with
    `profiled_messages`."""

    appends: tuple[Appends, ...]
    compacts: tuple[Compacts, ...]
    agents: tuple[Reads, ...]
    contexts: tuple[Reads, ...]
    long_lists: int
    rest_compacts: tuple[Compacts, ...]
    history: History
    burst: int
    starts: int
    profiled_messages: int
    profiled: int
    turns: int
    written_appends: tuple[Appends, ...]
    """These, and the next, on SQLite that waits for the disk, and on one that does not."""
    written_compacts: tuple[Compacts, ...]
    observed: Compacts
    """These on a server that tells nobody, on one with metrics, and on one with spans besides."""
    background: Background


def full() -> Plan:
    """All that the goals speak of; minutes."""
    return Plan(
        appends=(
            Appends(2, 50, 1, 800, named=True),
            Appends(100, 0, 1, 60),
            Appends(100, 0, 32, 320),
        ),
        compacts=(
            *_both(Compacts(INSTANT, 50, "", 1, 120, rounds=6)),
            *_both(Compacts(INSTANT, 50, "", 32, 480, rounds=3)),
            *_both(Compacts(INSTANT, 500, "", 1, 40, rounds=5)),
            *_both(Compacts(INSTANT, 500, "", 32, 128, rounds=2)),
            *_both(Compacts(INSTANT, 5_000, "", 1, 12, rounds=4)),
            Compacts(INSTANT, 5_000, "all", 32, 32, rounds=1),
            *_both(Compacts(EXTRACTIVE, 50, "", 1, 60, rounds=4)),
            *_both(Compacts(EXTRACTIVE, 50, "", 32, 192, rounds=3)),
            *_both(Compacts(EXTRACTIVE, 500, "", 1, 12, rounds=3)),
            *_both(Compacts(EXTRACTIVE, 5_000, "", 1, 3, rounds=3)),
            Compacts(EXTRACTIVE, 50, "all", 1, 60, rounds=4, named_by_request=True),
            *_both(Compacts(SLOW, 50, "", 128, 256, rounds=1)),
        ),
        agents=(Reads(1, 2_000), Reads(32, 4_000)),
        contexts=(Reads(1, 1_000, 50), Reads(32, 2_000, 50), Reads(1, 400, 500, over_rest=False)),
        long_lists=40,
        rest_compacts=(
            *_both(Compacts(INSTANT, 50, "", 1, 100, rounds=4)),
            *_both(Compacts(INSTANT, 50, "", 32, 320, rounds=2)),
        ),
        history=History(50_000, 48),
        burst=1_000,
        starts=3,
        profiled_messages=5_000,
        profiled=7,
        turns=2,
        written_appends=(Appends(2, 50, 1, 400), Appends(2, 50, 32, 1_600)),
        written_compacts=(
            Compacts(INSTANT, 50, "sliding_window", 1, 80, rounds=4),
            Compacts(INSTANT, 50, "sliding_window", 32, 320, rounds=2),
        ),
        observed=Compacts(INSTANT, 50, "sliding_window", 32, 1_152, rounds=12),
        background=Background(jobs=200, rounds=2, appends=40, append_rounds=3, conversations=100_000),
    )


def quick() -> Plan:
    """A look within a minute: too few calls to judge by."""
    return Plan(
        appends=(Appends(2, 50, 1, 60, named=True), Appends(100, 0, 1, 12)),
        compacts=(
            *_both(Compacts(INSTANT, 50, "", 1, 20, rounds=2)),
            *_both(Compacts(INSTANT, 50, "", 32, 64, rounds=1)),
            *_both(Compacts(INSTANT, 500, "", 1, 6, rounds=2)),
            *_both(Compacts(INSTANT, 5_000, "", 1, 2, rounds=1)),
            *_both(Compacts(EXTRACTIVE, 50, "", 32, 32, rounds=1)),
        ),
        agents=(Reads(1, 400), Reads(32, 800)),
        contexts=(Reads(1, 200, 50), Reads(1, 40, 500, over_rest=False)),
        long_lists=12,
        rest_compacts=(Compacts(INSTANT, 50, "all", 1, 20, rounds=1),),
        history=History(1_000, 8),
        burst=100,
        starts=1,
        profiled_messages=500,
        profiled=3,
        turns=1,
        written_appends=(Appends(2, 50, 1, 60), Appends(2, 50, 32, 320)),
        written_compacts=(Compacts(INSTANT, 50, "sliding_window", 1, 20, rounds=2),),
        observed=Compacts(INSTANT, 50, "sliding_window", 32, 96, rounds=3),
        background=Background(jobs=120, rounds=1, appends=20, append_rounds=1, conversations=5_200),
    )


def _both(compacts: Compacts) -> tuple[Compacts, ...]:
    return tuple(replace(compacts, mode=mode) for mode in MODES)
