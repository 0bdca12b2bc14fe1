"""What a summary says is open after a few turns."""

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive import summarize
from tests.quality.languages import bare
from tests.quality.requests import open_section

U, A, T = Role.USER, Role.ASSISTANT, Role.TOOL


def open_after(*turns: str) -> str:
    """What is open after turns, a user first."""
    roles = (U, A) * len(turns)
    said = [ChatMessage(role=role, content=bare(text)) for role, text in zip(roles, turns, strict=False)]
    return open_section(summarize(said, 600)).strip()
