"""make install's way to the npm client."""

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from tests.letta.node import install


@pytest.mark.process
async def test_a_registry_that_cannot_be_reached_is_said_in_a_sentence(tmp_path: Path) -> None:
    # The discard port: nothing listens there, and a cache of its own holds nothing.
    elsewhere = {"npm_config_registry": "http://127.0.0.1:9/", "npm_config_cache": str(tmp_path / "cache")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, install.__file__, tmp_path / "node"),
        env=os.environ | elsewhere,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    assert process.returncode != 0
    assert "ECONNREFUSED" in said.decode()
    assert said.decode().splitlines()[-1].startswith("The npm client that the tests need could not be installed")


def test_the_lock_names_versions_and_hashes_and_no_addresses() -> None:
    lock = json.loads((install.HERE / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages["node_modules/@letta-ai/letta-client"]["version"] == "1.12.1"
    assert all("integrity" in package and "resolved" not in package for package in packages.values())
