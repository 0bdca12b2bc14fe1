"""What every error has: a code, a reason, a sentence, and the values of the sentence as metadata.

A sentence says what to do. It begins with a capital, or with a name from the request, and ends with a full stop. What
continues a sentence behind a colon begins small: the description of a field, why something was not done. Placeholders
are the keyword arguments of the constructor, which also become the metadata of the error's ErrorInfo: no driver text,
no payloads. Clients take 8 KiB of metadata, which is where a status travels: what a caller wrote is shortened before it
is said back.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

MAX_ECHO = 100
"""Characters of a value that a caller wrote, where a sentence says it back."""

MAX_PATH = 120
"""Characters of the path of a field; the contract's own are shorter."""

MAX_SENTENCE = 300
"""Characters of a value that is a sentence of ours: what is wrong with a field, why there is nothing to compact."""


class Code(StrEnum):
    """The canonical gRPC codes that this service answers with, by name."""

    INVALID_ARGUMENT = "INVALID_ARGUMENT"
    NOT_FOUND = "NOT_FOUND"
    PERMISSION_DENIED = "PERMISSION_DENIED"
    FAILED_PRECONDITION = "FAILED_PRECONDITION"
    ABORTED = "ABORTED"
    RESOURCE_EXHAUSTED = "RESOURCE_EXHAUSTED"
    UNAVAILABLE = "UNAVAILABLE"
    UNIMPLEMENTED = "UNIMPLEMENTED"
    UNAUTHENTICATED = "UNAUTHENTICATED"


def shortened(text: str, limit: int = MAX_ECHO) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """`field` is the proto path from the request down (`compaction_settings.clip_chars`, `messages[3].role`)."""

    field: str
    description: str


class CompactdError(Exception):
    """Base of every error that reaches a caller. `metadata` holds the values of the sentence, as text."""

    code: ClassVar[Code]
    reason: ClassVar[str]
    sentence: ClassVar[str]
    resource_type: ClassVar[str] = ""
    """For NOT_FOUND: the kind of the missing resource; its name is the first metadata value."""
    max_value: ClassVar[int] = MAX_ECHO
    """Characters of a value of the sentence."""

    def __init__(self, **values: object) -> None:
        self.metadata = {key: shortened(str(value), self.max_value) for key, value in values.items()}
        self.violations: tuple[FieldViolation, ...] = ()
        self.retry_after: float | None = None
        """Seconds after which a repeat makes sense; None says nothing."""
        self.quota_of = ""
        """Whose quota is used up: `namespace:` and its name."""
        super().__init__(self.sentence.format_map(self.metadata))
