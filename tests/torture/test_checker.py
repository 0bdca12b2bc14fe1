"""The checker of a run finds what should not be, in histories that are written by hand."""

from collections import Counter
from dataclasses import replace

import pytest

from tests.torture.checker import (
    StoredConversation,
    StoredMessage,
    StoredPart,
    StoredRecord,
    check_conversation,
    check_created,
    check_last_write,
    check_life,
)
from tests.torture.history import Attempt, ContextRead, Operation, Reply

OK = "OK"


def operation(kind: str, began: float, code: str = OK, *, reply: Reply | None = None, **fields: object) -> Operation:
    """One of one attempt, a second long."""
    made = Operation(int(began * 10), kind, "conv-1", "id", **fields)  # type: ignore[arg-type]
    made.attempts.append(Attempt(began, began + 1, "server 0 gRPC", code))
    if reply is not None:
        made.reply, made.acknowledged = reply, began + 1
    return made


def append(began: float, marks: str, first: int | None, code: str = OK) -> Operation:
    """Of one message per letter; without a first position it was not acknowledged."""
    reply = None
    if first is not None:
        positions = range(first, first + len(marks))
        reply = Reply(tuple(f"message-{mark}" for mark in marks), tuple(positions))
    return operation("append", began, code, reply=reply, sent=tuple(marks))


def message(mark: str, position: int, role: str = "USER") -> StoredMessage:
    return StoredMessage(f"message-{mark}", position, role, mark)


SYSTEM = message("system", 0, "SYSTEM")
SUMMARY = StoredRecord("compaction-1", "COMPACTION", (StoredPart(1, 2, "So far."),))

APPENDS = [append(0, "ab", 1), append(2, "c", 3), append(3.5, "d", None, "BROKEN"), append(3.6, "e", None, "ABORTED")]
COMPACT = operation("compact", 5, reply=Reply(resource_id="compaction-1"))
CLEAN = StoredConversation(
    messages=[SYSTEM, message("a", 1), message("b", 2), message("c", 3), message("s", 4, "SUMMARY")],
    records=[SUMMARY],
    context_ids=["message-system", "message-s", "message-c"],
    summary="So far.",
    system_prompt="",
    description="",
)


def found_in(stored: StoredConversation, *more: Operation, reads: list[ContextRead] | None = None) -> list[str]:
    return check_conversation([*APPENDS, COMPACT, *more], stored, reads or [])


def test_a_history_that_is_as_it_was_told_is_clean() -> None:
    assert found_in(CLEAN) == []


def with_messages(*messages: StoredMessage) -> StoredConversation:
    kept = [item.id for item in messages if item.role != "SUMMARY" and item.position > 2]
    return replace(CLEAN, messages=list(messages), context_ids=["message-system", "message-s", *kept])


S, A, B, C = message("s", 4, "SUMMARY"), message("a", 1), message("b", 2), message("c", 3)


@pytest.mark.parametrize(
    ("messages", "word"),
    [
        ((SYSTEM, A, B, S), "lost"),
        ((SYSTEM, A, C, S), "lost"),
        ((SYSTEM, A, B, C, S, replace(C, id="message-c2", position=5)), "doubled"),
        ((SYSTEM, replace(B, position=1), replace(A, position=2), C, S), "out of order"),
        ((SYSTEM, A, B, replace(C, position=5), S), "not where the reply says"),
        ((SYSTEM, A, B, replace(C, id="message-x"), S), "not where the reply says"),
        ((SYSTEM, A, B, C, S, message("z", 5)), "nobody sent"),
        ((SYSTEM, A, B, C, S, message("e", 5)), "rejected and stored"),
    ],
    ids=["lost", "half lost", "doubled", "swapped", "moved", "another id", "from nowhere", "rejected"],
)
def test_messages_that_are_not_as_acknowledged_are_found(messages: tuple[StoredMessage, ...], word: str) -> None:
    assert any(word in sentence for sentence in found_in(with_messages(*messages)))


def test_an_append_of_unknown_outcome_may_be_there_or_not_but_not_in_part() -> None:
    there = with_messages(SYSTEM, A, B, C, S, message("d", 5))
    assert found_in(there) == []
    both = append(4, "fg", None, "DEADLINE_EXCEEDED")
    assert found_in(with_messages(SYSTEM, A, B, C, S, message("f", 5), message("g", 6)), both) == []
    [sentence] = found_in(with_messages(SYSTEM, A, B, C, S, message("f", 5)), both)
    assert "half stored" in sentence


def test_an_append_that_began_after_another_was_acknowledged_stands_behind_it() -> None:
    late = append(7, "h", 5)
    early = append(9, "i", 4)
    stored = with_messages(SYSTEM, A, B, C, message("i", 4), message("h", 5), replace(S, position=6))
    assert any("stands before" in sentence for sentence in found_in(stored, late, early))
    beside = append(7.5, "i", 4)
    assert found_in(stored, late, beside) == []


@pytest.mark.parametrize(
    ("records", "word"),
    [
        ([], "has no record"),
        ([SUMMARY, SUMMARY], "twice"),
        ([SUMMARY, replace(SUMMARY, id="compaction-2")], "that 0 calls may have made"),
        ([replace(SUMMARY, kind="RESTORE")], "has no record of kind COMPACTION"),
        ([replace(SUMMARY, parts=(StoredPart(1, 1, "So far."), StoredPart(3, 3, "")))], "are in none"),
        ([replace(SUMMARY, parts=(StoredPart(1, 2, "So far."), StoredPart(2, 3, "")))], "follows 2"),
        ([replace(SUMMARY, parts=(StoredPart(1, 2, "Otherwise."),))], "not that of the record in force"),
        ([replace(SUMMARY, parts=(StoredPart(1, 3, "So far."),))], "too many"),
    ],
    ids=["lost", "twice", "nobody's", "another kind", "gap", "overlap", "text", "covers what is shown"],
)
def test_records_that_do_not_explain_the_context_are_found(records: list[StoredRecord], word: str) -> None:
    assert any(word in sentence for sentence in found_in(replace(CLEAN, records=records)))


def test_a_record_that_a_call_of_unknown_outcome_may_have_made_is_not_one_too_many() -> None:
    stored = replace(CLEAN, records=[replace(SUMMARY, id="compaction-0"), SUMMARY])
    assert found_in(stored) != []
    assert found_in(stored, operation("compact", 4, "DEADLINE_EXCEEDED")) == []


def test_two_requests_with_ids_of_their_own_have_no_answer_in_common() -> None:
    twin = operation("compact", 5.5, reply=Reply(resource_id="compaction-1"))
    assert any("answer to several" in sentence for sentence in found_in(CLEAN, twin))
    twin.request_id = ""
    assert found_in(CLEAN, twin) == []


def test_a_reply_that_is_not_the_record_is_found() -> None:
    shown = replace(SUMMARY, shown={"gRPC": "a"})
    told = operation("compact", 5, reply=Reply(resource_id="compaction-1", record="b", where="gRPC"))
    sentences = check_conversation([*APPENDS, told], replace(CLEAN, records=[shown]), [])
    assert [sentence.partition(":")[0] for sentence in sentences] == ["another record than the reply's"]


def context(*marks: str, last: int, began: float = 8, version: str = "v", opening: str = "o") -> ContextRead:
    ids = frozenset(f"message-{mark}" for mark in ("system", *marks))
    return ContextRead(began, began + 1, "conv-1", ids, last, version, opening)


@pytest.mark.parametrize(
    ("read", "word"),
    [
        (context("a", "c", last=3), "lacks [2]"),
        (context("b", "c", last=3), "where no record cuts"),
        (context("a", "b", last=2), "before 3"),
    ],
    ids=["hole", "cut elsewhere", "stale"],
)
def test_a_context_that_was_read_and_could_not_have_been_is_found(read: ContextRead, word: str) -> None:
    assert any(word in sentence for sentence in found_in(CLEAN, reads=[read]))


def test_contexts_of_every_moment_are_fine() -> None:
    reads = [context("a", "b", "c", last=3), context("s", "c", last=3), context("a", "b", last=2, began=1.5)]
    assert found_in(CLEAN, reads=reads) == []


def test_one_version_never_shows_two_openings() -> None:
    reads = [context("a", "b", "c", last=3), context("s", "c", last=3, opening="other")]
    assert any("do not begin with the same" in sentence for sentence in found_in(CLEAN, reads=reads))


def write(began: float, value: str, code: str = OK) -> Operation:
    reply = Reply(value=value) if code == OK else None
    return operation("update agent", began, code, reply=reply, sent=(value,))


@pytest.mark.parametrize(
    ("writes", "value", "clean"),
    [
        ([write(0, "a"), write(2, "b")], "b", True),
        ([write(0, "a"), write(2, "b")], "a", False),
        ([write(0, "a"), write(0.5, "b")], "a", True),
        ([write(0, "a"), write(2, "b", "BROKEN")], "b", True),
        ([write(0, "a", "BROKEN"), write(2, "b")], "a", True),
        ([write(0, "a"), write(2, "c"), write(4, "b", "NOT_FOUND")], "b", False),
        ([], "anything", True),
    ],
)
def test_a_value_is_that_of_a_last_write(writes: list[Operation], value: str, clean: bool) -> None:
    assert (check_last_write(writes, value) == []) is clean


def test_what_is_missed_before_it_is_deleted_or_served_afterwards_is_found() -> None:
    missed = operation("append", 0, "NOT_FOUND")
    missed.attempts[0] = replace(missed.attempts[0], reason="CONVERSATION_NOT_FOUND")
    delete = operation("delete", 2, reply=Reply())
    assert "never deleted" in check_life([missed, delete])[0]
    assert "after the conversation was deleted" in check_life([delete, append(4, "a", 1)])[0]
    assert check_life([append(0, "a", 1), append(2.5, "b", 2), delete]) == []


@pytest.mark.parametrize(
    ("code", "count", "clean"),
    [(OK, 1, True), (OK, 2, False), ("BROKEN", 1, True), ("BROKEN", 2, False), ("ABORTED", 1, False)],
)
def test_what_was_created_is_there_once(code: str, count: int, clean: bool) -> None:
    reply = Reply(resource_id="conv-1") if code == OK else None
    create = operation("create conversation", 0, code, reply=reply, sent=("title",))
    assert (check_created([create], Counter({"title": count})) == []) is clean
