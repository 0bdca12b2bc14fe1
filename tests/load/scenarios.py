"""What is measured: one entry for each line of the table that is a load on the server."""

from dataclasses import dataclass

from tests.load.prepare import EXTRACTIVE, INSTANT, SLOW

MODES = ("sliding_window", "all")


@dataclass(frozen=True, slots=True)
class Compacts:
    """Compactions of conversations with `messages` each, `calls` in all, by `callers` at a time."""

    model: str
    messages: int
    mode: str
    callers: int
    calls: int

    @property
    def name(self) -> str:
        return f"Compact, {self.messages:,} messages, {self.mode}, {self.model_name}"

    @property
    def model_name(self) -> str:
        return {INSTANT: "instant model", SLOW: "model of 1 s", EXTRACTIVE: EXTRACTIVE}[self.model]


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured. `trivial`, `appends` and `reads` are (callers, calls), `long_lists` is calls.

    `reads` and `long_lists` are so many over gRPC and as many over REST; `rest_compacts` are over REST, beside the same
    of `compacts`.
    `sql_calls` and `model_calls` are (messages, calls). `history` is (messages before, conversations, rounds).
    """

    trivial: tuple[tuple[int, int], ...]
    appends: tuple[tuple[int, int], ...]
    compacts: tuple[Compacts, ...]
    reads: tuple[tuple[int, int], ...]
    long_lists: int
    rest_compacts: tuple[Compacts, ...]
    sql_calls: tuple[tuple[int, int], ...]
    model_calls: tuple[tuple[int, int], ...]
    history: tuple[int, int, int]
    burst: int


def full() -> Plan:
    """All that the goals speak of; minutes."""
    return Plan(
        trivial=((1, 3_000), (8, 10_000), (32, 10_000)),
        appends=((1, 60), (8, 160), (32, 320)),
        compacts=(
            *_compacts(INSTANT, 50, ((1, 100), (8, 240), (32, 480))),
            *_compacts(INSTANT, 500, ((1, 30), (8, 40), (32, 96))),
            *_compacts(INSTANT, 5_000, ((1, 6), (8, 8), (32, 32))),
            *_compacts(EXTRACTIVE, 50, ((1, 40), (8, 80), (32, 192))),
            *_compacts(EXTRACTIVE, 500, ((1, 8), (8, 16), (32, 32))),
            *_compacts(EXTRACTIVE, 5_000, ((1, 2),)),
            *_compacts(SLOW, 50, ((1, 4), (128, 256))),
            *_compacts(SLOW, 500, ((1, 3),)),
            *_compacts(SLOW, 5_000, ((1, 1),)),
        ),
        reads=((1, 2_000), (32, 4_000)),
        long_lists=40,
        rest_compacts=_compacts(INSTANT, 50, ((1, 100), (32, 480))),
        sql_calls=((50, 40), (500, 20), (5_000, 5)),
        model_calls=((50, 100), (500, 40), (5_000, 8)),
        history=(50_000, 1, 12),
        burst=1_000,
    )


def quick() -> Plan:
    """A look within a minute: too few calls to judge by."""
    return Plan(
        trivial=((1, 500), (32, 2_000)),
        appends=((1, 10), (32, 64)),
        compacts=(
            *_compacts(INSTANT, 50, ((1, 20), (32, 64))),
            *_compacts(INSTANT, 500, ((1, 6),)),
            *_compacts(INSTANT, 5_000, ((1, 1),)),
            *_compacts(EXTRACTIVE, 50, ((32, 32),)),
            *_compacts(SLOW, 50, ((1, 1),)),
        ),
        reads=((1, 400), (32, 1_000)),
        long_lists=12,
        rest_compacts=_compacts(INSTANT, 50, ((1, 10), (32, 64))),
        sql_calls=((50, 10),),
        model_calls=((50, 20),),
        history=(1_000, 1, 4),
        burst=100,
    )


def _compacts(model: str, messages: int, loads: tuple[tuple[int, int], ...]) -> tuple[Compacts, ...]:
    return tuple(Compacts(model, messages, mode, callers, calls) for mode in MODES for callers, calls in loads)
