"""The examples of the pages run as they stand. What the README shows of the demo is tested with it."""

import asyncio
import json
import os
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.builders.chat import new_conversation, user
from tests.docs.pages import ROOT, block, blocks, text_of
from tests.server import ServerProcess, connected, server_process

pytestmark = [pytest.mark.process, pytest.mark.timeout(120)]


async def run(*command: str, **environment: str) -> str:
    """The output of a command that has to succeed, and to say nothing on standard error."""
    process = await asyncio.create_subprocess_exec(
        *command,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    assert (process.returncode, errors) == (0, b"")
    return output.decode()


def at(server: ServerProcess, code: str) -> str:
    """`code` with the addresses of `server` in place of the usual ones."""
    return code.replace("127.0.0.1:50051", server.address).replace("http://127.0.0.1:8283", server.http_url)


async def test_the_examples_in_python_run_as_they_stand(tmp_path: Path) -> None:
    whole = block("docs/clients.md", "python", "import grpc")
    short = block("README.md", "python", "compactd_client")
    before = whole.partition("done = ")[0]
    again = block("docs/clients.md", "python", "CallFailed").replace("CONVERSATION", "agent.default_conversation_id")
    async with server_process(tmp_path) as server:
        assert "41 messages became" in await run(sys.executable, "-c", at(server, whole))
        prepared = f"{before}\nAGENT = agent.id\n{short}"
        assert "41 messages became" in await run(sys.executable, "-c", at(server, prepared))
        # What came before has left nothing that another compaction would make smaller.
        twice = f"{prepared}\n{again}"
        assert "NOTHING_TO_COMPACT" in await run(sys.executable, "-c", at(server, twice))
        letta = at(server, block("docs/letta.md", "python", "letta_client"))
        moved = await run(sys.executable, "-c", letta)
        assert "21 messages became 2" in moved
        assert "Ines, in finance" in moved


async def test_the_calls_by_curl_run_as_they_stand(tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    prepare, calls = blocks("docs/rest.md", "sh")[:2]
    [settings] = blocks("docs/settings.md", "sh")
    imported = block("docs/rest.md", "sh", "repair")
    search = block("docs/rest.md", "sh", "messages:search")
    wrong = block("docs/rest.md", "sh", "agents/agent-1")
    first = block("README.md", "sh", "curl")
    async with server_process(tmp_path) as server:
        documented = f"{first}{settings}{calls}{imported}{search}".replace("curl ", "curl -sSf -w '\\n' ")
        output = await run("bash", "-c", at(server, f"set -e\n{prepare}{documented}{wrong}"))
    answers = [json.loads(line) for line in output.replace("}{", "}\n{").splitlines()]
    *appended, planned, agent, other_plan, compacted, prompt, summarized, repaired, found, error = answers
    assert [len(answer["messages"]) for answer in appended] == [2] * 10
    assert_begins(planned, {"num_messages_before": 21, "num_messages_after": 2, "summary": ""})
    assert planned["plan"]["evicted_count"] == 20
    assert agent["compaction_settings"]["clip_chars"] == 4000
    assert other_plan["num_messages_after"] == 2
    assert compacted["num_messages_before"] == 21
    assert "Ines" in prompt
    assert summarized["num_messages_after"] == 2
    assert [repair["kind"] for repair in repaired["repairs"]] == ["late_result", "left_out"]
    assert [entry["content"] for entry in found] == [
        "A-1012 was sent on 2026-03-12 by DHL; the customer has been told."
    ]
    assert error["details"][0]["reason"] == "INVALID_FIELD"
    assert error["detail"] == error["message"]


async def test_what_compacts_by_itself_is_called_as_it_stands(tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    prepare = blocks("docs/rest.md", "sh")[0]
    documented = "".join(blocks("docs/automatic.md", "sh")).replace("curl ", "curl -sSf -w '\\n' ")
    async with server_process(tmp_path) as server:
        async with connected(server.address) as client:
            # A sweep over contexts of 20,000 tokens is for who has one.
            await new_conversation(client, [user("so many words " * 7_000)])
        output = await run("bash", "-c", at(server, f"set -e\n{prepare}echo\n{documented}"))
    events = [json.loads(line.removeprefix("data: ")) for line in output.splitlines() if line.startswith("data: ")]
    assert (events[0]["kind"], events[-1]["kind"]) == ("queued", "committed")
    answers = [json.loads(line) for line in output.replace("}{", "}\n{").splitlines() if line.startswith(("{", "["))]
    job, [listed], full, rests, nightly, agent, swept = answers[-7:]
    assert (job["state"], listed["id"]) == ("succeeded", job["id"])
    assert full["trigger"]["context_share"] == 0.8
    assert full["priority"] == "high"
    assert rests["trigger"]["idle_for"] == "240s"
    assert nightly["trigger"]["cron"]["time_zone"] == "Europe/Berlin"
    assert nightly["daily_budget"]["usd"] == 20
    assert agent["auto_compaction"]["trigger"]["context_share"] == 0.8
    assert swept["state"] == "running"
    assert swept["budget"]["usd"] == 20


async def test_the_descriptor_set_is_all_that_generators_need(tmp_path: Path) -> None:
    commands = [
        line
        for page, having in (("docs/clients.md", "--go_out"), ("docs/clients.md", "--grpc-java_out"))
        for line in block(page, "sh", having).replace("\\\n", "").splitlines()
        if line.startswith("protoc ")
    ]
    assert len(commands) == 2
    for number, command in enumerate(commands):
        target = tmp_path / str(number)
        target.mkdir()
        # The plugins for Go and Java are not among what the tests have; Python's generator is in protoc itself.
        own = re.sub(r"--\S+_out=\S+", "", command).replace("protoc ", f"{sys.executable} -m grpc_tools.protoc ", 1)
        await run("bash", "-c", f"cd {ROOT} && {own} --python_out={target}")
        assert (target / "compaction" / "v1" / "compaction_service_pb2.py").exists()


async def test_the_settings_are_printed_as_operators_are_told() -> None:
    assert "compactd config" in block("docs/operations.md", "sh", "compactd serve")
    printed = await run(sys.executable, "-m", "compactd", "config")
    assert re.findall(r"^(COMPACTD_\w+)=", printed, re.MULTILINE) == re.findall(
        r"^\| `(COMPACTD_\w+)`", text_of("docs/settings.md"), re.MULTILINE
    )


def assert_begins(answer: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert {key: answer[key] for key in wanted} == wanted
