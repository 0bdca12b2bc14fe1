"""The demo as a user runs it, what the README shows of it, and the conversation it ships."""

import asyncio
import json
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

import pytest
import pytest_asyncio

from compactd.demo import server_process as demo_server
from compactd.demo.conversation import load_script
from compactd.demo.pages import heading
from tests.docs.pages import block
from tests.loopback.model import LoopbackModel, Received

MODES = ("sliding_window", "all", "self_compact_sliding_window", "self_compact_all")

MODEL = "sglang/rook"
"""Of a server of its user's own, which asks for no key."""

OTHER_IDS = 40
"""Tokens: the ids and the time in the system message are other ones in every run. Figures below a thousand do not hold
them."""


async def demo(*arguments: str, **environment: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "compactd",
        "demo",
        *arguments,
        env=os.environ | environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    return process.returncode or 0, output.decode(), errors.decode()


@dataclass(frozen=True, slots=True)
class Demo:
    """What it prints by itself and then with a model, and the requests that the model gets."""

    by_itself: str
    with_model: str
    requests: Sequence[Received]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def seen() -> Demo:
    """Without a key, for a user whose own servers are set to what the demo's cannot be."""
    nowhere = {
        "COMPACTD_TLS_CERT_FILE": "nowhere.crt",
        "COMPACTD_TLS_KEY_FILE": "nowhere.key",
        "COMPACTD_AUTH": "tokens",
        "COMPACTD_AUTH_TOKENS_FILE": "nowhere",
        # Where it listens is in its log, and its end is waited for.
        "COMPACTD_LOG_LEVEL": "error",
        "COMPACTD_DRAIN_GRACE_SECONDS": "3600",
    }
    async with LoopbackModel() as model:
        status, output, errors = await demo("--model", MODEL, COMPACTD_SGLANG_BASE_URL=f"{model.url}/v1", **nowhere)
    assert (status, errors) == (0, "")
    by_itself, found, with_model = output.partition(heading(f"Four modes, {MODEL}"))
    assert found
    return Demo(by_itself, with_model, model.requests)


@pytest.mark.process
@pytest.mark.timeout(120)
def test_the_demo_compacts_in_all_four_modes_without_a_key_however_its_user_runs_a_server(seen: Demo) -> None:
    for mode in MODES:
        assert f"\n{mode} " in seen.by_itself
    assert seen.by_itself.count("local/extractive (extractive)") == len(MODES)
    assert re.search(r"rewritten +\d+ +\[summary of earlier messages", seen.by_itself)
    assert "<memory_blocks>" in seen.by_itself


@pytest.mark.process
@pytest.mark.timeout(120)
def test_what_the_readme_shows_of_the_demo_is_what_the_demo_prints(seen: Demo) -> None:
    drawing, pages = (block("README.md", "text", having) for having in ("before:", "sliding_window"))
    shown = [line for line in (drawing + pages).splitlines() if line.strip() not in ("", "...")]
    missing = [line for line in shown if not any(is_shown(line, whole) for whole in seen.by_itself.splitlines())]
    assert missing == []


def is_shown(line: str, printed: str) -> bool:
    """Whether the README's line is the printed one, or its beginning where it ends in "..."; figures may differ by as
    much as ids do, with which a share may be rounded to its neighbour, and times are as they are."""
    cut = line.endswith("...")
    if cut:
        return printed.startswith(line.removesuffix("..."))
    shares = [int(share) for text in (line, printed) for share in re.findall(r"(\d+)%", text)]
    if len(shares) == 2 and abs(shares[0] - shares[1]) > 1:
        return False
    line, printed = (re.sub(r"\d+ ms|\d+%|-{9,}", "", text) for text in (line, printed))
    figures, others = (re.findall(r"[\d,]+", text) for text in (line, printed))
    words, other_words = (re.sub(r"[\d,]+", "", text).split() for text in (line, printed))
    if words != other_words or len(figures) != len(others):
        return False
    pairs = [
        (int(one.replace(",", "") or 0), int(two.replace(",", "") or 0))
        for one, two in zip(figures, others, strict=True)
    ]
    return all(abs(one - two) <= (OTHER_IDS if one >= 1000 else 0) for one, two in pairs)


@pytest.mark.process
@pytest.mark.timeout(120)
def test_the_demo_goes_through_the_modes_again_with_a_model(seen: Demo) -> None:
    assert seen.with_model.count(f"{MODEL} (model)") == len(MODES)
    transcript, _, own_context, _ = [request.body for request in seen.requests]
    assert "<<<transcript" in transcript["messages"][-1]["content"]
    assert own_context["messages"][0]["content"].startswith("You are Rook")
    assert len(own_context["tools"]) == len(load_script().agent.tool_schemas)


def test_the_shipped_conversation_is_as_long_and_as_varied_as_a_real_session() -> None:
    script = load_script()
    calls = [call.id for message in script.messages for call in message.tool_calls]
    assert len(script.messages) >= 80
    assert len(set(calls)) < len(calls), "an id is used again, as real agents do"
    assert any(len(message.tool_calls) > 1 for message in script.messages)
    assert any(message.is_error for message in script.messages)


def test_every_planted_fact_stands_in_its_message() -> None:
    folder = files("compactd.demo")
    messages = json.loads(folder.joinpath("conversation.json").read_text(encoding="utf-8"))["messages"]
    facts = json.loads(folder.joinpath("facts.json").read_text(encoding="utf-8"))
    assert sum("corrected_by" in fact for fact in facts) >= 1
    for fact in facts:
        message = messages[fact["message_index"]]
        arguments = [call["function"]["arguments"] for call in message.get("tool_calls", ())]
        assert fact["fact"] in "\n".join([message.get("content") or "", *arguments])


@pytest.mark.process
async def test_a_server_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_server, "START_SECONDS", 0.01)
    with pytest.raises(RuntimeError, match="did not start"):
        async with demo_server.server_process():
            raise AssertionError("it has started")
