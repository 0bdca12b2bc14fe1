"""What is done in a thread, on its way back to the event loop where somebody waits for it."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

ThreadAnswer = asyncio.Future[Any]
"""A future of the loop that waits; it is answered here, from another thread, and not touched there otherwise. Where it
was cancelled, or its loop is closed, nobody waits any more, and nothing happens."""


def answer_with(answer: ThreadAnswer, function: Callable[[], Any]) -> None:
    """Calls the function in this thread, and gives what it returns or raises."""
    try:
        result = function()
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is raised where it is waited for
        fail(answer, error)
    else:
        succeed(answer, result)


def succeed(answer: ThreadAnswer, result: Any) -> None:
    """Gives the result."""
    _tell(answer, _set_result, result)


def fail(answer: ThreadAnswer, error: BaseException) -> None:
    """Gives the error, which is raised where the answer is awaited."""
    _tell(answer, _set_error, _stopped(error) if isinstance(error, StopIteration) else error)


def _tell(answer: ThreadAnswer, give: Callable[[ThreadAnswer, Any], None], outcome: Any) -> None:
    # A loop that is closed has nobody left who waits.
    with suppress(RuntimeError):
        answer.get_loop().call_soon_threadsafe(give, answer, outcome)


def _set_result(answer: ThreadAnswer, result: Any) -> None:
    if not answer.done():
        answer.set_result(result)


def _set_error(answer: ThreadAnswer, error: BaseException) -> None:
    if not answer.done():
        answer.set_exception(error)


def _stopped(stop: StopIteration) -> RuntimeError:
    """A future takes no StopIteration, and whoever awaits it would wait for ever: as from a coroutine, it comes out as
    a RuntimeError."""
    error = RuntimeError("what was done in a thread raised StopIteration")
    error.__cause__ = stop
    return error
