"""The clients of the scenario, each built by its language's own tools from the published descriptor set.

Nothing of it lies in the tree: what was fetched and what was built stay in the user's cache, under names that are
hashes of what went into them, so that a second run builds nothing and two checkouts do not disturb each other.
"""

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
GENERATED = ROOT / "generated" / "compaction" / "v1"
DESCRIPTORS = GENERATED / "descriptors.binpb"
SOURCES = sorted(f"compaction/v1/{path.name}" for path in ROOT.glob("protos/compaction/v1/*.proto"))
RECIPES = (HERE / "toolchains.py", HERE / "languages.py")
PROTOC = (sys.executable, "-m", "grpc_tools.protoc")
PLATFORM = f"linux-{platform.machine()}"

FETCH_SECONDS = 240.0
BUILD_SECONDS = 840.0
"""Forty seconds for the slowest where it has both cores, and minutes where it has not."""


class NotHere(Exception):
    """The machine lacks the toolchain, or does not get what it needs: said in words that are the same everywhere."""


@dataclass(frozen=True, slots=True)
class Step:
    """A command, and what it sees of the environment beside what there is."""

    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Folders:
    """Where one client is made: `tools` has what its dependency files ask for, `program` its sources and what is built
    of them."""

    tools: Path
    program: Path


@dataclass(frozen=True, slots=True)
class Toolchain:
    """How a language comes to a client.

    `dependencies` are the files that `fetch` needs, by their names alone. It compiles nothing, so that what cannot be
    compiled is never taken for what cannot be had; `build` needs no network. `beside` are folders that it builds from,
    where its own is not all.
    """

    name: str
    programs: Sequence[str]
    dependencies: Sequence[Path]
    fetch: Callable[[Folders], Sequence[Step]]
    build: Callable[[Folders], Sequence[Step]]
    run: Callable[[Folders], Sequence[str]]
    beside: Sequence[Path] = ()


def client_of(toolchain: Toolchain) -> Sequence[str]:
    """The command that runs the client, which is built before if it has to be. Raises NotHere."""
    if any(shutil.which(program) is None for program in toolchain.programs):
        raise NotHere(f"{toolchain.name} is not installed")
    source = HERE / toolchain.name
    files = _files(source)
    beside = [path for folder in toolchain.beside for path in _files(folder)]
    tools = _cache() / f"{toolchain.name}-tools-{_hash(toolchain.dependencies)}"
    folders = Folders(tools, _cache() / f"{toolchain.name}-{_hash([*files, *beside, DESCRIPTORS, *RECIPES])}")
    with _alone(toolchain.name):
        with _once(folders.tools) as is_made:
            if not is_made:
                for path in toolchain.dependencies:
                    _copy(path, folders.tools / path.name)
                _fetch(toolchain, folders)
        with _once(folders.program) as is_made:
            if not is_made:
                for path in files:
                    _copy(path, folders.program / path.relative_to(source))
                for step in toolchain.build(folders):
                    _run(step, folders.program, BUILD_SECONDS).check_returncode()
    return toolchain.run(folders)


def protoc(*arguments: str, compiler: Sequence[str] = PROTOC) -> Step:
    """Code of the protos, and of others where `arguments` name them. The compiler is the same for most languages;
    plugins make the code."""
    return Step((*compiler, f"--descriptor_set_in={DESCRIPTORS}", *arguments, *SOURCES))


def _fetch(toolchain: Toolchain, folders: Folders) -> None:
    for step in toolchain.fetch(folders):
        try:
            done = _run(step, folders.tools, FETCH_SECONDS)
        except subprocess.TimeoutExpired:
            raise NotHere(f"cannot fetch what the client in {toolchain.name} needs") from None
        if done.returncode:
            raise NotHere(f"cannot fetch what the client in {toolchain.name} needs")


def _run(step: Step, folder: Path, seconds: float) -> subprocess.CompletedProcess[bytes]:
    """What the command says goes to where the test's own output goes."""
    environment = {**os.environ, **step.environment}
    return subprocess.run(step.command, cwd=folder, env=environment, timeout=seconds, stdin=subprocess.DEVNULL)


def _cache() -> Path:
    # By Python's own library alone: builds begin before anything is installed.
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(caches, "compactd-tests", "polyglot")


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


def _hash(paths: Sequence[Path]) -> str:
    found = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        found.update(f"{path.name} {len(content)}\n".encode() + content)
    return found.hexdigest()[:16]


def _copy(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(path, target)


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """Workers and checkouts build a language's client one after the other."""
    _cache().mkdir(parents=True, exist_ok=True)
    with (_cache() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _once(folder: Path) -> Iterator[bool]:
    """Whether the folder is complete; it is when the block has ended without an error, and new until then."""
    complete = folder / ".complete"
    is_made = complete.exists()
    if not is_made:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    yield is_made
    complete.touch()
