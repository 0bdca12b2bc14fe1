"""The processes of a measurement: the server, loopback models, and what /proc knows of them (Linux only)."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import grpc
from grpc_health.v1 import health_pb2

ROOT = Path(__file__).resolve().parents[2]
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
HOST = "127.0.0.1"
READY_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Measured:
    """A process that can be asked what it has used so far."""

    pid: int

    def cpu_seconds(self) -> float:
        """The CPU seconds of all its threads, in user and system mode; steps of one tick, 10 ms as a rule."""
        # The name in the second field may hold spaces; utime and stime are the fields 14 and 15.
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND

    def resident_megabytes(self) -> float:
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            name, _, value = line.partition(":")
            if name == "VmRSS":
                return int(value.split()[0]) * 1024 / 1e6
        raise RuntimeError(f"process {self.pid} has no memory of its own: it has ended")


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. Times are in seconds since its process was started, memory as it was before any call."""

    process: Measured
    address: str
    http_url: str
    listening_seconds: float
    serving_seconds: float
    idle_megabytes: float


@contextmanager
def loopback_model(delay: float) -> Iterator[str]:
    """The base URL of a model in a process of its own, which answers after `delay` seconds."""
    command = [sys.executable, str(ROOT / "tests/load/model_server.py"), "--port", "0", "--delay", str(delay)]
    with _running(subprocess.Popen(command, stdout=subprocess.PIPE, text=True)) as process:
        assert process.stdout is not None
        yield f"http://{HOST}:{int(process.stdout.readline())}/v1"


@contextmanager
def compactd_server(folder: Path, instant_url: str, slow_url: str) -> Iterator[Server]:
    """A server on free ports with a SQLite file in `folder`, once it is SERVING; its log goes beside the file.

    openai/… is the model that answers at once, sglang/… the slow one.
    """
    address, http_address = (f"{HOST}:{port}" for port in _free_ports(2))
    environment = {
        **_environment(),
        "COMPACTD_GRPC_ADDRESS": address,
        "COMPACTD_HTTP_ADDRESS": http_address,
        "COMPACTD_DATABASE_URL": database_url(folder),
        "COMPACTD_SGLANG_BASE_URL": slow_url,
        **model_environment(instant_url),
    }
    log = folder / "server.log"
    started = time.perf_counter()
    with log.open("w") as lines:
        server = subprocess.Popen(
            [sys.executable, "-m", "compactd", "serve"], env=environment, cwd=ROOT, stderr=lines, text=True
        )
    with _running(server) as process:
        for awaited in (http_address, address):
            _wait_until_listening(process, awaited, log)
        listening = time.perf_counter() - started
        _wait_until_serving(address)
        serving = time.perf_counter() - started
        measured = Measured(process.pid)
        yield Server(measured, address, f"http://{http_address}", listening, serving, measured.resident_megabytes())


def database_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'bench.db'}"


def model_environment(instant_url: str) -> Mapping[str, str]:
    """What litellm reads to find the model that answers at once."""
    return {"OPENAI_BASE_URL": instant_url, "OPENAI_API_KEY": "test"}


def _environment() -> dict[str, str]:
    """Without what would send calls anywhere else, or configure the server or its interpreter in another way."""
    ours = ("COMPACTD_", "OPENAI_", "PYTHON")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    kept = {name: value for name, value in kept.items() if not name.lower().endswith("_proxy")}
    # What is measured is this tree, whichever one the interpreter has installed.
    return {**kept, "PYTHONPATH": os.pathsep.join(str(ROOT / source) for source in ("service", "generated"))}


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind((HOST, 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def _wait_until_listening(process: subprocess.Popen[str], address: str, log: Path) -> None:
    host, _, port = address.rpartition(":")
    until = time.monotonic() + READY_SECONDS
    while process.poll() is None and time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex((host, int(port))) == 0:
                return
        time.sleep(0.005)
    raise RuntimeError(f"the server does not listen:\n{log.read_text()[-2000:]}")


def _wait_until_serving(address: str) -> None:
    with grpc.insecure_channel(address) as channel:
        check = channel.unary_unary(
            "/grpc.health.v1.Health/Check",
            request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
            response_deserializer=health_pb2.HealthCheckResponse.FromString,
        )
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until:
            answer = check(health_pb2.HealthCheckRequest(), wait_for_ready=True, timeout=READY_SECONDS)
            if answer.status == health_pb2.HealthCheckResponse.SERVING:
                return
            time.sleep(0.02)
    raise RuntimeError("the server does not get ready")


@contextmanager
def _running(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    with process:
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
