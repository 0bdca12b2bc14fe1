"""What assistants say after somebody asked for something, clause by clause, labelled: what tells how far they have come
learns from it.

`corpus/replies/*.txt` hold one sentence or clause a line, under headings of a label.
"""

from functools import cache
from pathlib import Path

from tests.quality.labelled_wishes import Line, read

FOLDER = Path(__file__).parent / "corpus" / "replies"

LABELS = {
    "done": "what came of something, or how things are: a result, an answer, a state, a decision",
    "begun": "what is being done, or is only announced",
    "left": "what is still to come, or waits for something or somebody",
    "failed": "what was tried in vain, or refused",
    "asks": "what the assistant needs to know first",
    "offers": "more, when all is done",
    "noted": "a fact, a wish or a rule is only taken down",
    "kind": "thanks, sympathy, jokes, small talk",
}


@cache
def lines() -> tuple[Line, ...]:
    """All of them, language by language. ValueError for a line under no known label."""
    return tuple(line for file in sorted(FOLDER.glob("*.txt")) for line in read(file, LABELS))
