"""What a call is known by: the names that it comes with, over gRPC as metadata and over REST as headers, and goes out
with, in trailers and headers."""

import re
from collections.abc import Iterable

from compactd.domain.ids import new_uuid
from compactd.ports.trace import TraceContext
from compactd.rpc.call import Call, Metadata

CALL_ID_HEADER = "x-request-id"
TRACEPARENT_HEADER, TRACESTATE_HEADER = "traceparent", "tracestate"

_PRINTABLE = re.compile(r"[!-~]{1,128}")

_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
"""https://www.w3.org/TR/trace-context/#traceparent-header; of a later version, what follows the flags is left out."""

_TRACESTATE = re.compile(r"[ -~]{1,512}")


def metadata_of(pairs: Iterable[tuple[str, str | bytes]]) -> dict[str, str | bytes]:
    """Names and values as they came. Several values of a name are one, with a line for each: no value has a break of
    its own, so that whoever reads one for which there can be only one sees that. Of those that are bytes, and of
    mixtures, which nothing here reads, the last counts."""
    metadata: dict[str, str | bytes] = {}
    for name, value in pairs:
        earlier = metadata.get(name)
        metadata[name] = f"{earlier}\n{value}" if isinstance(earlier, str) and isinstance(value, str) else value
    return metadata


def call_id_of(metadata: Metadata) -> str:
    """The caller's id if it is printable and not too long, else a new one."""
    given = metadata.get(CALL_ID_HEADER)
    return given if isinstance(given, str) and _PRINTABLE.fullmatch(given) else new_uuid()


def traceparent_of(trace: TraceContext) -> str:
    """The header that says where in a trace it is."""
    return f"00-{trace.trace_id}-{trace.span_id}-{'01' if trace.is_sampled else '00'}"


def trace_of(metadata: Metadata) -> TraceContext | None:
    """Where the caller is in its trace. None where it does not say so, or not in the way of the standard."""
    given = metadata.get(TRACEPARENT_HEADER)
    found = _TRACEPARENT.fullmatch(given) if isinstance(given, str) else None
    if found is None or (found[4] and found[0].startswith("00")):
        return None
    state = metadata.get(TRACESTATE_HEADER)
    kept = state if isinstance(state, str) and _TRACESTATE.fullmatch(state) else ""
    return TraceContext(found[1], found[2], bool(int(found[3], 16) & 1), kept)


def headers_of(call: Call) -> tuple[tuple[str, str], ...]:
    """What goes back with each answer and each error."""
    return answer_headers(call.call_id, call.trace)


def answer_headers(call_id: str, trace: TraceContext | None) -> tuple[tuple[str, str], ...]:
    """The same of a call that came no further than its door."""
    if trace is None:
        return ((CALL_ID_HEADER, call_id),)
    state = ((TRACESTATE_HEADER, trace.state),) if trace.state else ()
    return ((CALL_ID_HEADER, call_id), (TRACEPARENT_HEADER, traceparent_of(trace)), *state)
