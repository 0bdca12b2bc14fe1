"""CompactionService: a method for every RPC."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from compactd.application.compact import Compact, Compacted, DryRun
from compactd.application.compaction_planner import CompactCommand
from compactd.application.receipts import Receipts
from compactd.application.recompile import Recompile
from compactd.application.restore_compaction import RestoreCompaction
from compactd.domain.compactions import Compaction
from compactd.domain.effective_settings import check_pair
from compactd.domain.errors import InvalidField
from compactd.domain.ids import check_id, check_request_id
from compactd.domain.keys import ConversationKey, ConversationRef
from compactd.domain.paging import Page
from compactd.domain.settings import CompactionSettings
from compactd.ports.compactions import CompactionStore
from compactd.rpc.call import Call
from compactd.rpc.codec import Codec
from compactd.rpc.operations import Operations
from compactd.rpc.references import conversation_ref, default_conversation, page_of, within_page
from compactd.rpc.resources import compaction_to_proto, plan_to_proto, settings_from_proto
from compaction.v1 import compaction_pb2, compaction_service_pb2

CompactLike = compaction_service_pb2.CompactRequest | compaction_service_pb2.SummarizeRequest
RequestWithSettings = CompactLike | compaction_service_pb2.RecompileRequest


class CompactionServicer:
    """Compact, Recompile, Summarize, RestoreCompaction, and the records of compactions."""

    def __init__(
        self,
        compact: Compact,
        recompile: Recompile,
        restore: RestoreCompaction,
        receipts: Receipts,
        store: CompactionStore,
        codec: Codec,
        operations: Operations,
    ) -> None:
        self._compact = compact
        self._recompile = recompile
        self._restore = restore
        self._receipts = receipts
        self._store = store
        self._codec = codec
        self._operations = operations

    async def Compact(
        self, request: compaction_service_pb2.CompactRequest, call: Call
    ) -> compaction_service_pb2.CompactResponse:
        return await self._compact_context(request, conversation_ref(call, request), call)

    async def Summarize(
        self, request: compaction_service_pb2.SummarizeRequest, call: Call
    ) -> compaction_service_pb2.CompactResponse:
        return await self._compact_context(request, default_conversation(call, request), call)

    async def _compact_context(
        self, request: CompactLike, ref: ConversationRef, call: Call
    ) -> compaction_service_pb2.CompactResponse:
        check_request_id(request.request_id)
        settings = await self._settings(request)
        if settings is not None:
            check_pair(settings.model, settings.model_settings, "compaction_settings.")
        command = CompactCommand(
            ref, settings, request.allow_degraded, request.expected_version, request.include_ledger
        )
        if request.dry_run:
            return _dry_run_to_proto(await self._compact.dry_run(command))
        compact = partial(self._compact, command)
        return await self._operations.joined(
            call, request, ref, compact, _compacted_to_proto, compaction_service_pb2.CompactResponse
        )

    async def Recompile(
        self, request: compaction_service_pb2.RecompileRequest, call: Call
    ) -> compaction_service_pb2.RecompileResponse:
        ref = conversation_ref(call, request)
        check_request_id(request.request_id)
        await self._settings(request)
        recompile = partial(self._recompile, ref, expected_version=request.expected_version)
        if request.dry_run:
            return _prompt_to_proto(await recompile(dry_run=True))
        return await self._operations.once(
            call, request, recompile, _prompt_to_proto, compaction_service_pb2.RecompileResponse
        )

    async def GetCompaction(
        self, request: compaction_service_pb2.GetCompactionRequest, call: Call
    ) -> compaction_pb2.Compaction:
        ref = conversation_ref(call, request)
        compaction_id = check_id("compaction", request.compaction_id, "compaction_id")
        if request.view not in compaction_service_pb2.CompactionView.values():
            raise InvalidField("view", f"{request.view} is no value of CompactionView: use one of its names.")
        full = request.view == compaction_service_pb2.COMPACTION_VIEW_FULL
        record = await self._store.get_compaction(ref, compaction_id, message_ids=full)
        if full and record.receipt is not None:
            key = ConversationKey(ref.namespace, record.conversation_id)
            record = replace(record, receipt_lists=await self._receipts.lists(key, record))
        return await self._codec.to_proto(compaction_to_proto, record)

    async def ListCompactions(
        self, request: compaction_service_pb2.ListCompactionsRequest, call: Call
    ) -> compaction_service_pb2.ListCompactionsResponse:
        ref = conversation_ref(call, request)
        page = page_of(request, "compaction")
        records = await self._store.list_compactions(ref, page)
        return await self._codec.to_proto(_page_to_proto, records, page)

    async def RestoreCompaction(
        self, request: compaction_service_pb2.RestoreCompactionRequest, call: Call
    ) -> compaction_pb2.Compaction:
        ref = conversation_ref(call, request)
        compaction_id = check_id("compaction", request.compaction_id, "compaction_id")
        check_request_id(request.request_id)
        restore = partial(self._restore, ref, compaction_id, expected_version=request.expected_version)
        return await self._operations.once(call, request, restore, compaction_to_proto, compaction_pb2.Compaction)

    async def _settings(self, request: RequestWithSettings) -> CompactionSettings | None:
        """None where the request has none."""
        if not request.HasField("compaction_settings"):
            return None
        return await self._codec.from_proto(settings_from_proto, request.compaction_settings, "compaction_settings")


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


def _prompt_to_proto(prompt: str) -> compaction_service_pb2.RecompileResponse:
    return compaction_service_pb2.RecompileResponse(system_prompt=prompt)


def _page_to_proto(records: Sequence[Compaction], page: Page) -> compaction_service_pb2.ListCompactionsResponse:
    return compaction_service_pb2.ListCompactionsResponse(
        compactions=within_page([compaction_to_proto(item) for item in records], page)
    )
