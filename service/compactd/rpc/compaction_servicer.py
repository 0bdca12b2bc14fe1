"""CompactionService: a method for every RPC."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from compactd.application.receipts import Receipts
from compactd.application.recompile import Recompile
from compactd.application.restore_compaction import RestoreCompaction
from compactd.domain.compactions import Compaction
from compactd.domain.errors import InvalidField
from compactd.domain.ids import check_id, check_request_id
from compactd.domain.keys import ConversationKey
from compactd.domain.paging import Page
from compactd.ports.compactions import CompactionStore
from compactd.rpc.call import Call
from compactd.rpc.codec import Codec
from compactd.rpc.operations import Operations
from compactd.rpc.references import conversation_ref, default_conversation, page_of, within_page
from compactd.rpc.resources import compaction_to_proto
from compactd.rpc.run_compact import RunCompact, settings_of
from compaction.v1 import compaction_pb2, compaction_service_pb2


class CompactionServicer:
    """Compact, Recompile, Summarize, RestoreCompaction, and the records of compactions."""

    def __init__(
        self,
        run_compact: RunCompact,
        recompile: Recompile,
        restore: RestoreCompaction,
        receipts: Receipts,
        store: CompactionStore,
        codec: Codec,
        operations: Operations,
    ) -> None:
        self._run_compact = run_compact
        self._recompile = recompile
        self._restore = restore
        self._receipts = receipts
        self._store = store
        self._codec = codec
        self._operations = operations

    async def Compact(
        self, request: compaction_service_pb2.CompactRequest, call: Call
    ) -> compaction_service_pb2.CompactResponse:
        return await self._run_compact(request, conversation_ref(call, request), call)

    async def Summarize(
        self, request: compaction_service_pb2.SummarizeRequest, call: Call
    ) -> compaction_service_pb2.CompactResponse:
        return await self._run_compact(request, default_conversation(call, request), call)

    async def Recompile(
        self, request: compaction_service_pb2.RecompileRequest, call: Call
    ) -> compaction_service_pb2.RecompileResponse:
        ref = conversation_ref(call, request)
        check_request_id(request.request_id)
        await settings_of(self._codec, request)
        recompile = partial(self._recompile, ref, expected_version=request.expected_version)
        if request.dry_run:
            return _prompt_to_proto(await recompile(dry_run=True))
        return await self._operations.once(
            call, request, recompile, _prompt_to_proto, compaction_service_pb2.RecompileResponse, of=ref
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
        return await self._operations.once(
            call, request, restore, compaction_to_proto, compaction_pb2.Compaction, of=ref
        )


def _prompt_to_proto(prompt: str) -> compaction_service_pb2.RecompileResponse:
    return compaction_service_pb2.RecompileResponse(system_prompt=prompt)


def _page_to_proto(records: Sequence[Compaction], page: Page) -> compaction_service_pb2.ListCompactionsResponse:
    return compaction_service_pb2.ListCompactionsResponse(
        compactions=within_page([compaction_to_proto(item) for item in records], page)
    )
