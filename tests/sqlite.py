"""SQLite files with the tables of this version: copies of one that each process makes once, in a tenth of the time.

That the tables are made in an empty file is shown by tests of `process/` and by `storage/test_schema.py`.
"""

import functools
import tempfile
from pathlib import Path

from compactd.storage.migrate import migrate


def migrated_sqlite(file: Path) -> str:
    """Writes an empty database there, in a folder that may have to be made; its URL."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(_migrated())
    return f"sqlite:///{file}"


@functools.cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory(prefix="compactd-") as folder:
        file = Path(folder, "compactd.db")
        migrate(f"sqlite:///{file}")
        return file.read_bytes()
