"""What `compactd audit` prints, and the status that it ends with."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import delete

from compactd.cli import main
from compactd.storage.store import open_store
from compactd.storage.tables import MESSAGES
from tests.builders.stored_values import begin

Printed = pytest.CaptureFixture[str]


@pytest.fixture
def conversation_id(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A conversation of nine messages in the database that the command is about."""
    monkeypatch.setenv("COMPACTD_DATABASE_URL", database_url)

    async def make() -> str:
        store = open_store(database_url)
        key = await begin(store, 9)
        await store.close()
        return key.conversation_id

    return asyncio.run(make())


def lose_messages(url: str, *positions: int) -> None:
    async def lose() -> None:
        store = open_store(url)
        lost = delete(MESSAGES).where(MESSAGES.c.position.in_(positions))
        await store._database.write(lambda connection: connection.execute(lost))
        await store.close()

    asyncio.run(lose())


def test_where_nothing_is_wrong_it_says_so(conversation_id: str, capsys: Printed) -> None:
    for arguments in (["audit"], ["audit", conversation_id]):
        assert main(arguments) == 0
        printed = capsys.readouterr()
        assert (printed.out, printed.err) == ("Nothing is wrong (conversations: 1, messages: 10, records: 0).\n", "")


def test_a_fault_is_told_with_its_conversation(conversation_id: str, database_url: str, capsys: Printed) -> None:
    lose_messages(database_url, 4, 6, 7)
    assert main(["audit"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{conversation_id}: No message stands at position 4.",
        f"{conversation_id}: No messages stand at positions 6 to 7.",
        "Faults: 2, in conversations: 1 (conversations: 1, messages: 7, records: 0).",
    ]


def test_faults_of_one_kind_are_counted(conversation_id: str, database_url: str, capsys: Printed) -> None:
    lose_messages(database_url, 2, 4, 6)
    assert main(["audit", conversation_id]) == 1
    first, _ = capsys.readouterr().out.splitlines()
    assert first == f"{conversation_id}: No message stands at position 2. And 2 more of this kind."


@pytest.mark.usefixtures("conversation_id")
def test_an_unknown_conversation_is_no_fault(capsys: Printed) -> None:
    assert main(["audit", "conv-none"]) == 2
    assert capsys.readouterr() == ("", "compactd: There is no conversation conv-none.\n")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite:///{folder}/none/compactd.db", "There is no file {folder}/none/compactd.db."),
        ("postgresql://ines:canary@/none?host={folder}", "The database cannot be used at the moment: try again"),
        ("mysql://ines:canary@db/x", "COMPACTD_DATABASE_URL: "),
    ],
)
def test_without_a_database_nothing_can_be_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed, url: str, expected: str
) -> None:
    monkeypatch.setenv("COMPACTD_DATABASE_URL", url.format(folder=tmp_path))
    assert main(["audit"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(f"compactd: {expected.format(folder=tmp_path)}")
    assert len(printed.err.splitlines()) == 1
    assert "canary" not in printed.err
    assert list(tmp_path.iterdir()) == []
