"""Spans, made for little: the hot path fills in slots, and whoever sends them does the rest.

OpenTelemetry's own SDK takes 50 µs of CPU to make a span and 80 more to encode it, of which a Compact that takes 2 ms
would have eight; here both together take a tenth of that.
"""

import random
import time
from collections.abc import Callable
from contextvars import ContextVar, Token

from compactd.ports.trace import NO_FACTS, Facts, SilentSpan, TraceContext

INTERNAL, SERVER, CLIENT = 1, 2, 3
"""Kinds of spans, as OTLP numbers them."""

_CURRENT: ContextVar["KeptSpan | None"] = ContextVar("compactd_span", default=None)
"""Of the module, as Python asks of each: tasks copy it, which is how they lie in the span they begin in."""


class KeptSpan:
    """A span, as it will be told; times in nanoseconds since 1970. It ends with its `with`."""

    __slots__ = (
        "_finished",
        "_token",
        "called",
        "context",
        "ended",
        "error",
        "facts",
        "fails_by_itself",
        "kind",
        "links",
        "started",
    )

    def __init__(
        self,
        finished: "Callable[[KeptSpan], None]",
        called: str,
        kind: int,
        context: TraceContext,
        facts: Facts,
    ) -> None:
        self._finished = finished
        self._token: Token[KeptSpan | None] | None = None
        self.called = called
        self.kind = kind
        self.context: TraceContext = context
        self.facts = dict(facts)
        self.fails_by_itself = kind != SERVER
        self.error = ""
        self.links: list[TraceContext] = []
        self.started = time.time_ns()
        self.ended = 0

    def name(self, name: str) -> None:
        self.called = name

    def note(self, facts: Facts) -> None:
        self.facts.update(facts)

    def fail(self, error: str) -> None:
        self.error = error

    def link(self, other: TraceContext | None) -> None:
        if other is not None:
            self.links.append(other)

    def __enter__(self) -> "KeptSpan":
        self._token = _CURRENT.set(self)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._token is not None:
            _CURRENT.reset(self._token)
            self._token = None
        if kind is not None and self.fails_by_itself:
            self.error = kind.__name__
        self.ended = time.time_ns()
        self._finished(self)


class SpanTracer:
    """Makes spans and gives each that has ended to `finished`. Of calls whose callers say whether they are kept, that
    is so; of others the share `ratio` is, from 0 to 1."""

    def __init__(self, finished: Callable[[KeptSpan], None], ratio: float) -> None:
        self._finished = finished
        self._ratio = ratio
        # Seeded by the system: processes that were forked from one would draw the same ids.
        self._random = random.Random()  # noqa: S311 - ids of spans are no secret
        self._silent = SilentSpan()

    def arrive(self, caller: TraceContext | None) -> TraceContext:
        if caller is None:
            return TraceContext(f"{self._bits(128):032x}", self._new_id(), self._random.random() < self._ratio)
        return TraceContext(caller.trace_id, self._new_id(), caller.is_sampled, caller.state, caller.span_id)

    def serve(self, name: str, context: TraceContext | None, facts: Facts) -> KeptSpan | SilentSpan:
        if _CURRENT.get() is not None:
            span = self.step(name, facts)
            if isinstance(span, KeptSpan):
                span.fails_by_itself = False
            return span
        if context is None or not context.is_sampled:
            return self._silent
        return KeptSpan(self._finished, name, SERVER, context, facts)

    def step(self, name: str, facts: Facts = NO_FACTS) -> KeptSpan | SilentSpan:
        return self._inside(name, INTERNAL, facts) or self._silent

    def current(self) -> KeptSpan | SilentSpan:
        return _CURRENT.get() or self._silent

    def happened(self, name: str, kind: int, seconds: float, error: str, facts: Facts) -> None:
        """A step that has ended just now, after so many seconds."""
        span = self._inside(name, kind, facts)
        if span is None:
            return
        span.ended = span.started
        span.started -= int(seconds * 1e9)
        span.error = error
        self._finished(span)

    def _inside(self, name: str, kind: int, facts: Facts) -> KeptSpan | None:
        around = _CURRENT.get()
        if around is None:
            return None
        outer = around.context
        own = TraceContext(outer.trace_id, self._new_id(), outer.is_sampled, outer.state, outer.span_id)
        return KeptSpan(self._finished, name, kind, own, facts)

    def _new_id(self) -> str:
        return f"{self._bits(64):016x}"

    def _bits(self, count: int) -> int:
        """At random, and not all zeros."""
        return self._random.getrandbits(count) or 1
