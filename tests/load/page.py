"""Pages of docs/ that hold what was measured, between two comments: docs/performance.md has a pair for each section."""

import os
import platform
from datetime import UTC, datetime
from pathlib import Path

from tests.docs.paragraphs import wrapped
from tests.load.processes import ROOT

PAGE = ROOT / "docs" / "performance.md"
END = "<!-- end -->"


def begin_of(section: str) -> str:
    """The comment before that section of the bench's page."""
    return f"<!-- made by make bench: {section} -->\n"


def write_measured(report: str, page: Path, begin: str) -> None:
    """Replaces what is between `begin` and the next end; ValueError if the page has not got `begin` once, and then an
    end."""
    before, _, rest = page.read_text(encoding="utf-8").partition(begin)
    _, end, after = rest.partition(END)
    if not end or begin in rest:
        raise ValueError(f"{page} has no place for what was measured: {begin.strip()} once, then {END}")
    page.write_text(f"{before}{begin}\n{wrapped(report)}\n{END}{after}", encoding="utf-8")


def machine() -> str:
    """A sentence about where and when (Linux only)."""
    return (
        f"{datetime.now(UTC):%d %B %Y}, {os.cpu_count()} cores of {_processor()}, "
        f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1024**3:.0f} GiB of memory, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}."
    )


def _processor() -> str:
    """Its name, as the kernel has it; processors of other makes than x86 are not named there."""
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()
