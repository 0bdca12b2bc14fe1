"""`generated/` is what the protos give, and the check that says so sees every difference."""

import importlib.util
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from types import ModuleType

import pytest
from google.protobuf import descriptor_pool
from google.protobuf.descriptor_pb2 import FileDescriptorSet

SCRIPT = Path(__file__).parents[2] / "protos" / "generate.py"


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Two equal trees, as the wanted and the present state."""
    for name in ("wanted", "present"):
        package = tmp_path / name / "compaction" / "v1"
        package.mkdir(parents=True)
        package.joinpath("agent_pb2.py").write_text("generated")
    return tmp_path / "wanted", tmp_path / "present"


@pytest.mark.process
def test_generated_is_current() -> None:
    check = subprocess.run([sys.executable, SCRIPT, "--check"], capture_output=True, text=True, timeout=50)
    assert check.returncode == 0, check.stderr


def test_equal_folders_differ_in_nothing(generate: ModuleType, folders: tuple[Path, Path]) -> None:
    folders[1].joinpath("__pycache__").mkdir()
    folders[1].joinpath("__pycache__", "agent_pb2.pyc").touch()
    assert generate.differences(*folders) == []


def test_a_changed_a_missing_and_a_stale_file_are_each_named(generate: ModuleType, folders: tuple[Path, Path]) -> None:
    wanted, present = folders
    present.joinpath("compaction/v1/agent_pb2.py").write_text("edited")
    wanted.joinpath("compaction/v1/new_pb2.py").touch()
    present.joinpath("compaction/v1/old_pb2.py").touch()
    assert generate.differences(wanted, present) == [
        "compaction/v1/agent_pb2.py differs from what the protos give",
        "compaction/v1/new_pb2.py is missing",
        "compaction/v1/old_pb2.py is stale: no proto gives it any more",
    ]


def test_the_descriptor_set_stands_by_itself_with_comments_and_error_details() -> None:
    raw = files("compaction.v1").joinpath("descriptors.binpb").read_bytes()
    descriptors = FileDescriptorSet.FromString(raw)
    pool = descriptor_pool.DescriptorPool()
    for file in descriptors.file:
        pool.Add(file)
    for name in ("google.rpc.ErrorInfo", "google.rpc.BadRequest", "google.rpc.Status", "compaction.v1.Compaction"):
        assert pool.FindMessageTypeByName(name).full_name == name
    ours = [file for file in descriptors.file if file.package == "compaction.v1"]
    assert {Path(file.name).name for file in ours} == {path.name for path in SCRIPT.parent.rglob("*.proto")}
    assert all(any(location.leading_comments for location in file.source_code_info.location) for file in ours)
