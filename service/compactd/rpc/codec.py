"""Where it is decided which thread converts what: the event loop waits for nothing that takes more than a millisecond.

Servicers say what is to be converted, and nothing about threads.
"""

from collections.abc import Callable, Sequence
from typing import Concatenate, ParamSpec, TypeVar

from google.protobuf.message import Message

from compactd.application.cpu_worker import FEW_MESSAGES, MANY_STORED_FORMS, CpuWorker
from compactd.application.get_context import ContextView
from compactd.domain.agents import AgentSpec
from compactd.domain.compactions import Compaction
from compactd.domain.conversations import ConversationSpec
from compactd.domain.jobs import Job
from compactd.domain.ledger import LedgerEntry
from compactd.domain.limits import has_values
from compactd.domain.messages import ChatMessage, StoredMessage
from compactd.domain.receipts import ReceiptLists
from compactd.rpc.messages import item_count
from compactd.rpc.wire import is_large
from compaction.v1 import message_pb2

FEW_JOBS = 20
"""So many jobs take less than a millisecond: each has a request to be read and written."""

P = ParamSpec("P")
Value = TypeVar("Value")
Converted = TypeVar("Converted")


class Codec:
    """Values from protos and to protos: at once, or by the CPU worker where that takes long."""

    def __init__(self, worker: CpuWorker) -> None:
        self._worker = worker

    async def from_proto(
        self, convert: Callable[Concatenate[Value, P], Converted], proto: Value, *args: P.args, **kwargs: P.kwargs
    ) -> Converted:
        """What `convert` returns or raises for a message, or for the messages of a repeated field."""
        return await self._worker.run_if(takes_long(proto), convert, proto, *args, **kwargs)

    async def to_proto(
        self, convert: Callable[Concatenate[Value, P], Converted], value: Value, *args: P.args, **kwargs: P.kwargs
    ) -> Converted:
        """What `convert` returns for a value or a list of values. `args` are looked at too."""
        return await self._worker.run_if(takes_long(value, *args), convert, value, *args, **kwargs)


def takes_long(value: object, *others: object) -> bool:
    """Whether converting takes more than about a millisecond. A list is measured by what its first item is."""
    match value:
        case Message():
            return is_large(value)
        case ContextView():
            return _view_takes_long(value)
        case AgentSpec() | ConversationSpec() | Compaction():
            return has_values((*others, *_plain_fields(value)))
        case Sequence() if value:
            return _list_takes_long(value)
        case _:
            return has_values((value, *others))


def _view_takes_long(view: ContextView) -> bool:
    decoded = [entry.shown for entry in view.entries if isinstance(entry.shown, ChatMessage)]
    return item_count(decoded) > FEW_MESSAGES or len(view.entries) > MANY_STORED_FORMS


def _list_takes_long(values: Sequence[object]) -> bool:
    match values[0]:
        case message_pb2.ChatMessage():
            return item_count(values) > FEW_MESSAGES  # type: ignore[arg-type]  # all are what the first one is
        case StoredMessage():
            return item_count(stored.message for stored in values) > FEW_MESSAGES  # type: ignore[attr-defined]  # as above
        case LedgerEntry():
            return sum(1 + len(entry.message_ids) for entry in values) > MANY_STORED_FORMS  # type: ignore[attr-defined, misc]  # as above
        case Job():
            return len(values) > FEW_JOBS
        case Compaction():
            return has_values([_plain_fields(record) for record in values])  # type: ignore[arg-type]  # as above
        case _:
            return has_values(values)


def _plain_fields(value: AgentSpec | ConversationSpec | Compaction) -> tuple[object, ...]:
    """Those that can hold many values; the others are a few scalars."""
    match value:
        case AgentSpec():
            settings = (value.model_settings, value.compaction_settings)
            return (value.tool_schemas, value.metadata, value.memory_blocks, *settings)
        case ConversationSpec():
            return (value.model_settings, value.compaction_settings)
        case Compaction():
            return (value.settings, value.evicted_message_ids, value.kept_message_ids, *_listed(value.receipt_lists))


def _listed(lists: ReceiptLists | None) -> Sequence[object]:
    """As many values as the lists have items, and ids in them."""
    if lists is None:
        return ()
    return [one.message_ids for one in (*lists.retained, *lists.recoverable, *lists.unfounded)]
