"""SweepService: a method for every RPC."""

from functools import partial

from compactd.application.start_sweep import StartSweep
from compactd.domain.ids import check_id, check_request_id
from compactd.domain.keys import SweepKey
from compactd.domain.sweeps import PauseReason
from compactd.ports.fleet import Fleet
from compactd.ports.sweeps import SweepStore
from compactd.rpc.call import Call
from compactd.rpc.codec import Codec
from compactd.rpc.operations import Operations
from compactd.rpc.references import page_of
from compactd.rpc.sweeps import budget_from_proto, sweep_from_proto, sweep_to_proto, sweeps_to_proto
from compaction.v1 import sweep_pb2, sweep_service_pb2

WithSweepId = (
    sweep_service_pb2.GetSweepRequest
    | sweep_service_pb2.PauseSweepRequest
    | sweep_service_pb2.ResumeSweepRequest
    | sweep_service_pb2.CancelSweepRequest
)


class SweepServicer:
    """Many conversations compacted at once, in the background."""

    def __init__(
        self, start: StartSweep, store: SweepStore, fleet: Fleet, codec: Codec, operations: Operations
    ) -> None:
        self._start = start
        self._store = store
        self._fleet = fleet
        self._codec = codec
        self._operations = operations

    async def StartSweep(self, request: sweep_service_pb2.StartSweepRequest, call: Call) -> sweep_pb2.Sweep:
        check_request_id(request.request_id)
        given = await self._codec.from_proto(sweep_from_proto, request.sweep, "sweep")
        start = partial(self._start, call.principal.namespace, given)
        return await self._operations.once(call, request, start, sweep_to_proto, sweep_pb2.Sweep)

    async def GetSweep(self, request: sweep_service_pb2.GetSweepRequest, call: Call) -> sweep_pb2.Sweep:
        return await self._codec.to_proto(sweep_to_proto, await self._store.get_sweep(_sweep_key(call, request)))

    async def ListSweeps(
        self, request: sweep_service_pb2.ListSweepsRequest, call: Call
    ) -> sweep_service_pb2.ListSweepsResponse:
        page = page_of(request, "sweep")
        found = await self._store.list_sweeps(call.principal.namespace, page)
        return await self._codec.to_proto(sweeps_to_proto, found, page)

    async def PauseSweep(self, request: sweep_service_pb2.PauseSweepRequest, call: Call) -> sweep_pb2.Sweep:
        paused = await self._store.pause_sweep(_sweep_key(call, request), PauseReason.REQUESTED)
        return await self._codec.to_proto(sweep_to_proto, paused)

    async def ResumeSweep(self, request: sweep_service_pb2.ResumeSweepRequest, call: Call) -> sweep_pb2.Sweep:
        key, budget = _sweep_key(call, request), None
        if request.HasField("budget"):
            budget = budget_from_proto(request.budget, "budget")
        resumed = await self._store.resume_sweep(key, budget)
        self._fleet.wake()
        return await self._codec.to_proto(sweep_to_proto, resumed)

    async def CancelSweep(self, request: sweep_service_pb2.CancelSweepRequest, call: Call) -> sweep_pb2.Sweep:
        return await self._codec.to_proto(sweep_to_proto, await self._store.cancel_sweep(_sweep_key(call, request)))


def _sweep_key(call: Call, request: WithSweepId) -> SweepKey:
    return SweepKey(call.principal.namespace, check_id("sweep", request.sweep_id, "sweep_id"))
