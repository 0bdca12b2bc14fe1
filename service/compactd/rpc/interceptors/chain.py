"""The order of the interceptors, by name: adding one is a file beside this one and a line here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from compactd.ports.observer import Observer
from compactd.ports.trace import Tracer
from compactd.rpc.callers import Callers
from compactd.rpc.contract import Method
from compactd.rpc.interceptors.admission import Admission
from compactd.rpc.interceptors.call_id import log_call_id
from compactd.rpc.interceptors.deadline import keep_deadline
from compactd.rpc.interceptors.errors import answer_errors
from compactd.rpc.interceptors.interceptor import Interceptor, Proceed
from compactd.rpc.interceptors.request_decoder import BytesDecoder
from compactd.rpc.interceptors.standstill_gate import StandstillGate
from compactd.rpc.interceptors.startup_gate import StartupGate
from compactd.rpc.interceptors.telemetry import Telemetry
from compactd.rpc.interceptors.tracing import Tracing


@dataclass(frozen=True, slots=True)
class NamedInterceptor:
    """An entry of the list."""

    name: str
    interceptor: Interceptor


Interceptors = Sequence[NamedInterceptor]


def interceptors_of(
    methods: Mapping[str, Method],
    observer: Observer,
    callers: Callers,
    admission: Admission,
    gate: StartupGate,
    standstill: StandstillGate,
    tracer: Tracer | None = None,
) -> Interceptors:
    """The outermost first: what any of them raises, the first one turns into a status. Telemetry tells of calls that
    those behind it turn away, and needs what those before it know; so who calls is found out before it, and what they
    may do behind it. Without a `tracer` there is no tracing."""
    return (
        NamedInterceptor("errors", answer_errors),
        NamedInterceptor("call id", log_call_id),
        *((NamedInterceptor("tracing", Tracing(tracer)),) if tracer else ()),
        NamedInterceptor("authentication", callers.authentication),
        NamedInterceptor("telemetry", Telemetry(observer)),
        NamedInterceptor("authorization", callers.authorization),
        NamedInterceptor("admission", admission),
        NamedInterceptor("deadline", keep_deadline),
        NamedInterceptor("startup gate", gate),
        NamedInterceptor("standstill gate", standstill),
        NamedInterceptor("request decoder", BytesDecoder(methods)),
    )


def chained(interceptors: Interceptors, last: Proceed) -> Proceed:
    """`last` behind all of them."""
    for entry in reversed(interceptors):
        last = _before(last, entry.interceptor)
    return last


def _before(proceed: Proceed, interceptor: Interceptor) -> Proceed:
    # A function and no partial, whose keyword would be put into a new dict for each call.
    return lambda call, request: interceptor(call, request, proceed)
