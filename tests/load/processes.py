"""The processes of a measurement: the server, loopback models, and what /proc knows of them (Linux only)."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

import grpc
from grpc_health.v1 import health_pb2

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
READY_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Measured:
    """A process that can be asked what it has used so far, and its workers with it."""

    pid: int

    def cpu_seconds(self) -> float:
        """The CPU seconds of all threads, ended ones too, in user and system mode, to the nanosecond."""
        # What clock_getcpuclockid(3) makes of a process id; the ticks of /proc are of 10 ms.
        return sum(time.clock_gettime(~pid << 3 | 2) for pid in (self.pid, *self._children()))

    def resident_megabytes(self) -> float:
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            name, _, value = line.partition(":")
            if name == "VmRSS":
                return int(value.split()[0]) * 1024 / 1e6
        raise RuntimeError(f"process {self.pid} has no memory of its own: it has ended")

    def proportional_megabytes(self) -> float:
        """With the share of each process in memory that several have in common; of the workers, too."""
        return sum(map(_proportional_megabytes, (self.pid, *self._children())))

    def _children(self) -> list[int]:
        return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]


def _proportional_megabytes(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == "Pss":
            return int(value.split()[0]) * 1024 / 1e6
    raise RuntimeError(f"process {pid} has no memory of its own: it has ended")


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
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process, _ended(process):
        assert process.stdout is not None
        yield f"http://{HOST}:{int(process.stdout.readline())}/v1"


@contextmanager
def span_sink() -> Iterator[str]:
    """Where a server may send its spans: a collector in a process of its own, as OTLP names it."""
    command = [sys.executable, str(ROOT / "tests/load/span_sink.py")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process, _ended(process):
        assert process.stdout is not None
        yield f"http://{HOST}:{int(process.stdout.readline())}"


class Process(Protocol):
    """What is asked of a process, as `subprocess.Popen` has it."""

    @property
    def pid(self) -> int: ...
    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...


def start_module(command: Sequence[str], environment: Mapping[str, str], log: IO[str]) -> Process:
    """A module and its arguments, in an interpreter of its own with that environment."""
    return subprocess.Popen([sys.executable, "-m", *command], env=environment, cwd=ROOT, stderr=log)


@dataclass(frozen=True, slots=True)
class Models:
    """Where the loopback models are: the one that answers at once is openai/…, the slow one sglang/…"""

    instant_url: str
    slow_url: str


@dataclass(frozen=True, slots=True)
class Starting:
    """A server that has been started, `started` on the clock of time.perf_counter, and may not listen yet."""

    process: Process
    address: str
    http_address: str
    log: Path
    started: float

    def wait_until_listening(self) -> float:
        """The seconds from its start until both doors let connections in."""
        for awaited in (self.http_address, self.address):
            _wait_until_listening(self.process, awaited, self.log)
        return self.seconds()

    def wait_until_serving(self) -> float:
        """The seconds from its start until health says SERVING."""
        _wait_until_serving(self.address)
        return self.seconds()

    def seconds(self) -> float:
        """Since its start."""
        return time.perf_counter() - self.started


NO_SETTINGS: Mapping[str, str] = {}
SERVE = ("compactd", "serve")


@contextmanager
def starting_server(
    folder: Path, models: Models, url: str, command: Sequence[str] = SERVE, settings: Mapping[str, str] = NO_SETTINGS
) -> Iterator[Starting]:
    """A server on free ports and the database of that URL; its log goes into `folder`. `command` is a module and
    its arguments, `settings` are environment variables."""
    address, http_address = (f"{HOST}:{port}" for port in free_ports(2))
    environment = {
        **_of_models(models),
        "COMPACTD_GRPC_ADDRESS": address,
        "COMPACTD_HTTP_ADDRESS": http_address,
        "COMPACTD_DATABASE_URL": url,
        "COMPACTD_DRAIN_SECONDS": "0",
        **settings,
    }
    log, started = folder / "server.log", time.perf_counter()
    with log.open("w") as lines:
        process = start_module(command, environment, lines)
    with _ended(process):
        yield Starting(process, address, http_address, log, started)


@contextmanager
def compactd_server(
    folder: Path,
    models: Models,
    url: str = "",
    command: Sequence[str] = SERVE,
    settings: Mapping[str, str] = NO_SETTINGS,
) -> Iterator[Server]:
    """A server once it is SERVING, as `starting_server` makes it; without a URL on a SQLite file in `folder`."""
    with starting_server(folder, models, url or database_url(folder), command, settings) as start:
        listening, serving = start.wait_until_listening(), start.wait_until_serving()
        measured = Measured(start.process.pid)
        http_url = f"http://{start.http_address}"
        yield Server(measured, start.address, http_url, listening, serving, measured.resident_megabytes())


@contextmanager
def compactd_worker(folder: Path, models: Models, url: str, at_once: int) -> Iterator[Measured]:
    """A process that runs jobs, so many at once, from its start on: `compactd work` where the database has one, else a
    server. Its log goes into `folder`."""
    if not url.startswith("postgresql"):
        with compactd_server(folder, models, url, settings={"COMPACTD_JOBS_AT_ONCE": str(at_once)}) as server:
            yield server.process
        return
    environment = {**_of_models(models), "COMPACTD_DATABASE_URL": url}
    with (folder / "worker.log").open("w") as lines:
        worker = start_module(("compactd", "work", "--concurrency", str(at_once)), environment, lines)
    with _ended(worker):
        yield Measured(worker.pid)


def database_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'bench.db'}"


def _of_models(models: Models) -> dict[str, str]:
    """What a process finds the models by, and nothing else that is set; without an admin port."""
    return {
        **_environment(),
        "COMPACTD_ADMIN_ADDRESS": "off",
        "COMPACTD_SGLANG_BASE_URL": models.slow_url,
        # What litellm reads to find the model that answers at once.
        "OPENAI_BASE_URL": models.instant_url,
        "OPENAI_API_KEY": "test",
    }


def _environment() -> dict[str, str]:
    """Without what would send calls anywhere else, or configure the server or its interpreter in another way."""
    ours = ("COMPACTD_", "OPENAI_", "PYTHON")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    kept = {name: value for name, value in kept.items() if not name.lower().endswith("_proxy")}
    # What is measured is this tree, whichever one the interpreter has installed.
    return {**kept, "PYTHONPATH": os.pathsep.join(str(ROOT / source) for source in ("service", "generated"))}


def free_address() -> str:
    """One that nobody listens at just now."""
    return f"{HOST}:{free_ports(1)[0]}"


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens at just now."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind((HOST, 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def _wait_until_listening(process: Process, address: str, log: Path) -> None:
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
def _ended(process: Process) -> Iterator[None]:
    """It is gone afterwards."""
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
