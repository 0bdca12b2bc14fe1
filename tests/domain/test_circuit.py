"""Circuits: when a model is left alone, and when it is tried again."""

from hypothesis import given
from hypothesis import strategies as st

from compactd.domain.circuit import CLOSED, PROBE_SECONDS, Circuit, CircuitRules

RULES = CircuitRules(failures=3, seconds=30.0)

failures = st.integers(min_value=2, max_value=8)
steps = st.lists(
    st.tuples(st.sampled_from(["call", "answered", "failed", "abandoned"]), st.integers(0, 20)), max_size=60
)


def after(*outcomes: str) -> Circuit:
    circuit = CLOSED
    for outcome in outcomes:
        circuit = CLOSED if outcome == "answered" else circuit.failed(0.0, RULES, probe=False)
    return circuit


def test_failures_in_a_row_open_it_and_an_answer_between_them_does_not() -> None:
    assert after("failed", "failed").is_open is False
    assert after("failed", "failed", "failed").is_open is True
    assert after("failed", "failed", "answered", "failed", "failed").is_open is False


def test_an_open_one_says_how_long_to_wait_and_then_lets_one_through() -> None:
    opened = after("failed", "failed", "failed")
    assert opened.wait(10.0) == 20.0
    assert opened.wait(30.0) == 0.0
    assert opened.probed().wait(31.0) == PROBE_SECONDS


def test_a_probe_that_fails_opens_it_for_as_long_again() -> None:
    probing = after("failed", "failed", "failed").probed()
    assert probing.failed(40.0, RULES, probe=True).wait(41.0) == 29.0


def test_a_probe_that_ends_without_a_word_makes_room_for_another() -> None:
    probing = after("failed", "failed", "failed").probed()
    assert probing.abandoned(probe=True).wait(31.0) == 0.0
    assert probing.abandoned(probe=False).wait(31.0) == PROBE_SECONDS


def test_a_call_from_before_it_opened_does_not_keep_it_open() -> None:
    opened = after("failed", "failed", "failed")
    assert opened.failed(20.0, RULES, probe=False) == opened


@given(failures, steps)
def test_it_is_open_only_after_failures_in_a_row_and_never_has_two_probes(
    limit: int, taken: list[tuple[str, int]]
) -> None:
    rules = CircuitRules(limit, 10.0)
    circuit, now, in_a_row = CLOSED, 0.0, 0
    calls: list[bool] = []
    for step, seconds in taken:
        now += seconds
        if step == "call":
            if not circuit.wait(now):
                probe = circuit.is_open
                assert not (probe and any(calls))
                circuit = circuit.probed() if probe else circuit
                calls.append(probe)
        elif calls:
            probe = calls.pop(0)
            if step == "answered":
                circuit, in_a_row, calls = CLOSED, 0, [False] * len(calls)
            elif step == "failed":
                in_a_row += 1
                circuit = circuit.failed(now, rules, probe=probe)
            else:
                circuit = circuit.abandoned(probe=probe)
        assert circuit.is_open <= (in_a_row >= limit)
        assert circuit.probing == any(calls)
        assert 0.0 <= circuit.wait(now) <= rules.seconds
