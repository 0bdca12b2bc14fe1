"""What compactd replaces inside litellm is there, is missed loudly where it is not, and does what it is for."""

import asyncio
import importlib
import inspect
import os
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any

import pytest

from compactd.summarizers.litellm_model import LitellmModel, _load, _warm_up
from compactd.summarizers.providers.row import Dialect
from compactd.summarizers.providers.table import PROVIDERS
from tests.builders.model_requests import transcript_request
from tests.loopback.model import LoopbackModel


@pytest.fixture
def calls() -> ModuleType:
    """litellm as it is loaded for a process: what that sets in the environment stays, for the tests after this one too.

    It is called as well: its import silences warnings of its first call, but under pytest only until the test ends.
    """
    calls = _load()
    with ThreadPoolExecutor(1) as preparation:
        _warm_up(PROVIDERS["openai"], Dialect.CHAT, preparation)
    return calls


PATCHED = [
    ("litellm.main", "_encoding_cache"),
    ("litellm.utils", "update_response_metadata"),
    ("litellm.utils", "_dispatch_success_logging"),
    ("litellm.main", "asyncio"),
    ("litellm.responses.main", "asyncio"),
    ("litellm.llms.custom_httpx.llm_http_handler", "asyncio"),
]


def test_this_file_knows_every_patch(calls: ModuleType) -> None:
    patches = importlib.import_module("compactd.summarizers.litellm_patches").PATCHES
    assert [(patch.module, patch.name) for patch in patches] == PATCHED


@pytest.mark.parametrize(("module", "name"), PATCHED)
def test_the_installed_litellm_has_and_uses_what_is_replaced(module: str, name: str, calls: ModuleType) -> None:
    source = inspect.getsource(importlib.import_module(module))
    assert len(re.findall(rf"\b{name}\b", source)) > 1


@pytest.mark.parametrize("name", ["_skip_mcp_handler"])
def test_the_installed_litellm_reads_the_private_arguments(name: str, calls: ModuleType) -> None:
    assert f'"{name}"' in inspect.getsource(importlib.import_module("litellm.main"))


@pytest.mark.parametrize(
    # litellm finds its own again by itself when it is missing.
    ("module", "name"),
    [patched for patched in PATCHED if patched[1] != "update_response_metadata"],
)
def test_a_litellm_without_what_is_replaced_is_an_error(
    module: str, name: str, calls: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(importlib.import_module(module), name)
    with pytest.raises(RuntimeError, match=name):
        calls.configure()


def test_what_the_operator_says_about_the_price_list_holds(calls: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITELLM_LOCAL_MODEL_COST_MAP", "False")
    monkeypatch.setenv("EXPERIMENTAL_OPENAI_BASE_LLM_HTTP_HANDLER", "false")
    _load()
    assert os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] == "False"
    assert os.environ["EXPERIMENTAL_OPENAI_BASE_LLM_HTTP_HANDLER"] == "true"


@pytest.mark.parametrize(
    ("handle", "module", "name"),
    [
        ("openai/gpt-4o", "litellm.main", "completion"),
        ("azure/gpt-4o", "litellm.main", "completion"),
        ("anthropic/claude-haiku-4-5", "litellm.main", "completion"),
        ("openai/gpt-5-pro", "litellm.responses.main", "responses"),
    ],
)
async def test_litellm_prepares_one_request_at_a_time_in_a_thread_of_its_own(
    handle: str,
    module: str,
    name: str,
    model: LitellmModel,
    server: LoopbackModel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await model.ask(transcript_request(handle, max_output_tokens=500))
    prepare = getattr(importlib.import_module(module), name)
    at_once, most, threads = 0, 0, set()

    def slow(*args: Any, **kwargs: Any) -> Any:
        nonlocal at_once, most
        threads.add(threading.current_thread().name)
        at_once += 1
        most = max(most, at_once)
        time.sleep(0.02)
        at_once -= 1
        return prepare(*args, **kwargs)

    monkeypatch.setattr(importlib.import_module(module), name, slow)
    answers = await asyncio.gather(*(model.ask(transcript_request(handle, max_output_tokens=500)) for _ in range(5)))
    assert [answer.finish for answer in answers] == ["stop"] * 5
    assert most == 1
    [thread] = threads
    assert thread.startswith("compactd-litellm")


async def test_the_default_executor_stays_pythons(model: LitellmModel, server: LoopbackModel) -> None:
    await model.warm()
    together = threading.Barrier(2, timeout=5)
    # Two threads at least, and none of litellm's.
    await asyncio.gather(asyncio.to_thread(together.wait), asyncio.to_thread(together.wait))
    assert (await asyncio.to_thread(threading.current_thread)).name.startswith("asyncio")


async def test_a_request_whose_caller_leaves_while_it_is_prepared_is_discarded(
    model: LitellmModel, server: LoopbackModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = transcript_request("anthropic/claude-haiku-4-5", max_output_tokens=500)
    await model.ask(request)
    module = importlib.import_module("litellm.main")
    prepare, begun, goes_on, made = module.completion, threading.Event(), threading.Event(), []

    def held(*args: Any, **kwargs: Any) -> Any:
        begun.set()
        goes_on.wait(5)
        made.append(prepare(*args, **kwargs))
        return made[0]

    monkeypatch.setattr(module, "completion", held)
    asked = asyncio.create_task(model.ask(request))
    await asyncio.to_thread(begun.wait, 5)
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    goes_on.set()
    # The one thread is free again, and what it made has come to the loop, when another request has been answered.
    monkeypatch.setattr(module, "completion", prepare)
    await model.ask(request)
    assert asked.cancelled()
    assert [inspect.getcoroutinestate(coroutine) for coroutine in made] == [inspect.CORO_CLOSED]


def test_a_request_prepared_for_a_loop_that_is_closed_is_discarded(calls: ModuleType) -> None:
    patches = importlib.import_module("compactd.summarizers.litellm_patches")
    begun, goes_on = threading.Event(), threading.Event()

    async def request() -> None: ...

    made = request()

    def prepare() -> Any:
        begun.set()
        goes_on.wait(5)
        return made

    async def leave(executor: ThreadPoolExecutor) -> None:
        loop = patches._PreparationLoop(asyncio.get_running_loop())
        awaited = loop.run_in_executor(executor, prepare)
        await asyncio.to_thread(begun.wait, 5)
        awaited.cancel()

    with ThreadPoolExecutor(1) as executor:
        asyncio.run(leave(executor))
        goes_on.set()
    assert inspect.getcoroutinestate(made) == inspect.CORO_CLOSED
