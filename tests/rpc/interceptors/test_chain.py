"""The order of the interceptors."""

from functools import partial

from google.protobuf.message import Message

from compactd.ports.observer import SilentObserver
from compactd.rpc.call import Call
from compactd.rpc.callers import callers_of
from compactd.rpc.interceptors.admission import Admission, AdmissionLimits
from compactd.rpc.interceptors.chain import NamedInterceptor, chained, interceptors_of
from compactd.rpc.interceptors.interceptor import Proceed, Request
from compactd.rpc.interceptors.standstill_gate import StandstillGate
from compactd.rpc.interceptors.startup_gate import StartupGate
from tests.rpc.interceptors.calls import CALL, RESPONSE, Servicer


async def note(names: list[str], name: str, call: Call, request: Request, proceed: Proceed) -> Message | None:
    names.append(name)
    return await proceed(call, request)


async def test_the_first_of_the_list_is_the_outermost() -> None:
    names: list[str] = []
    entries = [NamedInterceptor(name, partial(note, names, name)) for name in ("first", "second", "third")]
    assert await chained(entries, Servicer())(CALL, b"") is RESPONSE
    assert names == ["first", "second", "third"]


def test_the_order_of_the_contracts_interceptors() -> None:
    admission = Admission(AdmissionLimits(1, 1))
    gates = StartupGate(), StandstillGate()
    names = [entry.name for entry in interceptors_of({}, SilentObserver(), callers_of({}), admission, *gates)]
    assert names == [
        "errors",
        "call id",
        "authentication",
        "telemetry",
        "authorization",
        "admission",
        "deadline",
        "startup gate",
        "standstill gate",
        "request decoder",
    ]
