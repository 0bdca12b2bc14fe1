"""The circuits of a server: one for each model and credential, told to whom it concerns."""

import pytest

from compactd.application import circuits as module
from compactd.application.circuits import Circuits, Outcome
from compactd.domain.circuit import CircuitRules
from compactd.domain.handles import ModelHandle
from compactd.domain.model_failures import ProviderUnavailable
from compactd.ports.observer import CircuitChange

ONE, OTHER = ModelHandle("openai", "one"), ModelHandle("openai", "other")


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class World:
    """Circuits with a clock and a credential to be changed, and what was told of them."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.credential = b"a"
        self.told: list[CircuitChange] = []
        self.circuits = Circuits(CircuitRules(2, 30.0), lambda handle: self.credential, self.clock)
        self.circuits.watch(self.told.append)

    def call(self, outcome: Outcome, handle: ModelHandle = ONE) -> None:
        self.circuits.leave(self.circuits.enter(handle), outcome)

    def open(self, handle: ModelHandle = ONE) -> None:
        self.call(Outcome.FAILED, handle)
        self.call(Outcome.FAILED, handle)


@pytest.fixture
def world() -> World:
    return World()


def test_an_open_circuit_says_when_to_come_back(world: World) -> None:
    world.open()
    world.clock.now += 10
    with pytest.raises(ProviderUnavailable) as raised:
        world.circuits.enter(ONE)
    assert raised.value.retry_after == 20.0
    assert raised.value.metadata == {"model": "openai/one", "retry_after_seconds": "20"}
    assert "is not asked for now" in str(raised.value)
    assert "repeat after 20 s" in str(raised.value)


def test_a_failure_says_when_the_model_is_tried_next_once_its_circuit_is_open(world: World) -> None:
    def said(handle: ModelHandle, asked: float | None = None) -> float | None:
        failure = ProviderUnavailable(model=handle)
        failure.retry_after = asked
        world.circuits.say_when(handle, failure)
        return failure.retry_after

    world.call(Outcome.FAILED)
    assert said(ONE) is None
    world.call(Outcome.FAILED)
    world.clock.now += 10
    assert (said(ONE), said(OTHER)) == (20.0, None)
    # A provider that asks for more gets it.
    assert said(ONE, 600.0) == 600.0


def test_models_that_are_left_alone_are_listed_with_what_is_left(world: World) -> None:
    assert world.circuits.left_alone() == []
    world.open()
    world.clock.now += 10
    world.open(OTHER)
    assert world.circuits.left_alone() == [(ONE, 20.0), (OTHER, 30.0)]
    world.clock.now += 20
    assert world.circuits.left_alone() == [(ONE, 0.0), (OTHER, 10.0)]
    world.call(Outcome.ANSWERED)
    assert world.circuits.left_alone() == [(OTHER, 10.0)]


def test_another_model_and_another_credential_have_circuits_of_their_own(world: World) -> None:
    world.open()
    world.call(Outcome.ANSWERED, OTHER)
    world.credential = b"b"
    world.call(Outcome.ANSWERED)
    world.credential = b"a"
    with pytest.raises(ProviderUnavailable):
        world.circuits.enter(ONE)


def test_each_opening_and_closing_is_told_once(world: World) -> None:
    world.open()
    world.clock.now += 30
    probe = world.circuits.enter(ONE)
    assert probe.probe
    world.circuits.leave(probe, Outcome.FAILED)
    world.clock.now += 30
    world.call(Outcome.ANSWERED)
    world.call(Outcome.ANSWERED)
    assert world.told == [
        CircuitChange(ONE, is_open=True, failures=2, seconds=30.0, is_called=False),
        CircuitChange(ONE, is_open=False, failures=0, seconds=0.0, is_called=True),
    ]


@pytest.mark.parametrize(("later", "is_called"), [(20, False), (30, True)])
def test_a_model_is_called_again_when_none_of_its_credentials_is_left_alone(
    world: World, later: int, is_called: bool
) -> None:
    world.open()
    world.credential = b"b"
    early = world.circuits.enter(ONE)
    world.open()
    world.clock.now += later
    world.circuits.leave(early, Outcome.ANSWERED)
    told = [(change.is_open, change.is_called) for change in world.told]
    assert told == [(True, False), (True, False), (False, is_called)]


def test_a_call_that_began_before_makes_no_further_request(world: World) -> None:
    early = world.circuits.enter(ONE)
    world.circuits.check(early)
    world.open()
    with pytest.raises(ProviderUnavailable):
        world.circuits.check(early)


def test_an_answer_to_an_early_call_closes_it(world: World) -> None:
    early = world.circuits.enter(ONE)
    world.open()
    world.circuits.leave(early, Outcome.ANSWERED)
    assert not world.circuits.enter(ONE).probe


def test_while_a_probe_is_under_way_nobody_else_is_let_through(world: World) -> None:
    world.open()
    world.clock.now += 31
    probe = world.circuits.enter(ONE)
    with pytest.raises(ProviderUnavailable):
        world.circuits.enter(ONE)
    world.circuits.leave(probe, Outcome.UNKNOWN)
    assert world.circuits.enter(ONE).probe


def test_of_too_many_circuits_the_oldest_is_forgotten_and_told_as_closed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_CIRCUITS", 2)
    for name in ("a", "b", "c"):
        world.open(ModelHandle("openai", name))
    assert [(change.model.name, change.is_open) for change in world.told] == [
        ("a", True),
        ("b", True),
        ("a", False),
        ("c", True),
    ]
