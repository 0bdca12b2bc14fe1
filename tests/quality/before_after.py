"""Three summaries before and after, for a person to judge: `python -m tests.quality.before_after` writes the page.

What was before is kept in `shown/*.before.md`. It is made anew by the same command in a shell whose PYTHONPATH names
the `service` folder of a checkout of that commit first: `python -m tests.quality.before_after --keep-as-before`.
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive import default_limit, summarize
from tests.docs.paragraphs import wrapped
from tests.quality import recorded
from tests.quality.measurements import DEMO

BEFORE = "6833a53"
SHOWN = Path(__file__).parent / "shown"
PAGE = Path(__file__).parents[2] / "docs" / "summaries.md"


@dataclass(frozen=True, slots=True)
class Example:
    """`about` says what happens, and what a summary of it should not miss."""

    title: str
    file: Path
    about: str


EXAMPLES: Mapping[str, Example] = {
    "coding": Example(
        "A coding agent",
        DEMO / "conversation.json",
        "The demo's session: an export that is killed at night, its cause and its fix. The user corrects a batch size "
        "and gives reasons; at the end nothing may be sent yet.",
    ),
    "support": Example(
        "A support conversation",
        SHOWN / "support.json",
        "A bakery's cabinet loses its heat. The customer must not be called, then on one day and on one number after "
        "all; a visit is booked, moved and booked again; an invoice is corrected and invoices go elsewhere from now "
        "on, without advertising. Open is whether the second cabinet has the same sensor.",
    ),
    "german": Example(
        "In German",
        SHOWN / "verein.json",
        "A rowing club's members move to another system. Nothing may be sent to members, a copy is made before each "
        "change, amounts are written with a comma; a fee is corrected from 72 to 78 euros. Open is a list of those who "
        "joined 25 years ago.",
    ),
}


def messages_of(example: Example) -> tuple[ChatMessage, ...]:
    """Without a system message."""
    read = json.loads(example.file.read_text(encoding="utf-8"))["messages"]
    return tuple(recorded.message_of(message) for message in read if message["role"] != Role.SYSTEM)


def summary_of(example: Example) -> str:
    """At the size that it has where nobody asks for another."""
    messages = messages_of(example)
    return summarize(messages, default_limit(sum(message.characters for message in messages)))


def page() -> str:
    what = (
        "What `local/extractive` makes of three conversations that were written for this repository, at the size it "
        "takes by itself: a tenth of the characters, at least 600. "
        f"Before is commit {BEFORE}, after is this one. `make quality` writes this page; figures are in "
        "[quality.md](quality.md)."
    )
    blocks = ["# Three summaries, before and after", what]
    for name, example in EXAMPLES.items():
        before = (SHOWN / f"{name}.before.md").read_text(encoding="utf-8")
        said = messages_of(example)
        count = f"{len(said)} messages, {sum(message.characters for message in said):,} characters."
        blocks += [f"## {example.title}", f"{example.about} {count}"]
        blocks += ["### Before", _quoted(before), "### After", _quoted(summary_of(example))]
    return wrapped("\n\n".join(blocks))


def _quoted(summary: str) -> str:
    return f"````text\n{summary.strip()}\n````"


def write() -> None:
    PAGE.write_text(page(), encoding="utf-8")


def main() -> None:
    if "--keep-as-before" in sys.argv[1:]:
        for name, example in EXAMPLES.items():
            (SHOWN / f"{name}.before.md").write_text(f"{summary_of(example)}\n", encoding="utf-8")
    else:
        write()


if __name__ == "__main__":
    main()
