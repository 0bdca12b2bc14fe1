"""Clients of the last release can go on: buf finds nothing broken, and would find it."""

import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet

ROOT = Path(__file__).parents[2]
RELEASES = sorted(ROOT.joinpath("protos", "releases").glob("*.binpb"))


def breaking(descriptors: Path) -> subprocess.CompletedProcess[str]:
    """What `make lint` runs."""
    buf = Path(sys.executable).with_name("buf")
    config = ["--path", "compaction", "--config", f"{ROOT}/protos/buf.yaml"]
    command = [f"{buf}", "breaking", f"{descriptors}", "--against", f"{RELEASES[-1]}", *config]
    return subprocess.run(command, capture_output=True, text=True, timeout=30)


@pytest.fixture
def descriptors() -> FileDescriptorSet:
    return FileDescriptorSet.FromString(files("compaction.v1").joinpath("descriptors.binpb").read_bytes())


def test_one_release_is_kept_and_make_lint_names_it() -> None:
    (released,) = RELEASES
    assert f"RELEASED := {released.relative_to(ROOT)}\n" in ROOT.joinpath("Makefile").read_text()


@pytest.mark.process
def test_the_contract_breaks_nothing_of_the_last_release(descriptors: FileDescriptorSet, tmp_path: Path) -> None:
    tmp_path.joinpath("now.binpb").write_bytes(descriptors.SerializeToString())
    found = breaking(tmp_path / "now.binpb")
    assert found.returncode == 0, found.stdout


@pytest.mark.process
def test_a_field_with_another_number_would_be_found(descriptors: FileDescriptorSet, tmp_path: Path) -> None:
    (file,) = (file for file in descriptors.file if file.name == "compaction/v1/compaction_settings.proto")
    (message,) = file.message_type
    message.field[0].number += 1000
    tmp_path.joinpath("changed.binpb").write_bytes(descriptors.SerializeToString())
    found = breaking(tmp_path / "changed.binpb")
    assert found.returncode == 100
    assert "CompactionSettings" in found.stdout
