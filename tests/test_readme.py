"""The README's words, held against what is there."""

import asyncio
import json
import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from compactd.config import Config
from tests.server import server_process

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def code(language: str, having: str) -> str:
    """The one block of that language that has these words in it."""
    [block] = [block for block in re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL) if having in block]
    return str(block)


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


@pytest.mark.process
@pytest.mark.timeout(120)
async def test_the_examples_in_python_run_as_they_stand(tmp_path: Path) -> None:
    async with server_process(tmp_path) as server:
        grpc = code("python", "import grpc").replace("127.0.0.1:50051", server.address)
        assert "41 messages became" in await run(sys.executable, "-c", grpc)
        letta = code("python", "letta_client").replace("http://127.0.0.1:8283", server.http_url)
        assert "Ines, in finance" in await run(sys.executable, "-c", letta)


@pytest.mark.process
@pytest.mark.timeout(120)
async def test_the_calls_by_curl_run_as_they_stand(tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    prepare, documented = (code("sh", having) for having in ("CREATED=$(curl", "/compact --json"))
    calls = documented.replace("curl ", "curl -sSf -w '\\n' ")
    async with server_process(tmp_path) as server:
        block = f"set -e\n{prepare}{calls}".replace("http://127.0.0.1:8283", server.http_url)
        output = await run("bash", "-c", block)
    *appended, compacted, prompt, summarized = (json.loads(line) for line in output.replace("}{", "}\n{").splitlines())
    assert [len(answer["messages"]) for answer in appended] == [2] * 10
    assert compacted["num_messages_before"] == 21
    assert "Ines" in prompt
    assert summarized["num_messages_after"] == 2


def test_no_place_is_left_open() -> None:
    assert "@@" not in README


def test_every_setting_is_in_the_readme() -> None:
    missing = {name for name in Config.model_fields if f"COMPACTD_{name.upper()}" not in README}
    assert missing == set()


def test_every_variable_that_the_readme_names_is_a_setting() -> None:
    named = set(re.findall(r"COMPACTD_([A-Z_]+)", README))
    assert named <= {name.upper() for name in Config.model_fields}


def test_every_file_that_the_readme_links_to_is_there() -> None:
    root = Path(__file__).parents[1]
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    assert links
    assert [link for link in links if not (root / link).exists()] == []
