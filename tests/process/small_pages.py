"""`compactd` whose sweeps look at a few conversations at a time, so that few of them are many pages.

python -m tests.process.small_pages PAGE_SIZE MOST_QUEUED serve|work …
"""

import sys


def main() -> int:
    from compactd.cli import main as run
    from compactd.storage import sweep_pages

    page_size, most_queued, *command = sys.argv[1:]
    for name, number in (("PAGE_SIZE", page_size), ("MOST_QUEUED", most_queued)):
        setattr(sweep_pages, name, int(number))
    return run(command)


if __name__ == "__main__":
    sys.exit(main())
