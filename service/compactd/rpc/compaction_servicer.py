"""CompactionService: a method for every RPC."""

from collections.abc import Sequence

from compactd.application.compact import Compact, Compacted, DryRun
from compactd.application.compaction_planner import CompactCommand
from compactd.application.cpu_worker import CpuWorker
from compactd.application.recompile import Recompile
from compactd.domain.compactions import Compaction
from compactd.domain.effective_settings import check_pair
from compactd.domain.errors import InvalidField, NotSupported
from compactd.domain.ids import check_id, check_request_id
from compactd.domain.keys import ConversationRef
from compactd.domain.limits import has_values
from compactd.domain.paging import Page
from compactd.ports.store import Store
from compactd.rpc.call import Call
from compactd.rpc.references import conversation_ref, default_conversation, page_of, within_page
from compactd.rpc.resources import read_settings, write_compaction, write_plan
from compaction.v1 import compaction_pb2, compaction_service_pb2

CompactLike = compaction_service_pb2.CompactRequest | compaction_service_pb2.SummarizeRequest


class CompactionServicer:
    """Compact, Recompile, Summarize, and the records of compactions."""

    def __init__(self, compact: Compact, recompile: Recompile, store: Store, worker: CpuWorker) -> None:
        self._compact = compact
        self._recompile = recompile
        self._store = store
        self._worker = worker

    async def Compact(
        self, request: compaction_service_pb2.CompactRequest, call: Call
    ) -> compaction_service_pb2.CompactResponse:
        return await self._compacted(request, conversation_ref(call, request), call)

    async def Summarize(
        self, request: compaction_service_pb2.SummarizeRequest, call: Call
    ) -> compaction_service_pb2.CompactResponse:
        return await self._compacted(request, default_conversation(call, request), call)

    async def _compacted(
        self, request: CompactLike, ref: ConversationRef, call: Call
    ) -> compaction_service_pb2.CompactResponse:
        check_request_id(request.request_id)
        settings = await read_settings(request, self._worker)
        if settings is not None:
            check_pair(settings.model, settings.model_settings, "compaction_settings.")
        command = CompactCommand(
            ref,
            settings,
            request.dry_run,
            request.allow_degraded,
            request.expected_version,
            call.deadline,
        )
        done = await self._compact(command)
        response = compaction_service_pb2.CompactResponse(
            num_messages_before=done.planned.messages_before, num_messages_after=done.planned.messages_after
        )
        match done:
            case DryRun():
                response.plan.CopyFrom(write_plan(done))
            case Compacted():
                response.summary = done.summary
                response.compaction.CopyFrom(await self._written(done.record))
        return response

    async def Recompile(
        self, request: compaction_service_pb2.RecompileRequest, call: Call
    ) -> compaction_service_pb2.RecompileResponse:
        ref = conversation_ref(call, request)
        check_request_id(request.request_id)
        await read_settings(request, self._worker)
        prompt = await self._recompile(ref, dry_run=request.dry_run, expected_version=request.expected_version)
        return compaction_service_pb2.RecompileResponse(system_prompt=prompt)

    async def GetCompaction(
        self, request: compaction_service_pb2.GetCompactionRequest, call: Call
    ) -> compaction_pb2.Compaction:
        ref = conversation_ref(call, request)
        compaction_id = check_id("compaction", request.compaction_id, "compaction_id")
        if request.view not in compaction_service_pb2.CompactionView.values():
            raise InvalidField("view", f"{request.view} is no value of CompactionView: use one of its names.")
        full = request.view == compaction_service_pb2.COMPACTION_VIEW_FULL
        record = await self._store.get_compaction(ref, compaction_id, message_ids=full)
        return await self._written(record)

    async def ListCompactions(
        self, request: compaction_service_pb2.ListCompactionsRequest, call: Call
    ) -> compaction_service_pb2.ListCompactionsResponse:
        ref = conversation_ref(call, request)
        page = page_of(request, "compaction")
        records = await self._store.list_compactions(ref, page)
        return await self._worker.run_if(_holds_much(records), _write_page, records, page)

    async def RestoreCompaction(
        self, request: compaction_service_pb2.RestoreCompactionRequest, call: Call
    ) -> compaction_pb2.Compaction:
        conversation_ref(call, request)
        check_id("compaction", request.compaction_id, "compaction_id")
        check_request_id(request.request_id)
        raise NotSupported(method="RestoreCompaction")

    async def _written(self, record: Compaction) -> compaction_pb2.Compaction:
        return await self._worker.run_if(_holds_much([record]), write_compaction, record)


def _holds_much(records: Sequence[Compaction]) -> bool:
    return has_values([(item.settings, item.evicted_message_ids, item.kept_message_ids) for item in records])


def _write_page(records: Sequence[Compaction], page: Page) -> compaction_service_pb2.ListCompactionsResponse:
    return compaction_service_pb2.ListCompactionsResponse(
        compactions=within_page([write_compaction(item) for item in records], page)
    )
