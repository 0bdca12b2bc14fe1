"""The commands beside serve, and serve with a configuration that cannot be."""

import asyncio
import json
import os
import signal
import socket
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from compactd.cli import main
from compactd.config import Config
from compactd.domain.keys import SweepKey
from compactd.domain.sweeps import SweepState
from compactd.storage.store import open_store
from tests.builders.stored_values import NAMESPACE, begin
from tests.forked_process import ForkedProcess
from tests.server import environment_of


async def command(folder: Path, *arguments: str, **settings: str) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of `python -m compactd`, which has imported what it needs."""
    run = ForkedProcess.run(("compactd", *arguments), environment_of(folder, settings))
    return await asyncio.wait_for(run, 60)


async def test_config_shows_every_setting_with_its_meaning_and_no_secret(tmp_path: Path) -> None:
    secrets = {
        "COMPACTD_DATABASE_URL": "postgresql://ines:canary-1@db.example/compactd?password=canary-4",
        "COMPACTD_SGLANG_BASE_URL": "http://ines:canary-5@models.example/v1",
        "COMPACTD_SGLANG_API_KEY": "canary-2",
        "COMPACTD_MOONSHOT_CODING_API_KEY": "canary-3",
    }
    status, output, errors = await command(tmp_path, "config", COMPACTD_LOG_LEVEL="debug", **secrets)
    assert (status, errors) == (0, "")
    for name, field in Config.model_fields.items():
        assert f"COMPACTD_{name.upper()}=" in output
        assert field.description
        assert field.description in output
    assert "canary" not in output
    for line in (
        "COMPACTD_GRPC_ADDRESS=127.0.0.1:50051",
        "COMPACTD_HTTP_ADDRESS=127.0.0.1:8283",
        "COMPACTD_ADMIN_ADDRESS=127.0.0.1:9464",
        "COMPACTD_LOG_LEVEL=debug",
        "COMPACTD_SGLANG_API_KEY=********",
        "ines:***@db.example/compactd",
        "COMPACTD_SGLANG_BASE_URL=http://***@models.example/v1",
    ):
        assert line in output


async def test_the_default_database_is_a_file_in_the_users_data_folder(tmp_path: Path) -> None:
    _, output, _ = await command(tmp_path, "config")
    assert f"COMPACTD_DATABASE_URL=sqlite:///{tmp_path}" in output


@pytest.mark.parametrize(
    ("verb", "name", "value"),
    [
        ("serve", "COMPACTD_LOG_LEVEL", "loud"),
        # Settings are read before the command is looked at.
        ("config", "COMPACTD_LOG_LEVEL", "loud"),
        ("config", "COMPACTD_DATABASE_CONNECTIONS", "0"),
        ("config", "COMPACTD_DATABASE_CONNECTIONS", "many"),
        ("config", "COMPACTD_MAX_CALL_SECONDS", "-1"),
        ("config", "COMPACTD_DATABASE_URL", " "),
        ("config", "COMPACTD_DATABASE_URL", "mysql://ines:canary@db/x"),
        ("config", "COMPACTD_REFLECTION", "perhaps"),
        ("serve", "COMPACTD_ADMIN_ADDRESS", "29464"),
        ("config", "COMPACTD_NAMESPACES_FILE", "/none/namespaces.toml"),
        ("config", "COMPACTD_PROVIDERS_FILE", "/none/providers.toml"),
    ],
)
async def test_a_setting_that_cannot_be_ends_the_command_with_a_sentence(
    tmp_path: Path, verb: str, name: str, value: str
) -> None:
    status, output, errors = await command(tmp_path, verb, **{name: value}, COMPACTD_GRPC_ADDRESS="127.0.0.1:0")
    assert (status, output) == (2, "")
    assert errors.startswith(f"compactd: {name}: ")
    assert len(errors.splitlines()) == 1
    assert "canary" not in errors


@pytest.mark.parametrize(
    "command_line",
    [("serve",), ("migrate",), ("audit",), ("sweep", "list"), ("config",)],
    ids=" ".join,
)
async def test_a_database_url_that_cannot_be_read_ends_each_command_with_a_sentence(
    tmp_path: Path, command_line: tuple[str, ...]
) -> None:
    settings = {"COMPACTD_DATABASE_URL": "sqlite:///here.db?cache=shared", "COMPACTD_GRPC_ADDRESS": "127.0.0.1:0"}
    status, _, errors = await command(tmp_path, *command_line, **settings)
    assert status == 2
    assert errors.splitlines()[-1].startswith("compactd: COMPACTD_DATABASE_URL: leave out what follows the ?")
    assert "Traceback" not in errors


@pytest.mark.parametrize("folder", ["/dev/null", "/proc/nope"])
@pytest.mark.parametrize("verb", ["serve", "migrate"])
async def test_a_folder_that_cannot_be_made_ends_the_command_with_the_settings_name(
    tmp_path: Path, verb: str, folder: str
) -> None:
    settings = {"COMPACTD_DATABASE_URL": f"sqlite:///{folder}/compactd.db", "COMPACTD_GRPC_ADDRESS": "127.0.0.1:0"}
    status, _, errors = await command(tmp_path, verb, **settings)
    assert status == 2
    beginning = f"compactd: COMPACTD_DATABASE_URL: The folder {folder} of the database file cannot be made"
    assert errors.splitlines()[-1].startswith(beginning)
    assert "Traceback" not in errors


@pytest.mark.parametrize("error", [ValueError, OSError])
def test_what_goes_wrong_by_a_bug_is_told_of_no_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: type[Exception]
) -> None:
    async def fails(*_: object) -> None:
        raise error("a bug")

    monkeypatch.setenv("COMPACTD_DATABASE_URL", f"sqlite:///{tmp_path}/compactd.db")
    monkeypatch.setattr("compactd.cli._prepare", lambda _: None)
    monkeypatch.setattr("compactd.server.serve", fails)
    with pytest.raises(error, match="a bug"):
        main(["serve"])
    assert "COMPACTD_" not in capsys.readouterr().err


async def test_a_command_whose_output_nobody_reads_ends_in_silence(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "compactd",
        "config",
        env=environment_of(tmp_path, {}),
        stdout=writer,
        stderr=asyncio.subprocess.PIPE,
    )
    os.close(writer)
    _, errors = await asyncio.wait_for(process.communicate(), 60)
    assert (process.returncode, errors) == (128 + signal.SIGPIPE, b"")


async def test_an_address_in_use_ends_serve_with_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        status, _, errors = await command(tmp_path, "serve", COMPACTD_GRPC_ADDRESS=address)
    assert status == 1
    assert f"cannot listen on {address}" in errors
    assert "Traceback" not in errors


async def test_migrate_says_when_the_database_is_away(tmp_path: Path) -> None:
    url = f"postgresql://ines:canary@/none?host={tmp_path}"
    status, _, errors = await command(tmp_path, "migrate", COMPACTD_DATABASE_URL=url)
    assert status == 1
    assert errors.startswith("compactd: The database cannot be used at the moment: try again later. (Oper")
    assert len(errors.splitlines()) == 1
    assert "canary" not in errors


async def test_migrate_says_that_a_file_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("these are notes, not tables\n" * 100)
    status, _, errors = await command(tmp_path, "migrate", COMPACTD_DATABASE_URL=f"sqlite:///{tmp_path}/notes.txt")
    assert status == 1
    assert errors.endswith("(DatabaseError: file is not a database)\n")
    assert len(errors.splitlines()) == 1


async def test_migrate_says_why_messages_cannot_be_partitioned(tmp_path: Path) -> None:
    for asked, status, sentence in (
        ("1", 2, "--partition-messages: messages can be in 2 to 256 partitions."),
        ("4", 1, "SQLite has no partitions: messages can be partitioned on PostgreSQL."),
    ):
        ended, _, errors = await command(
            tmp_path,
            "migrate",
            "--partition-messages",
            asked,
            COMPACTD_DATABASE_URL=f"sqlite:///{tmp_path}/compactd.db",
        )
        assert (ended, errors.strip()) == (status, f"compactd: {sentence}")


async def test_migrate_brings_a_sqlite_file_to_its_tables(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new/compactd.db"
    assert (await command(tmp_path, "migrate", COMPACTD_DATABASE_URL=url))[0] == 0
    assert (tmp_path / "new" / "compactd.db").is_file()


async def test_no_command_and_an_unknown_one_are_rejected(tmp_path: Path) -> None:
    for arguments in ((), ("forget",)):
        status, _, errors = await command(tmp_path, *arguments)
        assert status == 2
        assert "usage: compactd" in errors


LISTEN = {"COMPACTD_GRPC_ADDRESS": "127.0.0.1:0", "COMPACTD_HTTP_ADDRESS": "0.0.0.0:0"}


@pytest.mark.parametrize("workers", ["1", "2"])
async def test_a_server_that_others_can_reach_starts_only_when_it_is_decided_who_may_call(
    tmp_path: Path, workers: str
) -> None:
    status, _, errors = await command(tmp_path, "serve", **LISTEN, COMPACTD_WORKERS=workers)
    assert (status, errors.count("\n")) == (2, 1)
    assert errors.startswith("compactd: COMPACTD_AUTH: the server would listen on 0.0.0.0:0 (http_address), which")


async def test_access_without_its_first_setting_ends_serve_and_a_misspelt_one_is_named(tmp_path: Path) -> None:
    settings = {"COMPACTD_AUHT": "tokens", "COMPACTD_AUTH_TOKENS_FILE": "canary", "COMPACTD_SERVICE_HOST": "10.0.0.1"}
    status, _, errors = await command(tmp_path, "serve", **settings)
    warned, said = errors.splitlines()
    line = json.loads(warned)
    assert (line["event"], line["level"], line["names"]) == ("unknown settings", "warning", ["COMPACTD_AUHT"])
    assert line["meant"] == ["COMPACTD_AUTH"]
    assert status == 2
    assert said.startswith("compactd: COMPACTD_AUTH: COMPACTD_AUTH_TOKENS_FILE would have no effect, and everybody be ")
    assert "canary" not in errors


async def test_a_token_is_printed_once_with_the_line_that_lets_it_in(tmp_path: Path) -> None:
    status, output, errors = await command(tmp_path, "token", "team-a", "read,write")
    assert (status, errors) == (0, "")
    token, line = output.splitlines()
    assert line == f"{sha256(token.encode()).hexdigest()} team-a read,write"


async def test_a_token_for_a_scope_that_there_is_not_is_not_made(tmp_path: Path) -> None:
    status, output, errors = await command(tmp_path, "token", "team-a", "read,delete")
    assert (status, output) == (2, "")
    assert "read, write or admin" in errors


async def test_ctrl_c_ends_the_bar_of_a_sweep_and_not_the_sweep(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/compactd.db"
    store = open_store(url, durable=False)
    await begin(store, 3)
    # Where the tests run in a shell's background they ignore Ctrl-C, and so would what they start.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "compactd", "sweep", "start", "--follow", "--namespace", NAMESPACE),
            env=environment_of(tmp_path, {"COMPACTD_DATABASE_URL": url}),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
    finally:
        signal.signal(signal.SIGINT, before)
    assert process.stdout is not None
    sweep_id = (await process.stdout.readline()).decode().strip()
    process.send_signal(signal.SIGINT)
    _, errors = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 130
    assert f"compactd sweep status {sweep_id}" in errors.decode()
    assert "Traceback" not in errors.decode()
    assert (await store.sweeps.get_sweep(SweepKey(NAMESPACE, sweep_id))).state is SweepState.RUNNING
    await store.close()
