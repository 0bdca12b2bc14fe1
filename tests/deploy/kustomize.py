"""Finds kustomize, or builds it with Go from PATH. It lies in the virtual environment then, as ghz does."""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

VERSION = "v5.7.1"
MODULE = "sigs.k8s.io/kustomize/kustomize/v5"
BUILD_SECONDS = 840.0
"""Half a minute where it has both cores, and minutes beside tests."""


class NotHere(Exception):
    """There is no kustomize, and none can be made."""


def find_kustomize() -> Path:
    """The executable. Raises NotHere."""
    built = Path(sys.prefix) / "bin" / f"kustomize-{VERSION}"
    # One worker builds it, the others wait.
    with (built.parent / ".kustomize.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not built.exists():
            _build(built)
    return built


def render(folder: Path) -> str:
    """What kustomize makes of a folder."""
    done = subprocess.run([find_kustomize(), "build", folder], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _build(target: Path) -> None:
    go = shutil.which("go")
    if go is None:
        raise NotHere("go is not installed")
    folder = target.parent / ".kustomize"
    environment = {**os.environ, "GOBIN": str(folder), "CGO_ENABLED": "0"}
    # Not optimized, which takes a third of the time.
    command = [go, "install", "-gcflags=all=-N -l", "-ldflags=-s -w", f"{MODULE}@{VERSION}"]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, timeout=BUILD_SECONDS)
    except subprocess.TimeoutExpired:
        raise NotHere("cannot fetch kustomize") from None
    if done.returncode:
        raise NotHere("cannot fetch kustomize")
    (folder / "kustomize").rename(target)
