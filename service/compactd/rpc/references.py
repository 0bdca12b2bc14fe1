"""What requests refer to: keys, masks and pages, checked."""

from collections.abc import Sequence
from typing import Any, TypeVar

from google.protobuf.message import Message

from compactd.domain import paging
from compactd.domain.errors import InvalidField
from compactd.domain.ids import check_id, is_id
from compactd.domain.keys import AgentKey, ConversationKey, ConversationRef, DefaultConversationOf
from compactd.domain.limits import check_count
from compactd.domain.paging import MAX_LIMIT, Page
from compactd.rpc.call import Call
from compaction.v1 import sort_order_pb2

T = TypeVar("T")

DEFAULT_LIMIT = 50
DEFAULT_MESSAGES_LIMIT = 100


def agent_key(call: Call, request: Any) -> AgentKey:
    return AgentKey(call.principal.namespace, check_id("agent", request.agent_id, "agent_id"))


def conversation_key(call: Call, request: Any) -> ConversationKey:
    """For requests that name a conversation by its own id alone."""
    return ConversationKey(call.principal.namespace, check_id("conv", request.conversation_id, "conversation_id"))


def default_conversation(call: Call, request: Any) -> DefaultConversationOf:
    """For requests that name an agent and mean its default conversation."""
    return DefaultConversationOf(call.principal.namespace, check_id("agent", request.agent_id, "agent_id"))


def conversation_ref(call: Call, request: Any) -> ConversationRef:
    """The conversation that a pair of ids means: by its own id, `default` or an agent's id for the default one."""
    namespace = call.principal.namespace
    conversation_id: str = request.conversation_id
    agent_id: str = request.agent_id
    if agent_id:
        check_id("agent", agent_id, "agent_id")
    if is_id("conv", conversation_id):
        return ConversationKey(namespace, conversation_id)
    if is_id("agent", conversation_id):
        return DefaultConversationOf(namespace, conversation_id)
    if conversation_id not in ("", "default"):
        raise InvalidField(
            "conversation_id", "give conv- followed by a lowercase UUID4, or default together with agent_id."
        )
    if agent_id:
        return DefaultConversationOf(namespace, agent_id)
    if conversation_id:
        raise InvalidField("agent_id", "default means an agent's default conversation: say which agent's.")
    raise InvalidField("conversation_id", "name a conversation, or an agent by agent_id.")


def page_of(request: Any, kind: str, default_limit: int = DEFAULT_LIMIT) -> Page:
    """The page that a List request asks for; `kind` is that of the listed items' ids, which are the cursors."""
    limit = request.limit if request.HasField("limit") else default_limit
    check_limit(limit)
    for name in ("after", "before"):
        if cursor := getattr(request, name):
            check_id(kind, cursor, name)
    if request.order not in sort_order_pb2.SortOrder.values():
        raise InvalidField("order", f"{request.order} is no value of SortOrder: use one of its names.")
    descending = request.order != sort_order_pb2.SORT_ORDER_ASC
    return Page(limit, descending, request.after or None, request.before or None)


def check_limit(limit: int) -> int:
    """How many items are asked for; InvalidField for none and for too many."""
    if not 1 <= limit <= MAX_LIMIT:
        raise InvalidField("limit", f"ask for 1 to {MAX_LIMIT} items.")
    return limit


def items_of(values: Sequence[T], field: str) -> tuple[T, ...]:
    """A list of a request; InvalidField naming `field` for more than MAX_ITEMS."""
    check_count(len(values), field)
    return tuple(values)


def mask_of(request: Any) -> tuple[str, ...]:
    """The paths of an Update's mask."""
    return items_of(request.update_mask.paths, "update_mask.paths")


M = TypeVar("M", bound=Message)


def within_page(items: Sequence[M], page: Page) -> list[M]:
    """The items that a page has room for. The store measures what it keeps; a Struct of many small values is several
    times larger as a proto."""
    return paging.within_page(items, page, lambda item: item.ByteSize())
