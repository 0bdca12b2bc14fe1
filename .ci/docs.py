"""Writes what docs/ repeats of the code, tables and pieces of clients, each between a pair of comments that name it;
and wraps the prose of every page.

python .ci/docs.py           writes them
python .ci/docs.py --check   changes nothing; names the pages that are not current, and exits 1 if there are any
"""

import argparse
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from pages.errors import errors
from pages.metrics import metric_labels, metrics
from pages.providers import accepted_parts, providers
from pages.rest import envoy_differences, ignored_options, not_offered, routes, statuses
from pages.settings import modes, settings, variables
from tests.docs.paragraphs import wrapped
from tests.polyglot.excerpts import EXCERPTS

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "tests/README.md", "docs/*.md")
TABLE = re.compile(r"(?P<begin><!-- made by make docs: (?P<name>\w+) -->\n).*?(?P<end><!-- end -->)", re.DOTALL)

TABLES: Mapping[str, Callable[[], str]] = {
    made.__name__: made
    for made in (
        accepted_parts,
        envoy_differences,
        errors,
        ignored_options,
        metric_labels,
        metrics,
        modes,
        not_offered,
        providers,
        routes,
        settings,
        statuses,
        variables,
    )
} | {name: excerpt.markdown for name, excerpt in EXCERPTS.items()}


def current(page: str) -> str:
    """The text of a page with its tables made anew, and no line of prose too long."""
    return wrapped(TABLE.sub(lambda found: f"{found['begin']}{TABLES[found['name']]()}\n{found['end']}", page))


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Write the tables in docs/ that repeat what the code says, and wrap the prose."
    )
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if a page is not current")
    check = parser.parse_args().check
    pages = sorted(path for pattern in PAGES for path in ROOT.glob(pattern))
    texts = {path: path.read_text(encoding="utf-8") for path in pages}
    stale = {path: fresh for path, text in texts.items() if (fresh := current(text)) != text}
    for path, fresh in stale.items():
        if check:
            print(f"{path.relative_to(ROOT)} is not current: run `make docs`", file=sys.stderr)
        else:
            path.write_text(fresh, encoding="utf-8")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
