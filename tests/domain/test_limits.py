"""How many values plain data holds, told without looking at all of them."""

from typing import Any

import pytest

from compactd.domain.agents import AgentSpec
from compactd.domain.limits import has_values


def nested(levels: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(levels - 1):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("plain", "count"),
    [
        ([0] * 9, 10),
        ({str(number): None for number in range(9)}, 10),
        ({"a": (1, 2, 3), "b": {"c": 4, "d": [5]}}, 9),
        (nested(10), 10),
    ],
)
def test_values_of_every_kind_are_counted_wherever_they_are(plain: Any, count: int) -> None:
    assert has_values(plain, count)
    assert not has_values(plain, count + 1)


def test_a_text_is_one_value_however_long() -> None:
    assert not has_values("x" * 10_000, 2)


def test_values_of_a_model_are_counted() -> None:
    assert not has_values(AgentSpec())
    assert has_values(AgentSpec(metadata={"a": [0] * 1_000}))
    assert has_values([AgentSpec()] * 100)


def test_of_many_values_only_so_many_are_looked_at() -> None:
    looked_at = 0

    class Endless(list[Any]):
        def __iter__(self) -> Any:
            nonlocal looked_at
            while True:
                looked_at += 1
                yield 0

    assert has_values(Endless(), 100)
    assert looked_at == 100
