"""How a number that was chosen by hand is chosen again: by what is kept with each value of a grid.

The one in the code stays if it keeps nearly as much as the best does. Else it is the one in the middle of a plateau: of
the longest run of neighbours in the grid that do. What keeps a little more by itself, between two that keep less, did
so by chance.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from types import ModuleType
from typing import Protocol

SLACK = 0.003
"""How much less than the best is nearly as much: three conversations in a thousand."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A number in a module of the summarizer, and the values to try, in their order; the one in the code among them."""

    module: ModuleType
    name: str
    values: Sequence[float]

    @property
    def title(self) -> str:
        return f"{self.module.__name__.rpartition('.')[2]}.{self.name}"

    @property
    def held(self) -> float:
        """The value in the code. AttributeError if there is no such number any more."""
        value: float = getattr(self.module, self.name)
        return value

    @contextmanager
    def at(self, value: float) -> Iterator[None]:
        """With another value, in each module that took it from there."""
        held = self.held
        modules = [one for one in _modules() if one is self.module or _took(one, self.name, held)]
        try:
            _put(modules, self.name, value)
            yield
        finally:
            _put(modules, self.name, held)


class Measure(Protocol):
    """What is kept by the numbers in the code, as a share: of what a value is chosen by, and of the `unseen` rest."""

    def __call__(self) -> float: ...

    def unseen(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Tried:
    """What was kept with each value of a bound."""

    bound: Bound
    kept: Sequence[float]

    @property
    def chosen(self) -> float:
        return chosen(self.bound.held, self.bound.values, self.kept)

    @property
    def is_held(self) -> bool:
        return self.chosen == self.bound.held

    def shown(self) -> str:
        figures = (f"{value:g}: {kept:.4f}" for value, kept in zip(self.bound.values, self.kept, strict=True))
        verdict = "held" if self.is_held else f"the code has {self.bound.held:g}"
        return f"{self.bound.title} = {self.chosen:g}, {verdict}; {', '.join(figures)}"


def tried(bound: Bound, measure: Measure) -> Tried:
    """Measures what is kept with each value."""
    kept = []
    for value in bound.values:
        with bound.at(value):
            kept.append(measure())
    return Tried(bound, kept)


def chosen(held: float, values: Sequence[float], kept: Sequence[float]) -> float:
    """The value in the code, `held`, or the one in the middle of the plateau; of two in the middle the one that keeps
    more, and the first of equals."""
    least = max(kept) - SLACK
    if kept[values.index(held)] >= least:
        return held
    near = groupby(zip(kept, values, strict=True), key=lambda one: one[0] >= least)
    plateau = max((list(run) for is_near, run in near if is_near), key=len)
    half = len(plateau) // 2
    middle = plateau[half : half + 1] if len(plateau) % 2 else plateau[half - 1 : half + 1]
    return max(middle, key=lambda one: one[0])[1]


def _modules() -> list[ModuleType]:
    return [module for name, module in list(sys.modules.items()) if name.startswith("compactd.extractive")]


def _took(module: ModuleType, name: str, held: float) -> bool:
    """Whether a module has a public number from another one: what is private is its own."""
    return not name.startswith("_") and vars(module).get(name) is held


def _put(modules: Sequence[ModuleType], name: str, value: float) -> None:
    for module in modules:
        setattr(module, name, value)
    # What was worked out with the other value is forgotten.
    for module in _modules():
        for function in list(vars(module).values()):
            forget = getattr(function, "cache_clear", None)
            if forget is not None:
                forget()
