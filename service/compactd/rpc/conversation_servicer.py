"""ConversationService: a method for every RPC."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial

from google.protobuf import empty_pb2

from compactd.application.append_messages import AppendMessages, AppendResult
from compactd.application.erase import Erase
from compactd.application.get_context import ContextForm, GetContext
from compactd.application.list_ledger import ListLedger
from compactd.application.manage_conversations import ManageConversations
from compactd.application.search_messages import SearchMessages
from compactd.domain.conversations import Conversation
from compactd.domain.errors import InvalidField
from compactd.domain.ids import check_id, check_request_id
from compactd.domain.message_rules import RepairKind
from compactd.domain.messages import MessageType, StoredMessage, only_of_types
from compactd.domain.paging import Page
from compactd.ports.conversations import ConversationFilter, ConversationStore
from compactd.ports.messages import MessageStore
from compactd.rpc.call import Call
from compactd.rpc.call_headers import traceparent_of
from compactd.rpc.codec import Codec
from compactd.rpc.contexts import context_to_proto, size_fields
from compactd.rpc.ledger import filter_from_proto, ledger_to_proto
from compactd.rpc.messages import batch_from_proto, stored_to_proto
from compactd.rpc.operations import Operations
from compactd.rpc.references import (
    DEFAULT_MESSAGES_LIMIT,
    agent_key,
    conversation_key,
    conversation_ref,
    items_of,
    mask_of,
    page_of,
    within_page,
)
from compactd.rpc.resources import conversation_to_proto, resource_from_proto
from compactd.rpc.wire import enum_names
from compaction.v1 import conversation_pb2, conversation_service_pb2

CONTEXT_FORMS = {
    conversation_service_pb2.CONTEXT_FORMAT_UNSPECIFIED: ContextForm.OPENAI,
    conversation_service_pb2.CONTEXT_FORMAT_OPENAI: ContextForm.OPENAI,
    conversation_service_pb2.CONTEXT_FORMAT_NATIVE: ContextForm.NATIVE,
    conversation_service_pb2.CONTEXT_FORMAT_STRICT: ContextForm.STRICT,
}

ORDER_BY = {
    conversation_service_pb2.CONVERSATION_ORDER_BY_UNSPECIFIED: "created_at",
    conversation_service_pb2.CONVERSATION_ORDER_BY_CREATED_AT: "created_at",
    conversation_service_pb2.CONVERSATION_ORDER_BY_UPDATED_AT: "updated_at",
    conversation_service_pb2.CONVERSATION_ORDER_BY_LAST_MESSAGE_AT: "last_message_at",
    conversation_service_pb2.CONVERSATION_ORDER_BY_LAST_RUN_COMPLETION: "last_message_at",
}

REPAIR_KINDS = {
    RepairKind.LATE_RESULT: conversation_service_pb2.REPAIR_KIND_LATE_RESULT,
    RepairKind.LEFT_OUT: conversation_service_pb2.REPAIR_KIND_LEFT_OUT,
}

TYPES_FIELD = "include_return_message_types"

MESSAGE_TYPES = {
    number: MessageType(name) if name in set(MessageType) else None
    for number, name in enum_names(conversation_service_pb2.MessageType.DESCRIPTOR).items()
}
"""By number; None for those of Letta's API that no message is of here."""


class ConversationServicer:
    """Conversations, their messages and their contexts."""

    def __init__(
        self,
        conversations: ManageConversations,
        erase: Erase,
        append: AppendMessages,
        get_context: GetContext,
        list_ledger: ListLedger,
        search: SearchMessages,
        store: ConversationStore,
        messages: MessageStore,
        codec: Codec,
        operations: Operations,
    ) -> None:
        self._conversations = conversations
        self._erase = erase
        self._append = append
        self._get_context = get_context
        self._list_ledger = list_ledger
        self._search = search
        self._store = store
        self._messages = messages
        self._codec = codec
        self._operations = operations

    async def CreateConversation(
        self, request: conversation_service_pb2.CreateConversationRequest, call: Call
    ) -> conversation_pb2.Conversation:
        check_request_id(request.request_id)
        key = agent_key(call, request)
        given = await self._codec.from_proto(resource_from_proto, request.conversation, "conversation")
        create = partial(self._conversations.create, key, given)
        return await self._operations.once(call, request, create, conversation_to_proto, conversation_pb2.Conversation)

    async def GetConversation(
        self, request: conversation_service_pb2.GetConversationRequest, call: Call
    ) -> conversation_pb2.Conversation:
        return await self._to_proto(*await self._store.get_conversation(conversation_key(call, request)))

    async def ListConversations(
        self, request: conversation_service_pb2.ListConversationsRequest, call: Call
    ) -> conversation_service_pb2.ListConversationsResponse:
        if request.order_by not in ORDER_BY:
            raise InvalidField(
                "order_by", f"{request.order_by} is no value of ConversationOrderBy: use one of its names."
            )
        if request.agent_id:
            check_id("agent", request.agent_id, "agent_id")
        where = ConversationFilter(
            agent_id=request.agent_id or None,
            summary_search=request.summary_search or None,
            order_by=ORDER_BY[request.order_by],
        )
        page = page_of(request, "conv")
        found = await self._store.list_conversations(call.principal.namespace, where, page)
        return await self._codec.to_proto(_conversations_to_proto, found, page)

    async def UpdateConversation(
        self, request: conversation_service_pb2.UpdateConversationRequest, call: Call
    ) -> conversation_pb2.Conversation:
        key, mask = conversation_key(call, request), mask_of(request)
        given = await self._codec.from_proto(resource_from_proto, request.conversation, "conversation")
        return await self._to_proto(await self._conversations.update(key, given, mask))

    async def DeleteConversation(
        self, request: conversation_service_pb2.DeleteConversationRequest, call: Call
    ) -> empty_pb2.Empty:
        await self._erase.conversation(conversation_key(call, request), call.principal.name)
        return empty_pb2.Empty()

    async def AppendMessages(
        self, request: conversation_service_pb2.AppendMessagesRequest, call: Call
    ) -> conversation_service_pb2.AppendMessagesResponse:
        ref = conversation_ref(call, request)
        check_request_id(request.request_id)
        expected = request.expected_last_position if request.HasField("expected_last_position") else None
        if expected is not None and expected < 0:
            raise InvalidField("expected_last_position", "positions begin at 0: give the one that you have seen.")
        observed = request.observed_context_tokens if request.HasField("observed_context_tokens") else None
        if observed is not None and observed < 0:
            raise InvalidField(
                "observed_context_tokens", "it is a number of tokens: give what the provider counted, or leave it out."
            )
        messages, unread = await self._codec.from_proto(batch_from_proto, request.messages, call.unread)
        append = partial(
            self._append,
            ref,
            messages,
            expected,
            unread=unread,
            repair=request.repair,
            observed_tokens=observed,
            traceparent="" if call.trace is None else traceparent_of(call.trace),
        )
        return await self._operations.once(
            call, request, append, _appended_to_proto, conversation_service_pb2.AppendMessagesResponse, of=ref
        )

    async def ListMessages(
        self, request: conversation_service_pb2.ListMessagesRequest, call: Call
    ) -> conversation_service_pb2.ListMessagesResponse:
        ref = conversation_ref(call, request)
        page = page_of(request, "message", DEFAULT_MESSAGES_LIMIT)
        types = _message_types(request.include_return_message_types)
        found = await self._messages.list_messages(ref, page, types)
        return await self._codec.to_proto(_messages_to_proto, found, types, page)

    async def GetContext(
        self, request: conversation_service_pb2.GetContextRequest, call: Call
    ) -> conversation_service_pb2.GetContextResponse:
        ref = conversation_ref(call, request)
        if request.format not in CONTEXT_FORMS:
            raise InvalidField("format", f"{request.format} is no value of ContextFormat: use one of its names.")
        view = await self._get_context(ref, CONTEXT_FORMS[request.format])
        return await self._codec.to_proto(context_to_proto, view)

    async def ListLedger(
        self, request: conversation_service_pb2.ListLedgerRequest, call: Call
    ) -> conversation_service_pb2.ListLedgerResponse:
        ref = conversation_ref(call, request)
        page = page_of(request, "identifier")
        found = await self._list_ledger(ref, filter_from_proto(request), page)
        return await self._codec.to_proto(ledger_to_proto, found, page)

    async def SearchMessages(
        self, request: conversation_service_pb2.SearchMessagesRequest, call: Call
    ) -> conversation_service_pb2.SearchMessagesResponse:
        ref, page = conversation_ref(call, request), page_of(request, "message")
        found = await self._search(ref, request.query, page, evicted_only=request.evicted_only)
        return await self._codec.to_proto(_found_to_proto, found, page)

    async def _to_proto(
        self, conversation: Conversation, in_context_ids: Sequence[str] = ()
    ) -> conversation_pb2.Conversation:
        return await self._codec.to_proto(conversation_to_proto, conversation, in_context_ids)


def _appended_to_proto(done: AppendResult) -> conversation_service_pb2.AppendMessagesResponse:
    return conversation_service_pb2.AppendMessagesResponse(
        messages=[
            conversation_service_pb2.AppendedMessage(id=message_id, position=position)
            for message_id, position in zip(done.ids, done.positions, strict=True)
        ],
        repairs=[
            conversation_service_pb2.Repair(index=repair.index, kind=REPAIR_KINDS[repair.kind])
            for repair in done.repairs
        ],
        compaction_due=done.due is not None,
        job_id="" if done.due is None else done.due.job_id,
        **size_fields(done.context),
    )


def _conversations_to_proto(
    found: Sequence[Conversation], page: Page
) -> conversation_service_pb2.ListConversationsResponse:
    return conversation_service_pb2.ListConversationsResponse(
        conversations=within_page([conversation_to_proto(conversation) for conversation in found], page)
    )


def _messages_to_proto(
    found: Sequence[StoredMessage], types: Collection[MessageType] | None, page: Page
) -> conversation_service_pb2.ListMessagesResponse:
    return conversation_service_pb2.ListMessagesResponse(
        messages=within_page([stored_to_proto(_only_of_types(stored, types)) for stored in found], page)
    )


def _found_to_proto(found: Sequence[StoredMessage], page: Page) -> conversation_service_pb2.SearchMessagesResponse:
    return conversation_service_pb2.SearchMessagesResponse(
        messages=within_page([stored_to_proto(stored) for stored in found], page)
    )


def _message_types(numbers: Sequence[int]) -> Collection[MessageType] | None:
    """None where none are asked for, which means all; none of them where only Letta's other types are."""
    for index, number in enumerate(items_of(numbers, TYPES_FIELD)):
        if number not in MESSAGE_TYPES:
            raise InvalidField(f"{TYPES_FIELD}[{index}]", f"{number} is no value of MessageType: use one of its names.")
    return {kind for number in numbers if (kind := MESSAGE_TYPES[number])} if numbers else None


def _only_of_types(stored: StoredMessage, types: Collection[MessageType] | None) -> StoredMessage:
    message = stored.message if types is None else only_of_types(stored.message, types)
    return stored if message is stored.message else replace(stored, message=message)
