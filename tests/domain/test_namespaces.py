"""The settings of namespaces, and the file that they are written in."""

import re
from pathlib import Path
from typing import Any

import pytest
import structlog

from compactd.config.namespaces_file import NamespacesFile, parse_namespaces
from compactd.domain.namespaces import Namespaces, NamespaceSettings

TABLES: dict[str, Any] = {
    "default": {"calls_in_hand": 100, "stored_messages": 1000, "model_usd_per_day": 1.5},
    "namespaces": {
        "acme": {"calls_in_hand": 7, "model_usd_per_day": "unlimited"},
        "team.two": {"stored_bytes": 0, "model_usd_per_day": 3},
    },
}

LIMITS = ", ".join(NamespaceSettings.model_fields)


def test_a_namespace_has_its_own_settings_and_else_those_by_default() -> None:
    namespaces = Namespaces.of_file(TABLES)
    assert namespaces.of("acme") == NamespaceSettings(calls_in_hand=7, stored_messages=1000)
    assert namespaces.of("team.two") == NamespaceSettings(
        calls_in_hand=100, stored_messages=1000, stored_bytes=0, model_usd_per_day=3
    )
    assert namespaces.of("anybody") == NamespaceSettings(calls_in_hand=100, stored_messages=1000, model_usd_per_day=1.5)


def test_a_file_of_a_comment_limits_nothing(tmp_path: Path) -> None:
    (tmp_path / "namespaces.toml").write_text("# nobody\n")
    assert NamespacesFile(tmp_path / "namespaces.toml").of("acme") == NamespaceSettings()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[default]\ncalls = 3", f"default.calls: there is no such limit: write {LIMITS}."),
        ("[acme]\ncalls_in_hand = 3", "acme: there is no such table: write [default], or [namespaces.NAME]."),
        (
            "[namespaces.acme]\ncalls_in_hand = 0",
            'namespaces.acme.calls_in_hand: write a whole number from 1 on, or "unlimited".',
        ),
        ("[default]\nstored_bytes = '1 GB'", 'default.stored_bytes: write a whole number from 0 on, or "unlimited".'),
        (
            "[default]\nstored_messages = 1.0",
            'default.stored_messages: write a whole number from 0 on, or "unlimited".',
        ),
        (
            "[default]\nstored_messages = true",
            'default.stored_messages: write a whole number from 0 on, or "unlimited".',
        ),
        (
            "[default]\nmodel_usd_per_day = nan",
            'default.model_usd_per_day: write US dollars as a number from 0 on, or "unlimited".',
        ),
        (
            "[default]\nmodel_usd_per_day = -1",
            'default.model_usd_per_day: write US dollars as a number from 0 on, or "unlimited".',
        ),
        ("namespaces = 3", "namespaces: write a table [namespaces.NAME] for each that has limits of its own: "),
        ("default = 3", f"default: write a table of limits: {LIMITS}."),
        ("[namespaces]\nacme = 3", f"namespaces.acme: write a table of limits: {LIMITS}."),
        ('[namespaces.""]', "namespaces..[key]: the name of a namespace has 1 to 256 characters."),
        (" \n", "it is empty; a line that begins with # is enough"),
        ("[default", "it is no TOML: "),
        ("\udce4", "it is no TOML: "),
    ],
)
def test_a_file_that_is_wrong_is_refused_by_the_name_of_the_key(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "namespaces.toml"
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(ValueError, match="^" + re.escape(f"{path}: {said}")):
        NamespacesFile(path)


@pytest.mark.parametrize("limit", NamespaceSettings.model_fields)
def test_of_every_limit_a_file_that_is_wrong_is_told_what_it_may_be(limit: str) -> None:
    with pytest.raises(ValueError, match=rf'^default\.{limit}: write .*number from [01] .*, or "unlimited"\.$'):
        parse_namespaces(f"[default]\n{limit} = 'canary'".encode())


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"cannot be read: No such file or directory\.$"):
        NamespacesFile(tmp_path / "none.toml")


def test_a_change_of_the_file_is_taken_and_one_that_is_wrong_is_not(tmp_path: Path) -> None:
    path = tmp_path / "namespaces.toml"
    path.write_text("[default]\ncalls_in_hand = 3\n")
    file = NamespacesFile(path)
    assert file.of("acme").calls_in_hand == 3
    with structlog.testing.capture_logs() as lines:
        file.look()
        assert lines == []
        path.write_text("[default]\ncalls_in_hand = 44\n")
        file.look()
        assert file.of("acme").calls_in_hand == 44
        path.write_text("[default]\ncalls_in_hand = 'canary'\n")
        file.look()
        path.write_text("")
        file.look()
        path.unlink()
        file.look()
        file.look()
        assert file.of("acme").calls_in_hand == 44
        (tmp_path / "new").write_text("[default]\ncalls_in_hand = 55\n")
        (tmp_path / "new").rename(path)
        file.look()
    assert file.of("acme").calls_in_hand == 55
    assert [line["event"] for line in lines] == [
        "file reloaded",
        "file not reloaded",
        "file not reloaded",
        "file not reloaded",
        "file reloaded",
    ]
    assert "default.calls_in_hand" in lines[1]["why"]
    assert "canary" not in lines[1]["why"]
