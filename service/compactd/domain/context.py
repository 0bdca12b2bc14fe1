"""The in-context messages as figures: what planning needs, without a single message body."""

from collections.abc import Sequence
from dataclasses import dataclass

from compactd.domain.messages import Role
from compactd.domain.value_class import value

# What the view adds to stored messages, in tokens of o200k_base with the surrounding message, rounded up: the
# stand-in result of a dead call, the line that introduces a late result (for ids up to a UUID's length), the user
# message that opens a context which does not begin with one, and the frame around the summary.
STAND_IN_TOKENS = 12
LATE_FRAME_TOKENS = 60
OPENING_TOKENS = 12
SUMMARY_FRAME_TOKENS = 48


@value
class Entry:
    """One stored message as a row of figures.

    `call_count` is the number of tool calls an assistant message makes. A result names the call that it answers by
    the position of the calling message and the index of the call in it. A late result, one that came after its call's
    run had ended, also has `late_tool`, the name of the called tool: the call itself may have been evicted.
    """

    position: int
    id: str
    role: Role
    token_count: int
    tokenizer: str
    call_count: int = 0
    answers_position: int | None = None
    answers_index: int | None = None
    late_tool: str | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What a model would be shown now: system message, at most one summary, then every message from `start` on.

    `entries` are the messages from `start` on, in order, without summaries. `last_position` is that of the last
    appended message, 0 if there is none. `fixed_tokens` are those of the system message and the tool schemas.
    """

    start: int
    system: Entry
    summary: Entry | None
    entries: Sequence[Entry]
    tools_tokens: int
    last_position: int

    @property
    def fixed_tokens(self) -> int:
        return self.system.token_count + self.tools_tokens

    @property
    def message_count(self) -> int:
        """Stored messages in the context: the system message, the summary, the entries."""
        return 1 + (self.summary is not None) + len(self.entries)
