"""What is wrong with the receipt of a record."""

from compactd.application.audit_faults import Faults
from compactd.domain.compactions import Compaction, CompactionKind


def check_receipt(record: Compaction, faults: Faults) -> None:
    """Whether it counts what can be counted. That a record of a compaction has none is no fault: those of release 0.1
    have none."""
    receipt = record.receipt
    if receipt is None:
        return
    if record.kind is CompactionKind.RESTORE:
        faults.note("The record {id} is of a restore, and has a receipt.", id=record.id)
    for count in receipt.by_kind:
        if not 0 <= count.retained <= count.evicted:
            faults.note(
                "The receipt of the record {id} has {retained} identifiers retained of {evicted} evicted.",
                id=record.id,
                retained=count.retained,
                evicted=count.evicted,
            )
    if receipt.unfounded < 0:
        faults.note("The receipt of the record {id} has fewer unfounded identifiers than none.", id=record.id)
