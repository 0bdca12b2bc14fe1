"""litellm is loaded late, off the event loop, and without the network."""

import subprocess
import sys
from pathlib import Path

import pytest

SERVICE = Path(__file__).parents[2] / "service"

PROGRAM = """
import asyncio, os, sys, time

reached = []
sys.addaudithook(lambda event, args: reached.append((event, args)) if event in ("socket.connect", "socket.getaddrinfo")
                 else None)
os.environ["OPENAI_API_KEY"] = os.environ["ANTHROPIC_API_KEY"] = "none"

from compactd.summarizers.catalog import LitellmCatalog
from compactd.summarizers.litellm_model import LitellmModel
from compactd.summarizers.model_table import ModelTable

async def main():
    model = LitellmModel(LitellmCatalog(ModelTable.load()), {})
    assert "litellm" not in sys.modules, "imported too early"
    warming = asyncio.create_task(model.warm())
    turns = 0
    while not warming.done():
        await asyncio.sleep(0.01)
        turns += 1
    await warming
    await model.close()
    assert "litellm" in sys.modules
    assert "mcp" not in sys.modules, "a second and 20 MB for nothing"
    assert turns > 20, f"the event loop turned {turns} times only"

asyncio.run(main())
assert not reached, reached
"""


@pytest.mark.process
def test_warming_up_reaches_nothing_and_holds_nothing_up() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env={"PYTHONPATH": str(SERVICE)}, capture_output=True, text=True, timeout=55
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
