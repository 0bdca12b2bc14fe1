"""The model that measurements are made against."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SERVER = Path(__file__).with_name("model_server.py")


@pytest.fixture
def url() -> Iterator[str]:
    command = [sys.executable, str(SERVER), "--summary-chars", "300"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        process.terminate()


def test_it_answers_with_a_summary_of_the_wanted_size_and_counts(url: str) -> None:
    answers = [_read(f"{url}/v1/chat/completions", b'{"messages": []}') for _ in range(3)]
    assert 290 <= len(answers[-1]["choices"][0]["message"]["content"]) <= 300
    assert _read(f"{url}/count") == {"completions": 3}


def _read(url: str, body: bytes | None = None) -> Any:
    with urllib.request.urlopen(url, body, timeout=5) as response:
        return json.load(response)
