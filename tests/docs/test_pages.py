"""What the pages name is there: links, files, targets of make, commands, variables."""

import argparse
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from compactd.cli import main
from compactd.config import PREFIX, Config
from compactd.sweep_arguments import add_arguments
from tests.docs.pages import NAMES, ROOT, anchors, links, named_in_code, text_of

README_LINES = 150

FOLDERS = (ROOT, ROOT / "service" / "compactd", ROOT / "protos", ROOT / "protos" / "compaction" / "v1")
"""Where a file that a page names may lie: the pages leave out what is the same for many."""

FILE = re.compile(r"(?:[\w.-]+/)*[\w.-]+\.(?:py|proto|md|toml|txt|json|yaml|binpb)|(?:[\w.-]+/)+")
PLACEHOLDER = re.compile(r"(?<![A-Za-z])(?:NAME|N)(?![A-Za-z])|\*")
"""In the name of a file that is to be made, or of many."""

OF_THE_TESTS = {"COMPACTD_TEST_OUTPUT", "COMPACTD_STRICT_SKIPS"}
"""Variables that no server reads."""


@pytest.mark.parametrize("page", NAMES)
def test_every_link_leads_somewhere(page: str) -> None:
    folder = (ROOT / page).parent
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (folder / path).resolve() if path else ROOT / page
        assert target.exists(), link
        if anchor:
            assert anchor in set(anchors(target.relative_to(ROOT).as_posix())), link


@pytest.mark.parametrize("page", NAMES)
def test_every_file_that_a_page_names_is_there(page: str) -> None:
    named = [words for words in named_in_code(page) if FILE.fullmatch(words) and not PLACEHOLDER.search(words)]
    folders = (*FOLDERS, (ROOT / page).parent)
    assert [words for words in named if not any((folder / words).exists() for folder in folders)] == []


def test_every_room_of_the_package_is_in_the_architecture() -> None:
    named = set(named_in_code("docs/architecture.md"))
    folders = {f"{path.parent.name}/" for path in (ROOT / "service" / "compactd").glob("*/__init__.py")}
    assert folders <= named


def test_every_page_of_the_folder_is_linked_from_the_readme() -> None:
    assert {name for name in NAMES if name.startswith("docs/")} <= set(links("README.md"))


@pytest.mark.parametrize("page", NAMES)
def test_every_target_of_make_that_a_page_names_is_there(page: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))
    assert set(re.findall(r"(?:`|^)make ([a-z]+)", text_of(page), re.MULTILINE)) <= targets


@pytest.mark.parametrize("page", NAMES)
def test_every_command_that_a_page_names_is_there(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    commands = set(re.findall(r"^ {4}(\w+) ", capsys.readouterr().out, re.MULTILINE))
    assert set(re.findall(r"`compactd (\w+)", text_of(page))) <= commands


@pytest.mark.parametrize("page", NAMES)
def test_every_sweep_command_that_a_page_shows_is_read_as_it_stands(page: str) -> None:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    for line in re.findall(r"^compactd sweep (.*)$", text_of(page), re.MULTILINE):
        parser.parse_args(shlex.split(line, comments=True))


@pytest.mark.parametrize("page", NAMES)
def test_every_variable_that_a_page_names_is_a_setting(page: str) -> None:
    settings = {f"{PREFIX}{name.upper()}" for name in Config.model_fields}
    assert set(re.findall(r"COMPACTD_[A-Z_]*[A-Z]", text_of(page))) <= settings | OF_THE_TESTS


def test_the_readme_is_short() -> None:
    assert len(text_of("README.md").splitlines()) <= README_LINES


@pytest.mark.parametrize("page", NAMES)
def test_no_place_is_left_open(page: str) -> None:
    assert "@@" not in text_of(page)
    assert "TODO" not in text_of(page)


def test_every_event_that_is_logged_is_told_to_operators() -> None:
    log = re.compile(r"(?:log|get_logger\(\))\.(?:debug|info|warning|error|exception|log\(\s*level,)\(?\s*\"([^\"]+)\"")
    package = ROOT / "service" / "compactd"
    logged = {event for path in package.rglob("*.py") for event in log.findall(path.read_text(encoding="utf-8"))}
    rows = re.findall(r"^\| (`.+?) \| (?:debug|info|warning|error)", text_of("docs/operations.md"), re.MULTILINE)
    assert {event for row in rows for event in re.findall(r"`([^`]+)`", row)} == logged


def check(root: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", "")))}
    command = [sys.executable, str(root / ".ci" / "docs.py"), "--check"]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


@pytest.mark.process
def test_a_table_that_no_longer_says_what_the_code_does_is_found(tmp_path: Path) -> None:
    tables = (f".ci/pages/{path.name}" for path in (ROOT / ".ci" / "pages").glob("*.py"))
    for name in (".ci/docs.py", *tables, "docs/settings.md", "generated/compaction/v1/descriptors.binpb"):
        copy = tmp_path / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((ROOT / name).read_bytes())
    assert check(tmp_path).returncode == 0
    page = tmp_path / "docs" / "settings.md"
    page.write_text(page.read_text(encoding="utf-8").replace("127.0.0.1:8283", "127.0.0.1:8284"), encoding="utf-8")
    found = check(tmp_path)
    assert found.returncode == 1
    assert "docs/settings.md is not current" in found.stderr
