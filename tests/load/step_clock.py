"""Clocks around functions of a running server, for where the time of one call goes."""

import functools
import importlib
import inspect
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

REST = "rest"
"""The step of what no named function takes."""


class StepClock:
    """Counts the milliseconds of each step over one call at a time, wherever in the process it is at work.

    A step inside another one interrupts it, as does one that it awaits: each moment belongs to one step, the innermost.
    """

    def __init__(
        self, ended: Callable[[Mapping[str, float]], None], now: Callable[[], float] = time.perf_counter
    ) -> None:
        """`ended` is told of each call: its milliseconds by step. `now` gives seconds."""
        self._now = now
        self._ended = ended
        self._open: list[str] = []
        self._spent: defaultdict[str, float] = defaultdict(float)
        self._since = 0.0
        self._lock = threading.Lock()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time inside belongs to this step, unless no call is under way."""
        if not self._open:
            yield
            return
        self._switch(lambda: self._open.append(name))
        try:
            yield
        finally:
            self._switch(lambda: self._leave(name))

    @contextmanager
    def call(self) -> Iterator[None]:
        """One call from beginning to end."""
        self._spent.clear()
        self._open, self._since = [REST], self._now()
        try:
            yield
        finally:
            self._switch(self._open.clear)
            self._ended(dict(self._spent))

    def _switch(self, change: Callable[[], None]) -> None:
        with self._lock:
            now = self._now()
            if self._open:
                self._spent[self._open[-1]] += (now - self._since) * 1000
            self._since = now
            change()

    def _leave(self, name: str) -> None:
        # Two steps that run side by side may end in the order in which they began.
        if name in self._open:
            del self._open[len(self._open) - 1 - self._open[::-1].index(name)]


def clocked(function: Callable[..., Any], clock: Callable[[], Any]) -> Callable[..., Any]:
    """The function, or coroutine function, with the clock around it."""
    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def awaited(*arguments: Any, **options: Any) -> Any:
            with clock():
                return await function(*arguments, **options)

        return awaited

    @functools.wraps(function)
    def called(*arguments: Any, **options: Any) -> Any:
        with clock():
            return function(*arguments, **options)

    return called


def find(place: str) -> tuple[Any, str, Callable[..., Any]]:
    """The owner, name and function of `package.module:Class.method` or `package.module:function`. ImportError or
    AttributeError if it is not there."""
    module, _, path = place.partition(":")
    owner = importlib.import_module(module)
    *classes, name = path.split(".")
    for step in classes:
        owner = getattr(owner, step)
    function: Callable[..., Any] = getattr(owner, name)
    return owner, name, function


def put_clock(place: str, clock: Callable[[], Any]) -> None:
    """Puts a clock around the function there, and wherever a module has imported it from there."""
    owner, name, function = find(place)
    replacement = clocked(function, clock)
    setattr(owner, name, replacement)
    for module in [module for key, module in sys.modules.items() if key.startswith("compactd.")]:
        for other, value in list(vars(module).items()):
            if value is function:
                setattr(module, other, replacement)
