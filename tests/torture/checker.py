"""Holds what is stored at the end, and what was read on the way, against all that the clients know. Pure.

Each check returns a sentence for everything that may not be.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from tests.torture.history import ContextRead, Fate, Operation
from tests.torture.job_checker import StoredJob, check_jobs

MAX_SHOWN = 5
"""Findings of one kind in one conversation; more of them say nothing new."""


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """`mark` is a hash of its content, which no two messages share."""

    id: str
    position: int
    role: str
    mark: str


@dataclass(frozen=True, slots=True)
class StoredPart:
    first: int
    last: int
    text: str


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """`shown` is the record as each door shows it, by the door's name."""

    id: str
    kind: str
    parts: tuple[StoredPart, ...]
    shown: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredConversation:
    """All of a conversation: history in the order of positions, records in that of versions, and its context now."""

    messages: Sequence[StoredMessage]
    records: Sequence[StoredRecord]
    context_ids: Sequence[str]
    summary: str
    system_prompt: str
    description: str
    jobs: Sequence[StoredJob] = ()


def check_conversation(
    operations: Sequence[Operation],
    stored: StoredConversation,
    reads: Sequence[ContextRead],
    told_jobs: Collection[str] = (),
) -> list[str]:
    """`operations` are all on this conversation; `told_jobs` are ids that somebody was told."""
    by_kind: defaultdict[str, list[Operation]] = defaultdict(list)
    for operation in operations:
        by_kind[operation.kind].append(operation)
    return [
        *_few(check_appends(by_kind["append"], stored.messages)),
        *_few(check_order(by_kind["append"])),
        *_few(check_records(by_kind["compact"], by_kind["restore"], stored.records, stored.jobs)),
        *_few(check_jobs(by_kind["submit"], told_jobs, stored.jobs, _compactions(stored.records))),
        *_few(check_context(stored)),
        *_few(check_reads(by_kind["append"], stored, reads)),
        *check_last_write(by_kind["update conversation"], stored.description),
        *check_last_write(by_kind["recompile"], stored.system_prompt),
    ]


def check_appends(appends: Sequence[Operation], messages: Sequence[StoredMessage]) -> list[str]:
    """Nothing is lost, doubled or half there, and nothing is stored that nobody sent or that was rejected."""
    found = []
    places: defaultdict[str, list[StoredMessage]] = defaultdict(list)
    for message in messages:
        if message.role != "SUMMARY" and message.position:
            places[message.mark].append(message)
    for operation in appends:
        stored = [places.pop(mark, []) for mark in operation.sent]
        counts = {len(copies) for copies in stored}
        if max(counts) > 1:
            found.append(f"doubled: {operation.line()}: at {_positions(stored)}")
        elif operation.fate is Fate.DONE and 0 in counts:
            found.append(f"lost: {operation.line()}: at {_positions(stored)}")
        elif operation.fate is Fate.FAILED and counts != {0}:
            found.append(f"rejected and stored: {operation.line()}: at {_positions(stored)}")
        elif len(counts) > 1:
            found.append(f"half stored: {operation.line()}: at {_positions(stored)}")
        elif counts == {1}:
            found += _check_places(operation, [copies[0] for copies in stored])
    found += [
        f"nobody sent the message at {message.position} ({message.id})" for left in places.values() for message in left
    ]
    return found


def _check_places(operation: Operation, stored: Sequence[StoredMessage]) -> list[str]:
    positions = [message.position for message in stored]
    if positions != list(range(positions[0], positions[0] + len(positions))):
        return [f"out of order: {operation.line()}: at {positions}"]
    reply = operation.reply
    if reply is not None and (list(reply.positions), list(reply.message_ids)) != (
        positions,
        [message.id for message in stored],
    ):
        return [f"not where the reply says: {operation.line()}: at {positions}"]
    return []


def _positions(stored: Iterable[Iterable[StoredMessage]]) -> list[list[int]]:
    return [[message.position for message in copies] for copies in stored]


def check_order(appends: Sequence[Operation]) -> list[str]:
    """An append that began after another one was acknowledged stands behind it."""
    found = []
    done = [operation for operation in appends if operation.reply is not None]
    ended = sorted(done, key=lambda operation: operation.ended)
    highest, last, next_ended = -1, None, 0
    for operation in sorted(done, key=lambda operation: operation.began):
        while next_ended < len(ended) and ended[next_ended].ended < operation.began:
            top = max(ended[next_ended].reply.positions)  # type: ignore[union-attr]
            if top > highest:
                highest, last = top, ended[next_ended]
            next_ended += 1
        if last is not None and min(operation.reply.positions) <= highest:  # type: ignore[union-attr]
            found.append(f"out of order: {operation.line()} stands before {last.line()}")
    return found


def _compactions(records: Sequence[StoredRecord]) -> set[str]:
    return {record.id for record in records if record.kind == "COMPACTION"}


def check_records(
    compacts: Sequence[Operation],
    restores: Sequence[Operation],
    records: Sequence[StoredRecord],
    jobs: Sequence[StoredJob] = (),
) -> list[str]:
    """Each acknowledged one has its record, each record somebody who may have made it, a job too, and two requests with
    ids of their own never the same one."""
    found = []
    by_id = {record.id: record for record in records}
    if len(by_id) < len(records):
        found.append("a record is there twice")
    for kind, operations in (("COMPACTION", compacts), ("RESTORE", restores)):
        claimed: defaultdict[str, list[Operation]] = defaultdict(list)
        for operation in operations:
            if operation.reply is not None:
                claimed[operation.reply.resource_id].append(operation)
                found += _check_record(operation, by_id.get(operation.reply.resource_id), kind)
        for record_id, claimants in claimed.items():
            if len(claimants) > 1 and not _joined(claimants):
                lines = "; ".join(operation.line() for operation in claimants)
                found.append(f"{record_id} is the answer to several: {lines}")
        by_jobs = {job.compaction_id for job in jobs}
        unclaimed = [
            record.id
            for record in records
            if record.kind == kind and record.id not in claimed and record.id not in by_jobs
        ]
        unknown = sum(operation.fate is Fate.UNKNOWN for operation in operations)
        if len(unclaimed) > unknown:
            found.append(f"{len(unclaimed)} records of kind {kind} that {unknown} calls may have made: {unclaimed}")
    return found


def _check_record(operation: Operation, record: StoredRecord | None, kind: str) -> list[str]:
    assert operation.reply is not None
    if record is None or record.kind != kind:
        return [f"lost: {operation.line()} has no record of kind {kind}"]
    door = operation.reply.where
    if operation.reply.record != record.shown.get(door, operation.reply.record):
        return [f"another record than the reply's: {operation.line()}"]
    return []


def _joined(claimants: Sequence[Operation]) -> bool:
    """Whether they may have one answer: a call without an id joins an equal one that runs."""
    named = [operation for operation in claimants if operation.request_id]
    if len(named) > 1:
        return False
    latest = max(operation.began for operation in claimants)
    return all(operation.ended > latest for operation in claimants)


def check_context(stored: StoredConversation) -> list[str]:
    """The context is the system message, the summary of the record in force, and everything behind what it covers; its
    parts are in order and disjoint, and leave nothing out."""
    parts = stored.records[-1].parts if stored.records else ()
    found = []
    plain = [message for message in stored.messages if message.role != "SUMMARY" and message.position]
    covered = 0
    for part in parts:
        skipped = [message.position for message in plain if covered < message.position < part.first]
        if part.first <= covered or part.last < part.first or skipped:
            found.append(f"the part {part.first}-{part.last} follows {covered}, and {skipped[:MAX_SHOWN]} are in none")
        covered = part.last
    if stored.summary != "\n\n".join(part.text for part in parts):
        found.append("the summary in the context is not that of the record in force")
    kept = [message.id for message in plain if message.position > covered]
    opening = 2 if parts else 1
    shown = list(stored.context_ids[opening:])
    if shown != kept:
        missing, added = set(kept) - set(shown), set(shown) - set(kept)
        found.append(f"the context lacks {sorted(missing)[:MAX_SHOWN]} and has {sorted(added)[:MAX_SHOWN]} too many")
    return found


def check_reads(appends: Sequence[Operation], stored: StoredConversation, reads: Sequence[ContextRead]) -> list[str]:
    """Every context that was ever read is a whole end of the history of its moment, cut where a record cuts, and holds
    or covers what had been acknowledged before."""
    found = []
    plain = [message for message in stored.messages if message.role != "SUMMARY" and message.position]
    known = {message.id: message.position for message in plain}
    cuts = {0, *(record.parts[-1].last for record in stored.records if record.parts)}
    openings: dict[str, ContextRead] = {}
    done = sorted((item for item in appends if item.reply is not None), key=lambda item: item.ended)
    for read in reads:
        kept = sorted(known[message_id] for message_id in read.message_ids if message_id in known)
        expected = [m.position for m in plain if kept and kept[0] <= m.position <= read.last_position]
        if kept != expected:
            gone = sorted(set(expected) - set(kept))
            found.append(f"a context read at {read.began:.3f} lacks {gone[:MAX_SHOWN]}, of those up to {kept[-1:]}")
        elif kept and not any(_is_cut(cut, kept[0], plain) for cut in cuts):
            found.append(f"a context read at {read.began:.3f} begins at {kept[0]}, where no record cuts")
        before = [item for item in done if item.ended < read.began]
        latest = max((max(item.reply.positions) for item in before if item.reply), default=0)
        if latest > read.last_position:
            found.append(f"a context read at {read.began:.3f} ends at {read.last_position}, before {latest}")
        if read.opening and openings.setdefault(read.version, read).opening != read.opening:
            found.append(f"two contexts of version {read.version} do not begin with the same")
    return found


def _is_cut(cut: int, first: int, plain: Sequence[StoredMessage]) -> bool:
    """Whether a context that is cut behind position `cut` begins at `first`."""
    return cut < first and not any(cut < message.position < first for message in plain)


def check_last_write(writes: Sequence[Operation], value: str) -> list[str]:
    """The value is that of a write after which no other one began that was acknowledged."""
    acknowledged = [write for write in writes if write.reply is not None]
    if not acknowledged:
        return []
    latest = max(write.began for write in acknowledged)
    values = {
        write.reply.value if write.reply else "".join(write.sent)
        for write in writes
        if write.ended >= latest and write.fate is not Fate.FAILED
    }
    # What an unknown Recompile would have written nobody knows.
    unknown = any(write.reply is None and write.fate is Fate.UNKNOWN and not write.sent for write in writes)
    if value in values or unknown:
        return []
    return [f"overwritten: {writes[0].kind} left {value[:60]!r}, which is none of {len(values)} possible values"]


def check_life(operations: Sequence[Operation]) -> list[str]:
    """Of one conversation: nothing is found once it is deleted, and it is not missed before."""
    deletes = [operation for operation in operations if operation.kind == "delete" and operation.attempts]
    begun = min((operation.began for operation in deletes), default=float("inf"))
    gone = min((operation.ended for operation in deletes if operation.reply is not None), default=float("inf"))
    found = []
    for operation in operations:
        if operation.kind == "delete" or not operation.attempts:
            continue
        missed = [attempt for attempt in operation.attempts if attempt.reason == "CONVERSATION_NOT_FOUND"]
        if any(attempt.ended < begun for attempt in missed):
            found.append(f"not found, and never deleted: {operation.line()}")
        if operation.reply is not None and operation.began > gone:
            found.append(f"acknowledged after the conversation was deleted: {operation.line()}")
    return _few(found)


def check_created(creates: Sequence[Operation], titles: Counter[str]) -> list[str]:
    """What was created is there once; `titles` are those of all that is there."""
    found = []
    for create in creates:
        [title] = create.sent
        count = titles.pop(title, 0)
        if count > 1:
            found.append(f"doubled: {create.line()} is there {count} times")
        elif create.fate is Fate.FAILED and count:
            found.append(f"rejected and stored: {create.line()}")
    return found


def _few(found: list[str]) -> list[str]:
    left = len(found) - MAX_SHOWN
    return found[:MAX_SHOWN] + ([f"and {left} more like these"] if left > 0 else [])
