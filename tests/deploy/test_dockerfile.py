"""The image: what a linter says of its file, and its steps, run in a clean folder where there is no container."""

import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.files import DEPLOY, ROOT

DOCKERFILE = DEPLOY / "Dockerfile"
TOO_LONG = "python -m compileall"
"""A step that takes a minute of both cores, and that needs no test."""

pytestmark = pytest.mark.timeout(300)


def instructions() -> Iterator[tuple[str, str]]:
    """Each with what stands behind it, in order."""
    lines = [line for line in DOCKERFILE.read_text().splitlines() if not line.startswith("#")]
    for line in "\n".join(lines).replace("\\\n", "").splitlines():
        if line.strip():
            word, _, rest = line.partition(" ")
            yield word, rest.strip()


def stages() -> list[list[tuple[str, str]]]:
    """The instructions of each stage; those before the first are not among them."""
    found: list[list[tuple[str, str]]] = []
    for word, rest in instructions():
        if word == "FROM":
            found.append([])
        elif found:
            found[-1].append((word, rest))
    return found


def test_the_linter_has_nothing_to_say() -> None:
    linter = Path(sys.prefix) / "bin" / "hadolint"
    done = subprocess.run([linter, DOCKERFILE], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_what_is_copied_is_what_is_not_ignored() -> None:
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    let_in = {line[1:] for line in ignored if line.startswith("!")}
    copied = {name for word, rest in stages()[0] if word == "COPY" for name in rest.split()[:-1]}
    assert "*" in ignored
    assert copied == let_in


def test_who_runs_is_nobody_and_gets_signals_itself() -> None:
    last = dict(stages()[-1])
    user, _, group = last["USER"].partition(":")
    assert int(user) > 0
    assert int(group) > 0
    # The form with brackets: no shell stands between the platform and the server.
    assert last["ENTRYPOINT"] == '["compactd"]'
    assert last["STOPSIGNAL"] == "SIGTERM"


def test_the_steps_that_build_make_an_environment_that_runs(tmp_path: Path) -> None:
    image, build = tmp_path / "image", tmp_path / "image" / "build"
    # The Python that the base image has: one without packages.
    venv.create(image / "usr", with_pip=True, symlinks=True)
    build.mkdir()

    def here(command: str) -> str:
        # What this machine has fetched before need not be fetched again.
        return re.sub(r"/opt/compactd", str(image / "opt"), command).replace("--no-cache ", "")

    ran = 0
    for word, rest in stages()[0]:
        if word == "COPY":
            *names, _ = rest.split()
            for name in names:
                source = ROOT / name
                if source.is_dir():
                    shutil.copytree(source, build / name, ignore=shutil.ignore_patterns("__pycache__"))
                else:
                    shutil.copy(source, build / name)
        if word == "RUN" and TOO_LONG not in rest:
            # What this machine needs to fetch packages is in its environment; which Python it uses is not to be seen.
            outside = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL"))}
            environment = outside | {"PATH": f"{image}/usr/bin:/usr/bin:/bin"}
            done = subprocess.run(
                ["/bin/sh", "-ec", here(rest.replace("--no-cache-dir ", ""))],
                cwd=build,
                env=environment,
                capture_output=True,
                text=True,
            )
            assert done.returncode == 0, f"{rest}\n{done.stdout}{done.stderr}"
            ran += 1
    assert ran >= 3
    # Elsewhere, and with nothing of this checkout on the path.
    last = [rest for word, rest in stages()[-1] if word == "ENV"]
    given = dict(pair.partition("=")[::2] for pair in " ".join(last).split() if pair.startswith("COMPACTD_"))
    command = [str(image / "opt" / "bin" / "compactd"), "config"]
    shown = subprocess.run(command, cwd=tmp_path, env=given, capture_output=True, text=True, check=True).stdout
    assert given.items() <= dict(re.findall(r"^(COMPACTD_\w+)=(.*)$", shown, re.MULTILINE)).items()
    # Off loopback it starts only once it is told who may call.
    refused = subprocess.run(
        [*command[:1], "serve"], cwd=tmp_path, env=given, capture_output=True, text=True, timeout=60
    )
    assert refused.returncode == 2
    assert "COMPACTD_AUTH" in refused.stderr
    # No tool that builds is left.
    assert not list((image / "opt" / "bin").glob("pip*"))
