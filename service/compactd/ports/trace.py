"""Who is told how the steps of a call lie in each other, and where in a distributed trace they are.

A span holds names, numbers and ids, and no contents, prompts, summaries or keys: of an error it holds the class.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from compactd.domain.value_class import value

Facts = Mapping[str, str | int | float | bool]
"""What is known of a span, by name: OpenTelemetry's names where it has one, else beginning with `compactd.`."""

NO_FACTS: Facts = {}


@value
class TraceContext:
    """A span as W3C's Trace Context tells it: `trace_id` has 32 digits, `span_id` 16, in lower-case hex, neither all
    zeros. `is_sampled` says whether those who came before keep theirs; `state` is what vendors pass on beside it, as it
    came; `parent_id` is the span around it, empty for none."""

    trace_id: str
    span_id: str
    is_sampled: bool
    state: str = ""
    parent_id: str = ""


class Span(Protocol):
    """A span that has not ended."""

    @property
    def context(self) -> TraceContext | None:
        """Where it is; None where nobody keeps it."""

    def name(self, name: str) -> None:
        """Names it anew, where its name is not known at its start."""

    def note(self, facts: Facts) -> None:
        """Adds to what is known of it."""

    def fail(self, error: str) -> None:
        """It is one that failed; `error` is the name of a class or a code."""

    def link(self, other: TraceContext | None) -> None:
        """It waits for another one, which need not be of the same trace."""


class Tracer(Protocol):
    """Spans last as long as their `with`; what begins inside, in tasks that begin there too, lies inside of them.
    Everything returns at once and raises nothing."""

    def arrive(self, caller: TraceContext | None) -> TraceContext | None:
        """Where a call is that has come in: in its caller's trace if that is known, in a span of its own if spans are
        made here."""

    def serve(self, name: str, context: TraceContext | None, facts: Facts) -> AbstractContextManager[Span]:
        """The span of a call that has arrived at `context`; inside of another one a step of it. It fails only if it is
        said to."""

    def step(self, name: str, facts: Facts = NO_FACTS) -> AbstractContextManager[Span]:
        """A step of whatever span it is in; it fails with the error that ends it. Outside of all it is nothing."""

    def current(self) -> Span:
        """The span that whoever asks is in."""


class SilentSpan:
    """A span that nobody keeps."""

    context: TraceContext | None = None

    def name(self, name: str) -> None: ...

    def note(self, facts: Facts) -> None: ...

    def fail(self, error: str) -> None: ...

    def link(self, other: TraceContext | None) -> None: ...

    def __enter__(self) -> "SilentSpan":
        return self

    def __exit__(self, *_: object) -> None: ...


class SilentTracer:
    """Makes no spans, at the price of a method call; calls are in the traces of their callers."""

    def __init__(self) -> None:
        self._span = SilentSpan()

    def arrive(self, caller: TraceContext | None) -> TraceContext | None:
        return caller

    def serve(self, name: str, context: TraceContext | None, facts: Facts) -> SilentSpan:
        return self._span

    def step(self, name: str, facts: Facts = NO_FACTS) -> SilentSpan:
        return self._span

    def current(self) -> SilentSpan:
        return self._span
