"""`compactd serve`, which waits a second for others that keep its SQLite file locked, and not a minute."""

import sys

from compactd.cli import main
from compactd.storage import sqlite

sqlite.BUSY_SECONDS = 1.0

if __name__ == "__main__":
    sys.exit(main(["serve"]))
