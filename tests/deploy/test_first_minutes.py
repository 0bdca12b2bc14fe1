"""An operator's first five minutes: what docs/deployment.md says, as it stands, on free ports."""

import asyncio
import json
import os
import shutil
import socket
import sys
from pathlib import Path

import pytest

from tests.docs.pages import block
from tests.loopback.collector import Collector
from tests.server import environment_of

pytestmark = pytest.mark.timeout(180)

PORTS = (50051, 8283, 9464)


def free_ports(count: int) -> list[int]:
    """Taken together, so that no two are the same."""
    taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(held.getsockname()[1]) for held in taken]
    for held in taken:
        held.close()
    return ports


async def test_they_begin_with_a_token_and_end_with_a_drained_server(tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    script = block("docs/deployment.md", "sh", "compactd token")
    ports = dict(zip(PORTS, free_ports(3), strict=True))
    for usual, free in ports.items():
        script = script.replace(f"127.0.0.1:{usual}", f"127.0.0.1:{free}")
    addresses = {
        "COMPACTD_GRPC_ADDRESS": f"127.0.0.1:{ports[50051]}",
        "COMPACTD_HTTP_ADDRESS": f"127.0.0.1:{ports[8283]}",
        "COMPACTD_ADMIN_ADDRESS": f"127.0.0.1:{ports[9464]}",
    }
    # The command as an installed one is found.
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "compactd").write_text(f'#!/bin/sh\nexec {sys.executable} -m compactd "$@"\n')
    (tmp_path / "bin" / "compactd").chmod(0o755)
    environment = environment_of(tmp_path, addresses)
    environment["PATH"] = f"{tmp_path / 'bin'}{os.pathsep}{environment['PATH']}"
    async with Collector() as collector:
        process = await asyncio.create_subprocess_exec(
            *("bash", "-c", script.replace("http://127.0.0.1:4317", collector.url)),
            cwd=tmp_path,
            env=environment,
            stdout=asyncio.subprocess.PIPE,
        )
        output = (await process.communicate())[0].decode()
        spans = [
            span.name
            for request in collector.requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]
    # The script ends with the server's status, and the line that it logs last.
    assert process.returncode == 0, output
    assert '"name":"first"' in output.replace('": "', '":"')
    assert '"reason":"UNAUTHENTICATED"' in output.replace('": "', '":"')
    agents = "/compaction.v1.AgentService"
    handled = "compactd_calls_handled_total"
    assert f'{handled}{{code="OK",door="rest",method="{agents}/CreateAgent"}} 1.0' in output
    assert f'{handled}{{code="UNAUTHENTICATED",door="rest",method="{agents}/ListAgents"}} 1.0' in output
    assert "compaction.v1.AgentService/CreateAgent" in spans
    assert json.loads(output.splitlines()[-1])["event"] == "stopped"
    token = (tmp_path / "token").read_text().splitlines()[0]
    assert token not in (tmp_path / "log").read_text()
