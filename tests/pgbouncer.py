"""A real PgBouncer in transaction mode, as many run it before PostgreSQL: each transaction may get another session."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

# Debian has it where only administrators look for programs.
PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
MISSING = "pgbouncer is not there (Debian: pgbouncer)"

SESSIONS = 4
"""With PostgreSQL, for any number of clients."""

_START_SECONDS = 20


@contextmanager
def pgbouncer_before(url: str) -> Iterator[str]:
    """The URL by which the PostgreSQL of a URL of `tests.postgres` is reached through a PgBouncer."""
    assert PGBOUNCER is not None, MISSING
    parts = psycopg.conninfo.conninfo_to_dict(url)
    with tempfile.TemporaryDirectory(prefix="compactd-") as name:
        folder = Path(name)
        folder.chmod(0o777)
        settings = folder / "pgbouncer.ini"
        settings.write_text(
            f"""[databases]
* = host={parts["host"]} port={parts.get("port", 5432)} user={parts["user"]}
[pgbouncer]
listen_port = 6432
unix_socket_dir = {folder}
auth_type = any
pool_mode = transaction
default_pool_size = {SESSIONS}
max_client_conn = 500
""",
            encoding="utf-8",
        )
        # It does not run as root, and neither does the PostgreSQL of the tests, whose user is there.
        user = ["-u", "pgserver"] if os.geteuid() == 0 else []
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen([PGBOUNCER, *user, str(settings)], stdout=log, stderr=log)
        try:
            _wait_for(folder / ".s.PGSQL.6432", process, folder / "log")
            yield f"postgresql://{parts['user']}@/{parts['dbname']}?host={folder}&port=6432"
        finally:
            process.kill()
            process.wait()


def _wait_for(socket: Path, process: "subprocess.Popen[bytes]", log: Path) -> None:
    latest = time.monotonic() + _START_SECONDS
    while not socket.exists():
        assert process.poll() is None and time.monotonic() < latest, log.read_text(encoding="utf-8")  # noqa: PT018
        time.sleep(0.02)
