"""What compactd replaces inside litellm or uses of it by private names: here, and nowhere else.

Imports litellm, so it is itself imported late and in a thread, by litellm_calls.
"""

import asyncio
import importlib
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType, ModuleType
from typing import Any

import tiktoken
from litellm.completion_extras.litellm_responses_transformation.transformation import (
    LiteLLMResponsesTransformationHandler,
)
from typing_extensions import override

PRIVATE_ARGUMENTS: Mapping[str, Any] = MappingProxyType({"_skip_mcp_handler": True})
"""Without it, a call with tools goes through litellm's handler of MCP servers, of which there are none here. It can go
when litellm looks for them only where a call names one."""

PREPARATION: ContextVar[Executor | None] = ContextVar("preparation", default=None)
"""Where litellm prepares the requests of this context; None for the event loop's default executor."""


class _PreparationLoop:
    """An event loop whose default executor is PREPARATION's."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loop, name)

    def run_in_executor(
        self, executor: Executor | None, function: Callable[..., Any], *arguments: Any
    ) -> asyncio.Future[Any]:
        executor = executor or PREPARATION.get()
        if executor is None:
            return self._loop.run_in_executor(None, function, *arguments)
        prepared = executor.submit(function, *arguments)
        awaited = asyncio.wrap_future(prepared, loop=self._loop)
        prepared.add_done_callback(partial(self._discard, awaited))
        return awaited

    def _discard(self, awaited: asyncio.Future[Any], prepared: Future[Any]) -> None:
        """Closes the coroutine that was made for a caller who has left: Python warns of one that nobody awaits."""
        try:
            # Behind the loop's own look at what was prepared.
            self._loop.call_soon_threadsafe(_close_unawaited, awaited, prepared)
        except RuntimeError:
            # The loop is closed: nobody is left who could await it.
            _close_unawaited(awaited, prepared)


def _close_unawaited(awaited: asyncio.Future[Any], prepared: Future[Any]) -> None:
    if not awaited.cancelled() or prepared.cancelled() or prepared.exception() is not None:
        return
    made = prepared.result()
    if asyncio.iscoroutine(made):
        made.close()


class _PreparationAsyncio(ModuleType):
    """The module asyncio, for modules of litellm that run their work in "the" executor."""

    @override
    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    def get_event_loop(self) -> _PreparationLoop:
        return _PreparationLoop(asyncio.get_event_loop())

    async def to_thread(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Any:
        loop = _PreparationLoop(asyncio.get_running_loop())
        return await loop.run_in_executor(None, partial(function, *arguments, **named))


class _SharedEncoding:
    """The token table that counts the messages anyway."""

    def encode(self, text: str, **_: Any) -> list[int]:
        return tiktoken.get_encoding("o200k_base").encode_ordinary(text)


def _do_nothing(*_: Any, **__: Any) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Patch:
    """`substitute` takes the place of `name` in `module`."""

    module: str
    name: str
    substitute: object


_ASYNCIO = _PreparationAsyncio("asyncio")

PATCHES = (
    # litellm counts an answer that came without token counts, and loads a table of its own for it, 35 MB, at every
    # first call, whether it is needed or not. Can go when litellm loads that table where it counts.
    Patch("litellm.main", "_encoding_cache", _SharedEncoding()),
    # After each call litellm works out its price and tells callbacks and dashboards: half of the CPU of a call, for
    # prices that our own table has and callbacks that nobody registers. Can go when litellm leaves both out where
    # there is no callback.
    Patch("litellm.utils", "update_response_metadata", _do_nothing),
    Patch("litellm.utils", "_dispatch_success_logging", _do_nothing),
    # litellm prepares each request, milliseconds of Python, in the event loop's default executor. With that one's many
    # threads a burst of calls keeps the interpreter lock from everybody else for seconds; and with fewer, the whole
    # process would share them. Can go when litellm takes an executor, or prepares requests where it is called.
    Patch("litellm.main", "asyncio", _ASYNCIO),
    Patch("litellm.responses.main", "asyncio", _ASYNCIO),
    Patch("litellm.llms.custom_httpx.llm_http_handler", "asyncio", _ASYNCIO),
)


def apply_patches() -> None:
    """Once for a process. RuntimeError if this litellm no longer has what is replaced."""
    for patch in PATCHES:
        module = importlib.import_module(patch.module)
        if not hasattr(module, patch.name):
            raise RuntimeError(f"{patch.module} has no {patch.name} any more: compactd does not know this litellm")
        setattr(module, patch.name, patch.substitute)


def responses_input(messages: list[dict[str, Any]]) -> tuple[list[Any], str | None]:
    """Chat messages as the responses API takes them: items of input, and instructions.

    litellm's own `completion` does the same, but then calls with an HTTP client of its own choice. Can go when that
    takes ours.
    """
    items, instructions = LiteLLMResponsesTransformationHandler().convert_chat_completion_messages_to_responses_api(
        messages
    )
    return items, instructions
