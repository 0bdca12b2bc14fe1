"""`compactd serve` that goes no further where a test wants to kill it.

    python -m tests.process.held_server before=MODULE:FUNCTION=WORD after=MODULE:CLASS.METHOD=WORD …

A call of that function waits for ever, before or after it has done its work, if one of its arguments has the word in
it, such as a conversation's id; all others go on. The log says so: {"event": "held", "word": …}.
"""

import asyncio
import functools
import inspect
import json
import sys
import threading
from collections.abc import Callable
from typing import Any

from tests.load.step_clock import find


def hold(place: str, word: str, *, after: bool) -> None:
    """Puts the wait around the function there, and wherever a module has imported it from there."""
    owner, name, function = find(place)
    replacement = _held(function, word, after=after)
    setattr(owner, name, replacement)
    for module in [module for key, module in sys.modules.items() if key.startswith("compactd.")]:
        for other, value in list(vars(module).items()):
            if value is function:
                setattr(module, other, replacement)


def _held(function: Callable[..., Any], word: str, *, after: bool) -> Callable[..., Any]:
    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def awaited(*arguments: Any, **options: Any) -> Any:
            is_meant = word in repr((arguments, options))
            if is_meant and not after:
                await _for_ever(word)
            answer = await function(*arguments, **options)
            if is_meant:
                await _for_ever(word)
            return answer

        return awaited

    @functools.wraps(function)
    def called(*arguments: Any, **options: Any) -> Any:
        is_meant = word in repr((arguments, options))
        if is_meant and not after:
            _say(word)
            threading.Event().wait()
        answer = function(*arguments, **options)
        if is_meant:
            _say(word)
            threading.Event().wait()
        return answer

    return called


async def _for_ever(word: str) -> None:
    _say(word)
    await asyncio.Event().wait()


def _say(word: str) -> None:
    print(json.dumps({"event": "held", "word": word}), file=sys.stderr, flush=True)  # noqa: T201 - its log


def main() -> int:
    # All that imports a function is there before the wait is.
    import compactd.wiring  # noqa: F401
    from compactd.cli import main as run

    for argument in sys.argv[1:]:
        when, place, word = argument.split("=")
        hold(place, word, after=when == "after")
    return run(["serve"])


if __name__ == "__main__":
    sys.exit(main())
