"""Write `generated/` from `protos/`: Python gencode, its stubs for mypy, the descriptor set, the OpenAPI document,
a service config for gRPC clients.

    python protos/generate.py           writes generated/compaction/v1/
    python protos/generate.py --check   compares instead, names what differs, and exits 1 if anything does

The same protos give the same bytes. Files that no proto stands behind any more are removed (or, with --check, named),
so `generated/` holds nothing written by hand.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

PROTOS = Path(__file__).resolve().parent
PACKAGE = Path("compaction/v1")
GENERATED = PROTOS.parent / "generated"
DESCRIPTORS = PACKAGE / "descriptors.binpb"
OPENAPI = PACKAGE / "openapi.json"
SERVICE_CONFIG = PACKAGE / "service_config.json"

# Error details travel as Any: who shows them as JSON needs their descriptors in the same set.
ERROR_PROTOS = ("google/rpc/error_details.proto", "google/rpc/status.proto")


class GenerationFailed(Exception):
    """protoc or the emitter rejected the protos; their own messages are on standard error."""


def generate(target: Path) -> None:
    """Write everything that belongs into `generated/` below `target`."""
    sources = sorted(path.relative_to(PROTOS).as_posix() for path in PROTOS.joinpath(PACKAGE).glob("*.proto"))
    services = [source for source in sources if source.endswith("_service.proto")]
    _protoc(f"--python_out={target}", f"--mypy_out=quiet:{target}", *sources)
    _protoc(f"--grpc_python_out={target}", f"--mypy_grpc_out=quiet:{target}", *services)
    _protoc(
        f"--descriptor_set_out={target / DESCRIPTORS}",
        "--include_imports",
        "--include_source_info",
        *sources,
        *ERROR_PROTOS,
    )
    descriptors = target.joinpath(DESCRIPTORS).read_bytes()
    target.joinpath(OPENAPI).write_bytes(_emitted("protos.openapi", descriptors))
    target.joinpath(SERVICE_CONFIG).write_bytes(_emitted("protos.service_config", descriptors))
    target.joinpath(PACKAGE, "py.typed").touch()


def differences(wanted: Path, present: Path) -> list[str]:
    """Sentences about every file in which the two folders differ, in the order of their paths."""
    fresh, stored = _contents(wanted), _contents(present)
    found = []
    for path in sorted(fresh.keys() | stored.keys()):
        if path not in stored:
            found.append(f"{path} is missing")
        elif path not in fresh:
            found.append(f"{path} is stale: no proto gives it any more")
        elif fresh[path] != stored[path]:
            found.append(f"{path} differs from what the protos give")
    return found


def _protoc(*arguments: str) -> None:
    includes = [f"--proto_path={folder}" for folder in (PROTOS, _googleapis())]
    # protoc looks its plugins up on the PATH, and those of an interpreter that was called by its path are not on it.
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    command = [sys.executable, "-m", "grpc_tools.protoc", *includes, *arguments]
    if subprocess.run(command, env={**os.environ, "PATH": path}, check=False).returncode != 0:
        raise GenerationFailed


def _emitted(module: str, descriptors: bytes) -> bytes:
    """In a process of its own, as protoc's plugins are: it is found from the root, wherever this script is started."""
    command = [sys.executable, "-m", module]
    emitter = subprocess.run(command, cwd=PROTOS.parent, input=descriptors, stdout=subprocess.PIPE, check=False)
    if emitter.returncode != 0:
        raise GenerationFailed
    return emitter.stdout


def _googleapis() -> Path:
    """The folder of googleapis-common-protos, which ships its .proto files beside its gencode."""
    spec = find_spec("google.rpc")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("googleapis-common-protos is not installed: install the development requirements first")
    return Path(next(iter(spec.submodule_search_locations))).parents[1]


def _contents(folder: Path) -> dict[Path, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder): path.read_bytes() for path in files}


def _write(wanted: Path, present: Path) -> None:
    fresh = _contents(wanted)
    for path in _contents(present).keys() - fresh.keys():
        present.joinpath(path).unlink()
    for path, content in fresh.items():
        present.joinpath(path).parent.mkdir(parents=True, exist_ok=True)
        present.joinpath(path).write_bytes(content)


def main() -> int:
    parser = argparse.ArgumentParser(description="Write generated/ from protos/.")
    parser.add_argument("--check", action="store_true", help="compare with what is there; exit 1 if it differs")
    check = parser.parse_args().check

    with tempfile.TemporaryDirectory() as folder:
        try:
            generate(Path(folder))
        except GenerationFailed:
            return 1
        if not check:
            _write(Path(folder), GENERATED)
            return 0
        found = differences(Path(folder), GENERATED)
    for sentence in found:
        print(f"generated/{sentence}", file=sys.stderr)
    if found:
        print("run `make generate` and commit the result", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
