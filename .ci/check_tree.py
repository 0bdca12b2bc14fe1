"""Finds what must not be in the repository: addresses of package indexes, and paths that exist on one machine only."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.txt", "requirements-dev.txt")

# The character classes keep a pattern from finding itself in this file.
PATTERNS = {
    "an option that names a package index": r"--(extra-)?[i]ndex-url|--[f]ind-links|[P]IP_(EXTRA_)?INDEX_URL",
    "an address of a package index": r'https?://[^\s"]+/[s]imple\b|[f]iles\.pythonhosted\.org|"[r]esolved": *"http',
    "a path below somebody's home": r"(?<![\w.])/(?:[h]ome/\w+|[U]sers/\w+|[r]oot)/",
}


def paths_of_this_machine() -> list[Path]:
    """The checkout, the folder it lies in, and the user's home, but nothing that every machine has."""
    everywhere = {Path("/"), Path(tempfile.gettempdir()).resolve()}
    return [path for path in (ROOT, ROOT.parent, Path.home()) if path not in everywhere]


def tracked_files() -> list[str]:
    """What git tracks, and what it would add: an untracked file is found before it is committed."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def findings(name: str, patterns: dict[str, re.Pattern[str]]) -> list[str]:
    """One line for each place in one file; a file that is not text has none."""
    try:
        text = (ROOT / name).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return []
    return [
        f"{name}:{number}: {what}"
        for number, line in enumerate(text.splitlines(), start=1)
        for what, pattern in patterns.items()
        if pattern.search(line)
    ]


def main() -> int:
    here = "|".join(re.escape(f"{path}/") for path in paths_of_this_machine())
    patterns = {what: re.compile(pattern) for what, pattern in PATTERNS.items()}
    if here:
        patterns["a path of this machine"] = re.compile(here)
    found = [line for name in tracked_files() for line in findings(name, patterns)]
    found += [line for name in LOCKS for line in findings(name, {"a lock holds names and versions": re.compile("://")})]
    print("\n".join(found), file=sys.stderr, end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
