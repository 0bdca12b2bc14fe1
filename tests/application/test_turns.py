"""Whose turn it is: namespaces one after another, in each of them the order in which things came."""

import asyncio
import threading
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compactd.application.turns import KEPT_LINES, NAMESPACE_AT_WORK, Gate, Turns

NAMESPACES = [f"ns-{number}" for number in range(2 * KEPT_LINES)]

Item = tuple[str, int, bool]


def put(turns: Turns[Item], namespace: str, number: int, *, short: bool = False) -> None:
    NAMESPACE_AT_WORK.set(namespace)
    turns.put((namespace, number, short), short=short)


def drained(turns: Turns[Item]) -> list[Item]:
    taken = []
    while (item := turns.take()) is not None:
        taken.append(item)
    return taken


PUTS = st.lists(st.tuples(st.sampled_from(NAMESPACES), st.booleans()), max_size=60)


@given(PUTS, st.sets(st.integers(0, 59)))
def test_everything_is_taken_once_and_in_its_namespace_in_order(
    puts: list[tuple[str, bool]], take_after: set[int]
) -> None:
    turns: Turns[Item] = Turns()
    taken, given_items = [], []
    for number, (namespace, short) in enumerate(puts):
        put(turns, namespace, number, short=short)
        given_items.append((namespace, number, short))
        if number in take_after and (item := turns.take()) is not None:
            taken.append(item)
    taken += drained(turns)
    assert sorted(taken) == sorted(given_items)
    for name in NAMESPACES:
        for short in (False, True):
            numbers = [number for namespace, number, is_short in taken if (namespace, is_short) == (name, short)]
            assert numbers == sorted(numbers)


@given(st.dictionaries(st.sampled_from(NAMESPACES), st.integers(1, 20), min_size=1))
def test_between_two_of_one_namespace_each_other_that_waits_has_a_turn(waiting: dict[str, int]) -> None:
    turns: Turns[Item] = Turns()
    for namespace, count in waiting.items():
        for number in range(count):
            put(turns, namespace, number)
    for _, round_of in _rounds(drained(turns)):
        assert max(Counter(round_of).values()) == 1
    assert turns.take() is None


def _rounds(taken: list[Item]) -> list[tuple[int, list[str]]]:
    """By how many of its namespace were taken before: each round holds every namespace that still waits once."""
    rounds = [
        (number, [name for name, n, _ in taken if n == number]) for number in range(max(n for _, n, _ in taken) + 1)
    ]
    assert [name for _, names in rounds for name in names] == [name for name, _, _ in taken]
    return rounds


def test_short_work_goes_first_in_its_own_namespace_and_not_before_that_of_others() -> None:
    turns: Turns[Item] = Turns()
    for number in range(3):
        put(turns, "acme", number, short=True)
    put(turns, "others", 0)
    put(turns, "others", 1, short=True)
    assert drained(turns) == [
        ("acme", 0, True),
        ("others", 1, True),
        ("acme", 1, True),
        ("others", 0, False),
        ("acme", 2, True),
    ]


def test_threads_that_take_at_once_overlook_nothing() -> None:
    turns: Turns[Item] = Turns()
    count, threads = 400, 4
    taken: list[list[Item]] = [[] for _ in range(threads)]
    ended = threading.Event()

    def take(mine: list[Item]) -> None:
        while True:
            is_over = ended.is_set()
            if (item := turns.take()) is not None:
                mine.append(item)
            elif is_over:
                return

    running = [threading.Thread(target=take, args=(mine,)) for mine in taken]
    for thread in running:
        thread.start()
    for number in range(count):
        for namespace in NAMESPACES:
            put(turns, namespace, number)
    ended.set()
    for thread in running:
        thread.join()
    everything = sorted((namespace, number, False) for namespace in NAMESPACES for number in range(count))
    assert sorted(item for mine in taken for item in mine) == everything


async def enter(gate: Gate, namespace: str, entered: list[str], go: asyncio.Event) -> None:
    NAMESPACE_AT_WORK.set(namespace)
    async with gate:
        entered.append(namespace)
        await go.wait()


async def test_a_gate_lets_so_many_in_and_then_namespaces_by_turns() -> None:
    gate, entered, go = Gate(2), list[str](), asyncio.Event()
    calls = [asyncio.create_task(enter(gate, "acme", entered, go)) for _ in range(100)]
    await asyncio.sleep(0)
    calls.append(asyncio.create_task(enter(gate, "others", entered, go)))
    await asyncio.sleep(0)
    assert entered == ["acme", "acme"]
    go.set()
    await asyncio.gather(*calls)
    assert len(entered) == 101
    assert entered.index("others") <= 3


async def test_a_place_of_one_who_left_while_it_was_given_is_not_lost() -> None:
    gate, entered, go = Gate(1), list[str](), asyncio.Event()

    async def first() -> None:
        async with gate:
            await go.wait()
        # The place has been handed on to the second, which has not run since.
        second.cancel()

    leaving = asyncio.create_task(first())
    await asyncio.sleep(0)
    second, third = (asyncio.create_task(enter(gate, "acme", entered, go)) for _ in range(2))
    await asyncio.sleep(0)
    go.set()
    with pytest.raises(asyncio.CancelledError):
        await second
    await asyncio.wait_for(asyncio.gather(leaving, third), 30)
    assert entered == ["acme"]
    async with asyncio.timeout(30), gate:
        pass


@given(PUTS)
def test_what_waits_is_counted(puts: list[tuple[str, bool]]) -> None:
    turns: Turns[Item] = Turns()
    for number, (namespace, short) in enumerate(puts):
        put(turns, namespace, number, short=short)
    for left in range(len(puts), 0, -1):
        assert turns.count == left
        turns.take()
    assert turns.count == 0
