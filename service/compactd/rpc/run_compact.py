"""Compact as it is asked for by a request: one way for calls and for jobs."""

from dataclasses import replace
from functools import partial

from compactd.application.compact import Compact, Compacted, DryRun
from compactd.application.compaction_planner import CompactCommand
from compactd.application.deadline import Deadline
from compactd.application.progress_hub import ProgressHub
from compactd.domain.effective_settings import check_pair
from compactd.domain.ids import check_request_id
from compactd.domain.keys import ConversationRef
from compactd.domain.settings import CompactionSettings
from compactd.ports.budgets import BudgetOwners
from compactd.ports.operations import Claimed
from compactd.rpc.call import Call
from compactd.rpc.codec import Codec
from compactd.rpc.operations import Operations
from compactd.rpc.resources import compaction_to_proto, plan_to_proto, settings_from_proto
from compaction.v1 import compaction_service_pb2, job_service_pb2

CompactLike = (
    compaction_service_pb2.CompactRequest
    | compaction_service_pb2.SummarizeRequest
    | job_service_pb2.SubmitCompactionRequest
)
RequestWithSettings = CompactLike | compaction_service_pb2.RecompileRequest


class RunCompact:
    """Runs Compact, so that equal requests share what is done, and those who watch are told of it."""

    def __init__(self, compact: Compact, codec: Codec, operations: Operations, hub: ProgressHub) -> None:
        self._compact = compact
        self._codec = codec
        self._operations = operations
        self._hub = hub

    async def __call__(
        self,
        request: compaction_service_pb2.CompactRequest | compaction_service_pb2.SummarizeRequest,
        ref: ConversationRef,
        call: Call,
        *,
        background: bool = False,
        owners: BudgetOwners | None = None,
    ) -> compaction_service_pb2.CompactResponse:
        """`background` for a job, behind whom callers go first where models are limited, and which is held to the
        budgets of its `owners`."""
        command = replace(await self.command(request, ref), background=background, owners=owners)
        if request.dry_run:
            return _dry_run_to_proto(await self._compact.dry_run(command))
        compact = partial(self._recorded, command)
        return await self._operations.joined(
            call, request, ref, compact, _compacted_to_proto, compaction_service_pb2.CompactResponse
        )

    async def _recorded(self, command: CompactCommand, claimed: Claimed[Compacted], deadline: Deadline) -> Compacted:
        with self._hub.record(claimed.claim) as progress:
            return await self._compact(command, claimed, deadline, progress)

    async def settled(
        self, request: compaction_service_pb2.CompactRequest, call: Call
    ) -> compaction_service_pb2.CompactResponse | None:
        """The response, if the request had its effect by the time that nothing is done for it in this process."""
        return await self._operations.settled(call, request, compaction_service_pb2.CompactResponse)

    async def command(self, request: CompactLike, ref: ConversationRef) -> CompactCommand:
        """What the request asks for; InvalidField where it is wrong by itself."""
        check_request_id(request.request_id)
        settings = await settings_of(self._codec, request)
        if settings is not None:
            check_pair(settings.model, settings.model_settings, "compaction_settings.")
        return CompactCommand(ref, settings, request.allow_degraded, request.expected_version, request.include_ledger)


async def settings_of(codec: Codec, request: RequestWithSettings) -> CompactionSettings | None:
    """The settings that a request gives; None where it gives none."""
    if not request.HasField("compaction_settings"):
        return None
    return await codec.from_proto(settings_from_proto, request.compaction_settings, "compaction_settings")


def _compacted_to_proto(done: Compacted) -> compaction_service_pb2.CompactResponse:
    return compaction_service_pb2.CompactResponse(
        num_messages_before=done.planned.messages_before,
        num_messages_after=done.planned.messages_after,
        summary=done.summary,
        compaction=compaction_to_proto(done.record),
    )


def _dry_run_to_proto(done: DryRun) -> compaction_service_pb2.CompactResponse:
    return compaction_service_pb2.CompactResponse(
        num_messages_before=done.planned.messages_before,
        num_messages_after=done.planned.messages_after,
        plan=plan_to_proto(done),
    )
