"""Prose of the pages stays within a width."""

import pytest

from tests.docs.paragraphs import WIDTH, wrapped

LONG = "word " * 60


def widest(page: str) -> int:
    return max(len(line) for line in page.splitlines())


@pytest.mark.parametrize("begin", ["", "- ", "12. ", "  - ", "> "])
def test_a_long_line_is_filled_and_says_the_same(begin: str) -> None:
    page = f"# Title\n\n{begin}{LONG.strip()}\n\nshort\n"
    filled = wrapped(page)
    assert widest(filled) <= WIDTH
    assert filled.replace(">", "").split() == page.replace(">", "").split()
    assert wrapped(filled) == filled


def test_lines_of_an_item_stand_below_its_words() -> None:
    assert [line[:3] for line in wrapped(f"- {LONG}\n").splitlines()] == ["- w", "  w", "  w"]


def test_an_item_is_filled_by_itself() -> None:
    page = f"- one\n- {LONG.strip()}\n- three\n"
    lines = wrapped(page).splitlines()
    assert (lines[0], lines[-1]) == ("- one", "- three")


@pytest.mark.parametrize(
    "page",
    [
        "short\nlines\n",
        f"| a | {LONG}|\n",
        f"# {LONG}\n",
        f"<!-- {LONG}-->\n",
        f"![{LONG}](a.svg)\n",
        f"```text\n{LONG}\n```\n",
        f"````text\n```\n{LONG}\n````\n",
        f"{'x' * 200}\n",
    ],
    ids=["short", "table", "heading", "comment", "picture", "code", "code in code", "word"],
)
def test_what_is_no_long_prose_stays(page: str) -> None:
    assert wrapped(page) == page


def test_code_is_not_parted() -> None:
    assert "`two words`" in wrapped("x" * 125 + " `two words` and more\n")


def test_no_line_becomes_an_item() -> None:
    assert "\n- " not in wrapped("x" * 127 + " - with a dash behind it, as long as this\n")
