"""Where in a distributed trace something is, as W3C's Trace Context tells it."""

from compactd.domain.value_class import value


@value
class TraceContext:
    """A span: `trace_id` has 32 digits, `span_id` 16, in lower-case hex, neither all zeros. `is_sampled` says whether
    those who came before keep theirs; `state` is what vendors pass on beside it, as it came."""

    trace_id: str
    span_id: str
    is_sampled: bool
    state: str = ""
