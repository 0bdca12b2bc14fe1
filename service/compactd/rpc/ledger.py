"""What a request asks of the ledger; its entries, and receipts, to proto."""

from collections.abc import Sequence

from compactd.domain.errors import InvalidField
from compactd.domain.ledger import MAX_TEXT, LedgerEntry, LedgerFilter
from compactd.domain.paging import Page
from compactd.domain.receipts import Receipt, ReceiptIdentifier, ReceiptLists
from compactd.rpc.references import items_of, within_page
from compactd.rpc.wire import enum_names, enum_numbers
from compaction.v1 import conversation_service_pb2, ledger_pb2

_KINDS = enum_names(ledger_pb2.IdentifierKind.DESCRIPTOR)
_NUMBERS = enum_numbers(ledger_pb2.IdentifierKind.DESCRIPTOR)


def filter_from_proto(request: conversation_service_pb2.ListLedgerRequest) -> LedgerFilter:
    """InvalidField naming `text` where it is too long, or an item of `kinds` that is none."""
    if len(request.text) > MAX_TEXT:
        raise InvalidField("text", f"an identifier is found by {MAX_TEXT} of its characters at most: give fewer.")
    for index, number in enumerate(items_of(request.kinds, "kinds")):
        if number not in _KINDS:
            raise InvalidField(f"kinds[{index}]", f"{number} is no value of IdentifierKind: use one of its names.")
    return LedgerFilter({_KINDS[number] for number in request.kinds}, request.text, request.evicted_only)


def ledger_to_proto(found: Sequence[LedgerEntry], page: Page) -> conversation_service_pb2.ListLedgerResponse:
    return conversation_service_pb2.ListLedgerResponse(
        entries=within_page([_entry_to_proto(entry) for entry in found], page)
    )


def receipt_to_proto(receipt: Receipt, lists: ReceiptLists | None) -> ledger_pb2.Receipt:
    """The counts, kinds in the order of their numbers, and the lists where they were asked for."""
    proto = ledger_pb2.Receipt(
        evicted=receipt.evicted,
        retained=receipt.retained,
        recoverable=receipt.recoverable,
        unfounded=receipt.unfounded,
        by_kind=[
            ledger_pb2.ReceiptCount(
                kind=_kind(count.kind), evicted=count.evicted, retained=count.retained, recoverable=count.recoverable
            )
            for count in sorted(receipt.by_kind, key=lambda count: _NUMBERS[count.kind])
        ],
    )
    if lists is not None:
        proto.retained_identifiers.extend(map(_identifier_to_proto, lists.retained))
        proto.recoverable_identifiers.extend(map(_identifier_to_proto, lists.recoverable))
        proto.unfounded_identifiers.extend(map(_identifier_to_proto, lists.unfounded))
    return proto


def _identifier_to_proto(one: ReceiptIdentifier) -> ledger_pb2.ReceiptIdentifier:
    return ledger_pb2.ReceiptIdentifier(kind=_kind(one.kind), value=one.value, message_ids=one.message_ids)


def _kind(name: str) -> ledger_pb2.IdentifierKind.ValueType:
    return ledger_pb2.IdentifierKind.ValueType(_NUMBERS[name])


def _entry_to_proto(entry: LedgerEntry) -> ledger_pb2.LedgerEntry:
    return ledger_pb2.LedgerEntry(
        id=entry.id,
        kind=_kind(entry.kind),
        value=entry.value,
        label=entry.label,
        count=entry.count,
        message_ids=entry.message_ids,
        last_position=entry.last_position,
        evicted=entry.evicted,
    )
