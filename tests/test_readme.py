"""The README's words, held against what is there."""

import asyncio
import re
import sys
from pathlib import Path

import pytest

from compactd.config import Config
from compactd.demo.server_process import server_process

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


@pytest.mark.process
@pytest.mark.timeout(120)
async def test_the_python_example_runs_as_it_stands() -> None:
    [example] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    async with server_process() as address:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            example.replace("127.0.0.1:50051", address),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        output, errors = await process.communicate()
    assert (process.returncode, errors) == (0, b"")
    assert b"41 messages became" in output


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
