"""What a call does that finds an operation; and what follows from it when processes crash and leases end."""

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from compactd.domain.operations import (
    KEEP_SECONDS,
    KEEP_UNNAMED_SECONDS,
    Fail,
    Operation,
    OperationKey,
    OperationRecord,
    OperationState,
    Reply,
    Reused,
    Step,
    Take,
    Wait,
    next_step,
)

NAMED = Operation(OperationKey("tests", "name"), b"request", is_named=True)
UNNAMED = replace(NAMED, is_named=False)
REPEAT = replace(UNNAMED, is_repeat=True)

LEASE = 15


def record(state: OperationState, attempt: int = 3, *, is_live: bool = False) -> OperationRecord:
    return OperationRecord(b"request", state, attempt, is_live, reply=b"reply", failure=b"failure")


RUNNING, DONE, FAILED = record(OperationState.RUNNING), record(OperationState.DONE), record(OperationState.FAILED)
LIVE = record(OperationState.RUNNING, is_live=True)
CURRENT = replace(DONE, is_current=True)


@pytest.mark.parametrize(
    ("found", "operation", "waited_for", "step"),
    [
        (None, NAMED, None, Take()),
        (None, UNNAMED, 2, Take()),
        (LIVE, NAMED, None, Wait(3)),
        (LIVE, UNNAMED, None, Wait(3)),
        (LIVE, NAMED, 2, Wait(3)),
        (RUNNING, NAMED, None, Take()),
        (RUNNING, UNNAMED, 3, Take()),
        (DONE, NAMED, None, Reply(b"reply")),
        (CURRENT, REPEAT, None, Reply(b"reply")),
        (CURRENT, UNNAMED, None, Take()),
        (DONE, REPEAT, None, Take()),
        (DONE, REPEAT, 3, Reply(b"reply")),
        (DONE, UNNAMED, 3, Reply(b"reply")),
        (DONE, UNNAMED, 2, Reply(b"reply")),
        (DONE, UNNAMED, None, Take()),
        (FAILED, NAMED, None, Take()),
        (FAILED, REPEAT, None, Take()),
        (FAILED, NAMED, 3, Fail(b"failure")),
        (FAILED, UNNAMED, 2, Fail(b"failure")),
        (FAILED, UNNAMED, 4, Take()),
    ],
)
def test_what_a_call_does_next(
    found: OperationRecord | None, operation: Operation, waited_for: int | None, step: Step
) -> None:
    assert next_step(found, operation, waited_for) == step


@pytest.mark.parametrize("found", [LIVE, RUNNING, DONE, FAILED])
def test_another_request_of_the_same_name_is_never_mistaken_for_it(found: OperationRecord) -> None:
    assert next_step(replace(found, fingerprint=b"other"), NAMED, 3) == Reused()


def test_a_name_that_was_given_is_kept_for_a_day() -> None:
    assert (NAMED.keep_seconds, UNNAMED.keep_seconds) == (KEEP_SECONDS, KEEP_UNNAMED_SECONDS) == (86_400, 600)


@dataclass
class Owner:
    """A process at work on an attempt, with the lease's number."""

    attempt: int
    token: int


@dataclass
class Stored:
    """What the store keeps, as simply as it can be told."""

    record: OperationRecord | None = None
    record_token: int = 0
    token: int = 0
    until: int = 0
    now: int = 0
    effects: list[int] = field(default_factory=list)

    @property
    def is_held(self) -> bool:
        return self.until > self.now

    def seen(self) -> OperationRecord | None:
        return self.record and replace(self.record, is_live=self.is_held and self.record_token == self.token)

    def take(self) -> int:
        self.token += 1
        self.until = self.now + LEASE
        return self.token


class Processes(RuleBasedStateMachine):
    """Calls of several processes for one operation, whose processes crash, stand still and come back."""

    @initialize(operation=st.sampled_from([NAMED, UNNAMED]))
    def begin(self, operation: Operation) -> None:
        self.operation = operation
        self.stored = Stored()
        self.owners: list[Owner] = []
        self.waiting: dict[int, int] = {}

    @rule(caller=st.integers(0, 3), repeats=st.booleans())
    def call(self, caller: int, repeats: bool) -> None:
        """A call comes, or looks again."""
        stored = self.stored
        waited_for = self.waiting.get(caller)
        operation = replace(self.operation, is_repeat=repeats)
        match next_step(stored.seen(), operation, waited_for):
            case Take() if not stored.is_held:
                assert not (self.operation.is_named and stored.effects)
                attempt = stored.record.attempt + 1 if stored.record else 1
                stored.record = OperationRecord(b"request", OperationState.RUNNING, attempt)
                stored.record_token = stored.take()
                self.owners.append(Owner(attempt, stored.token))
                self.waiting.pop(caller, None)
            case Wait(attempt):
                assert stored.is_held
                self.waiting[caller] = attempt
            case Reply(reply):
                assert reply == b"reply %d" % stored.effects[-1]
                self.waiting.pop(caller, None)
            case Fail(failure):
                assert waited_for is not None
                assert int(failure.split()[1]) >= waited_for
                self.waiting.pop(caller, None)

    @precondition(lambda self: self.owners)
    @rule(data=st.data(), end=st.sampled_from(["commit", "fail", "give back", "crash"]))
    def end(self, data: st.DataObject, end: str) -> None:
        """An owner comes to an end, perhaps long after its lease."""
        stored = self.stored
        owner = self.owners.pop(data.draw(st.integers(0, len(self.owners) - 1)))
        if end == "crash" or owner.token != stored.token:
            return
        stored.until = 0
        assert stored.record is not None
        if end == "commit":
            stored.effects.append(owner.attempt)
            reply = b"reply %d" % owner.attempt
            stored.record = OperationRecord(b"request", OperationState.DONE, owner.attempt, reply=reply)
        elif end == "fail":
            failure = b"failure %d" % owner.attempt
            stored.record = OperationRecord(b"request", OperationState.FAILED, owner.attempt, failure=failure)
        else:
            stored.token += 1

    @rule(seconds=st.sampled_from([1, 5, LEASE]))
    def wait(self, seconds: int) -> None:
        self.stored.now += seconds

    @rule()
    def renew(self) -> None:
        """Whoever has the last lease makes it hold longer, also when it has ended meanwhile."""
        if any(owner.token == self.stored.token for owner in self.owners):
            self.stored.until = self.stored.now + LEASE

    @rule()
    def another_operation(self) -> None:
        """Takes the lease if it is free, and crashes."""
        if not self.stored.is_held:
            self.stored.take()

    @invariant()
    def at_most_one_can_commit(self) -> None:
        assert sum(owner.token == self.stored.token for owner in self.owners) <= 1

    @invariant()
    def a_name_has_one_effect(self) -> None:
        assert not self.operation.is_named or len(self.stored.effects) <= 1

    @invariant()
    def each_attempt_has_one_effect(self) -> None:
        assert len(set(self.stored.effects)) == len(self.stored.effects)


TestProcesses = Processes.TestCase
TestProcesses.settings = settings(max_examples=60, stateful_step_count=30)
