"""Messages as requests hold them and replies show them."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from itertools import islice

from compactd.application.cpu_worker import FEW_MESSAGES
from compactd.domain.errors import FieldViolation, InvalidField
from compactd.domain.message_rules import ItemCounts, check_batch_length, check_item_counts, check_sizes
from compactd.domain.messages import ChatMessage, StoredMessage
from compactd.message_protos import message_from_proto, message_to_proto, time_to_proto
from compaction.v1 import message_pb2


def item_count(messages: Iterable[ChatMessage | message_pb2.ChatMessage]) -> int:
    """What converting messages takes: how many there are, with their parts, calls and metadata entries. Of many
    messages the first ones are looked at, which are many already."""
    return sum(
        1 + len(message.parts) + len(message.tool_calls) + len(message.metadata)
        for message in islice(messages, FEW_MESSAGES + 1)
    )


def messages_from_proto(protos: Sequence[message_pb2.ChatMessage]) -> list[ChatMessage]:
    """InvalidField for a batch too large, and naming each message with a role that is none, a part without content or a
    time that is no time."""
    check_batch_length(len(protos))
    check_item_counts([ItemCounts(len(proto.parts), len(proto.tool_calls), len(proto.metadata)) for proto in protos])
    check_sizes(proto.ByteSize() for proto in protos)
    messages: list[ChatMessage] = []
    violations: list[FieldViolation] = []
    for index, proto in enumerate(protos):
        try:
            messages.append(message_from_proto(proto, f"messages[{index}]"))
        except InvalidField as error:
            violations += error.violations
    if violations:
        raise InvalidField.of(violations)
    return messages


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
