"""Messages as requests hold them and replies show them."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from itertools import islice

from compactd.application.cpu_worker import FEW_MESSAGES
from compactd.domain.errors import InvalidField
from compactd.domain.message_rules import (
    NO_FAULTS,
    Faults,
    ItemCounts,
    check_batch_length,
    check_item_counts,
    size_faults,
)
from compactd.domain.messages import ChatMessage, StoredMessage
from compactd.message_protos import blank_from_proto, message_from_proto, message_to_proto, time_to_proto
from compaction.v1 import message_pb2


def item_count(messages: Iterable[ChatMessage | message_pb2.ChatMessage]) -> int:
    """What converting messages takes: how many there are, with their parts, calls and metadata entries. Of many
    messages the first ones are looked at, which are many already."""
    return sum(
        1 + len(message.parts) + len(message.tool_calls) + len(message.metadata)
        for message in islice(messages, FEW_MESSAGES + 1)
    )


def batch_from_proto(
    protos: Sequence[message_pb2.ChatMessage], unread: Faults = NO_FAULTS
) -> tuple[list[ChatMessage], Faults]:
    """The messages, and the faults of those that cannot be read, in whose place there are blanks: a role that is
    none, a part without content, a time that is no time, and those that the door found, `unread`. InvalidField for a
    batch too large to be looked at."""
    check_batch_length(len(protos))
    check_item_counts([ItemCounts(len(proto.parts), len(proto.tool_calls), len(proto.metadata)) for proto in protos])
    faults = {**size_faults(proto.ByteSize() for proto in protos), **unread}
    messages: list[ChatMessage] = []
    for index, proto in enumerate(protos):
        try:
            message = blank_from_proto(proto) if index in faults else message_from_proto(proto, f"messages[{index}]")
        except InvalidField as error:
            faults[index] = error.violations
            message = blank_from_proto(proto)
        messages.append(message)
    return messages, faults


def stored_to_proto(stored: StoredMessage) -> message_pb2.Message:
    """A stored message as ListMessages answers it."""
    proto = message_pb2.Message(
        id=stored.id,
        position=stored.position,
        token_count=stored.token_count,
        message=message_to_proto(stored.message),
    )
    proto.created_at.CopyFrom(time_to_proto(stored.created_at))
    if stored.compaction_stats is not None:
        proto.compaction_stats.CopyFrom(message_pb2.CompactionStats(**asdict(stored.compaction_stats)))
    return proto
