"""Pages of docs/ that hold what the last full run measured, between two comments: docs/performance.md the bench's."""

import os
import platform
from datetime import UTC, datetime
from pathlib import Path

from tests.load.processes import ROOT

PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- made by make bench -->\n", "<!-- end -->"


def write_measured(report: str, page: Path = PAGE, begin: str = BEGIN) -> None:
    """Replaces what is between the comments; ValueError if the page does not have them once each."""
    text = page.read_text(encoding="utf-8")
    if (text.count(begin), text.count(END)) != (1, 1) or text.index(begin) > text.index(END):
        raise ValueError(f"{page} has no place for what was measured: {begin.strip()} and {END}, once each")
    before, after = text.partition(begin)[0], text.partition(END)[2]
    page.write_text(f"{before}{begin}\n{report}\n\n{END}{after}", encoding="utf-8")


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
