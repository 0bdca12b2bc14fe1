"""What docs/clients.md shows of the clients that the scenario runs."""

import textwrap
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
LANGUAGES = {"rs": "rust"}
"""Where a file is not named as its language is."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The lines of a file from the one that begins with `first` to the one that begins with `last`, and on to the
    bracket that closes what this one opens."""

    file: str
    first: str
    last: str

    def markdown(self) -> str:
        lines = (HERE / self.file).read_text(encoding="utf-8").splitlines()
        start = _beginning(lines, self.first, 0)
        end = _end(lines, _beginning(lines, self.last, start))
        code = textwrap.dedent("\n".join(lines[start : end + 1]))
        suffix = Path(self.file).suffix[1:]
        return f"```{LANGUAGES.get(suffix, suffix)}\n{code}\n```"


def _beginning(lines: list[str], words: str, start: int) -> int:
    return next(number for number in range(start, len(lines)) if lines[number].lstrip().startswith(words))


def _end(lines: list[str], start: int) -> int:
    opening = lines[start]
    if not opening.rstrip().endswith(("{", "(")):
        return start
    indent = opening[: len(opening) - len(opening.lstrip())]
    closing = (f"{indent}}}", f"{indent})")
    return next(
        number
        for number in range(start + 1, len(lines))
        if lines[number].startswith(closing) and not lines[number].endswith("{")
    )


EXCERPTS = {
    "go_connect": Excerpt("go/main.go", "func connect(", "func (bearer) RequireTransportSecurity"),
    "go_compact": Excerpt("go/main.go", "// The same request_id", "done :="),
    "go_failure": Excerpt("go/main.go", "// failure says", "func failure("),
    "typescript_call": Excerpt("typescript/scenario.ts", "/** A method of a client", "function promised"),
    "typescript_compact": Excerpt("typescript/scenario.ts", "// The same request_id", "const done ="),
    "typescript_failure": Excerpt("typescript/scenario.ts", "/** What a program can decide by", "function failure("),
    "java_connect": Excerpt("java/Scenario.java", "static ManagedChannel connect(", "static Map<String, ?> service"),
    "java_compact": Excerpt("java/Scenario.java", "// The same request_id", "var done ="),
    "java_failure": Excerpt("java/Scenario.java", "/** What a program can decide by", "static Map<String, Object>"),
    "rust_build": Excerpt("rust/build.rs", "//! Writes", "fn main()"),
    "rust_compact": Excerpt("rust/src/main.rs", "// The same request_id", "let done ="),
    "rust_read": Excerpt("rust/src/main.rs", "/// A read may be made again", "async fn read_agent("),
    "rust_failure": Excerpt("rust/src/main.rs", "/// What a program can decide by", "fn code_of("),
}
"""By the names that the page gives them."""
