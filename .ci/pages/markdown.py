"""How tables are written: in Markdown, with names as code and numbers with commas."""

from collections.abc import Iterable, Iterator


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table; a bar in a cell is escaped."""
    columns = list(head)
    lines = [columns, ["---"] * len(columns), *([cell.replace("|", r"\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "–"


def number(value: float) -> str:
    """With commas between thousands, and no more digits than it needs."""
    return f"{value:,g}" if value != int(value) else f"{int(value):,}"


def together(rows: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """One row for all that have the same reason."""
    alike: dict[str, list[str]] = {}
    for name, why in rows:
        alike.setdefault(why, []).append(name)
    yield from (("<br>".join(names), why) for why, names in alike.items())
