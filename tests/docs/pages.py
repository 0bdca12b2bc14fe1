"""The pages of the repository: their text, links, and blocks of code."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [
    path
    for path in (
        *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "tests/README.md")),
        *sorted((ROOT / "docs").glob("*.md")),
    )
    if path.exists()
]
NAMES = [path.relative_to(ROOT).as_posix() for path in PAGES]

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_INLINE = re.compile(r"`([^`\n]+)`")


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, language: str) -> list[str]:
    """The page's blocks of code in that language, in its order."""
    return [block for kind, block in _BLOCK.findall(text_of(name)) if kind == language]


def block(name: str, language: str, having: str) -> str:
    """The one block of that language that has these words in it."""
    [found] = [block for block in blocks(name, language) if having in block]
    return found


def prose(name: str) -> str:
    """The page without its blocks of code."""
    return _BLOCK.sub("", text_of(name))


def links(name: str) -> list[str]:
    """Where the page leads within the repository."""
    return [link for link in _LINK.findall(prose(name)) if "://" not in link]


def named_in_code(name: str) -> list[str]:
    """What stands between backticks in the page's text."""
    return [str(words) for words in _INLINE.findall(prose(name))]


def anchors(name: str) -> Iterator[str]:
    """What a link to one of the page's headings is called, as GitHub makes it."""
    for heading in re.findall(r"^#+ (.+)$", prose(name), re.MULTILINE):
        yield re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
