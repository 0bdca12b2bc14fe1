"""Finds a kustomize: kubectl's own, with which manifests are applied; where there is none that is new enough, one that
is built with Go from PATH. It lies in the virtual environment then, as ghz does."""

import fcntl
import functools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

OLDEST = (5, 0)
"""Of kubectl's, which has it since 1.27."""

VERSION = "v5.7.1"
MODULE = "sigs.k8s.io/kustomize/kustomize/v5"
NO_GARBAGE = {"GOGC": "off", "GOMEMLIMIT": "1GiB"}
"""For Go's compiler: it ends soon, and looks for garbage only where memory is scarce."""

BUILD_SECONDS = 840.0
"""Half a minute where it has both cores, and minutes beside tests."""


class NotHere(Exception):
    """There is no kustomize, and none can be made."""


@functools.cache
def find_kustomize() -> Sequence[str]:
    """The command that renders a folder. Raises NotHere."""
    return _of_kubectl() or (str(_built()), "build")


def render(folder: Path) -> str:
    """What kustomize makes of a folder."""
    done = subprocess.run([*find_kustomize(), folder], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _of_kubectl() -> Sequence[str]:
    """Empty where kubectl is not installed, or has an older one."""
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        return ()
    said = subprocess.run([kubectl, "version", "--client", "--output=json"], capture_output=True)
    # Releases that are too old say nothing of it.
    version = json.loads(said.stdout).get("kustomizeVersion", "v0.0") if said.returncode == 0 else "v0.0"
    major, minor, *_ = version.removeprefix("v").split(".")
    return (kubectl, "kustomize") if (int(major), int(minor)) >= OLDEST else ()


def _built() -> Path:
    built = Path(sys.prefix) / "bin" / f"kustomize-{VERSION}"
    # One worker builds it, the others wait.
    with (built.parent / ".kustomize.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not built.exists():
            _build(built)
    return built


def _build(target: Path) -> None:
    go = shutil.which("go")
    if go is None:
        raise NotHere("go is not installed")
    folder = target.parent / ".kustomize"
    environment = {**os.environ, "GOBIN": str(folder), "CGO_ENABLED": "0", **NO_GARBAGE}
    # Not optimized, which takes a third of the time, and without what a debugger wants.
    command = [go, "install", "-gcflags=all=-N -l -dwarf=false", "-ldflags=-s -w", f"{MODULE}@{VERSION}"]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, timeout=BUILD_SECONDS)
    except subprocess.TimeoutExpired:
        raise NotHere("cannot fetch kustomize") from None
    if done.returncode:
        raise NotHere("cannot fetch kustomize")
    (folder / "kustomize").rename(target)
