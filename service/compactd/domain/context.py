"""The in-context messages as figures: what planning needs, without a single message body."""

from collections.abc import Sequence
from dataclasses import dataclass

from compactd.domain.messages import Role
from compactd.domain.value_class import value

# What the view adds to stored messages, in tokens of o200k_base with the surrounding message, rounded up: the
# stand-in result of a dead call, the line that introduces a late result (for ids up to a UUID's length), the user
# message that opens a context which does not begin with one, and the frames around the summary and a system note.
STAND_IN_TOKENS = 12
LATE_FRAME_TOKENS = 60
OPENING_TOKENS = 12
SUMMARY_FRAME_TOKENS = 51
NOTE_FRAME_TOKENS = 20

SHOWN_AS_USER = (Role.USER, Role.SYSTEM)
"""Whose entries a view shows as user messages: an entry of role system is a note."""


def entry_tokens(role: Role, tokens: int) -> int:
    """What is stored for an entry whose message alone takes so many `tokens`: a note is counted with its frame."""
    return tokens + NOTE_FRAME_TOKENS if role is Role.SYSTEM else tokens


@value
class Entry:
    """One stored message as a row of figures.

    `call_count` is the number of tool calls an assistant message makes. A result names the call that it answers by
    the position of the calling message and the index of the call in it. A late result, one that came after its call's
    run had ended, also has `late_tool`, the name of the called tool: the call itself may have been evicted. One that
    was kept without a call has nothing else, and an empty name where its tool is not known. The `token_count` of a
    summary and of a system note includes the frame that it is shown in.
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


@dataclass(frozen=True, slots=True)
class ContextSums:
    """A context as sums: what a plan needs beside the tail of the entries.

    Sizes are in tokens: `summary_tokens` are those of the summary with its frame, 0 without one, `entry_tokens` what
    is stored for the entries. Of the entries, `results` are those of role tool, of which `late_results` came late;
    `live_calls` are the calls, of all `calls`, that wait for a result and are not dead. `opening` says whether a
    stand-in opens the view. `first_position` and `last_position` are those of the first and the last entry, where there
    is one. `tokenizer` counted all of the messages; it is None if several did.
    """

    system_tokens: int
    tools_tokens: int
    summary_tokens: int
    entry_count: int
    entry_tokens: int
    calls: int
    results: int
    late_results: int
    live_calls: int
    opening: bool
    first_position: int
    last_position: int
    tokenizer: str | None

    @property
    def fixed_tokens(self) -> int:
        return self.system_tokens + self.tools_tokens

    @property
    def message_count(self) -> int:
        """Stored messages in the context: the system message, the summary, the entries."""
        return 1 + (self.summary_tokens > 0) + self.entry_count

    @property
    def dead_calls(self) -> int:
        """The calls that a stand-in answers. A call and its result in time are never on two sides of a cut, and live
        calls are never evicted: what is left of the calls died before a result came."""
        return self.calls - (self.results - self.late_results) - self.live_calls

    @property
    def group_tokens(self) -> int:
        """What the view takes for the entries: all that is stored for them, stand-ins and frames of late results."""
        return self.entry_tokens + self.late_results * LATE_FRAME_TOKENS + self.dead_calls * STAND_IN_TOKENS

    @property
    def rest_tokens(self) -> int:
        """What the view takes beside the fixed parts: the framed summary, the entries, a stand-in that opens it."""
        return self.summary_tokens + self.group_tokens + self.opening * OPENING_TOKENS

    def tokens_with(self, tools_tokens: int) -> int:
        """The size of the context, where the tool schemas take so many: they may be counted by another tokenizer."""
        return self.system_tokens + tools_tokens + self.rest_tokens
