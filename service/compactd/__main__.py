"""`python -m compactd`."""

import sys

from compactd.cli import main as run


def main() -> None:
    """The console command."""
    sys.exit(run())


if __name__ == "__main__":
    main()
