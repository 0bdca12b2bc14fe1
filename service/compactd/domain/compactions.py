"""The record of a compaction or a restore: what was evicted, what stands in its place, who summarized, what it cost."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from compactd.domain.receipts import Receipt, ReceiptLists


class CompactionKind(StrEnum):
    COMPACTION = "compaction"
    RESTORE = "restore"


class RequestForm(StrEnum):
    """What the model read: the conversation as its own context, or a transcript of it."""

    SELF = "self"
    TRANSCRIPT = "transcript"


class Method(StrEnum):
    """How the new part came about: by one model call, by model calls over chunks (of the evicted messages, or of what
    two parts were merged from), or by the embedded summarizer."""

    MODEL = "model"
    MODEL_CHUNKED = "model_chunked"
    EXTRACTIVE = "extractive"


class PartState(StrEnum):
    """How a part came into the summary of this compaction."""

    NEW = "new"
    KEPT = "kept"
    MERGED = "merged"


class MergeSource(StrEnum):
    """What a merged part was made from: the evicted messages, or the texts of the two parts."""

    ORIGINALS = "originals"
    TEXTS = "texts"


@dataclass(frozen=True, slots=True)
class SummaryPart:
    """One part of a summary and the positions (inclusive) of the messages it stands for; `tokens` without frame.

    `source_tokens` is what those messages take in a transcript at most (images count as much as in a context): it
    decides, without reading them, whether a merge can be made from the originals.
    """

    first_position: int
    last_position: int
    tokens: int
    text: str
    state: PartState = PartState.NEW
    merged_from: MergeSource | None = None
    source_tokens: int = 0


MAX_TOKENS = 2**31 - 1
"""The most that a record can say: the contract counts tokens in 32 bits."""


def token_count(said: object) -> int:
    """The number of tokens that a provider, or an older record, gives as a number or as digits; 0 for all that is no
    count: below zero, above MAX_TOKENS, not finite, or of another kind."""
    if isinstance(said, str) and said.isascii() and said.isdigit() and len(said) <= len(str(MAX_TOKENS)):
        said = int(said)
    if isinstance(said, bool) or not isinstance(said, int | float):
        return 0
    return int(said) if 0 <= said <= MAX_TOKENS else 0


@dataclass(frozen=True, slots=True)
class Usage:
    """What the model calls of an attempt consumed. `cost_usd` is None where a price is unknown. No count grows beyond
    MAX_TOKENS."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    calls: int = 0
    cost_usd: float | None = 0.0

    def __add__(self, other: "Usage") -> "Usage":
        cost = None if self.cost_usd is None or other.cost_usd is None else self.cost_usd + other.cost_usd
        return Usage(
            min(MAX_TOKENS, self.input_tokens + other.input_tokens),
            min(MAX_TOKENS, self.output_tokens + other.output_tokens),
            min(MAX_TOKENS, self.cached_tokens + other.cached_tokens),
            self.calls + other.calls,
            cost,
        )


@dataclass(frozen=True, slots=True)
class LastCut:
    """How the context was cut last, and the last position that was seen then: the same cut of the same messages again
    would only evict more of what it kept."""

    mode: str
    keep_share: float
    last_seen_position: int


@dataclass(frozen=True, slots=True)
class Compaction:
    """A record. `settings` are the effective ones, complete but for the prompt, as plain data of CompactionSettings.

    `context_start` and `summary_position` are the state of the context after this record, which a later restore of
    its child goes back to. Positions are inclusive; a restore evicts nothing and has 0 there.

    `parent_id` names the record in force when this one was made. What stands in the context comes from the chain in
    force: from a compaction it goes on to its parent, from a restore to the parent of the record that it undid.
    """

    id: str
    conversation_id: str
    created_at: datetime
    kind: CompactionKind
    parent_id: str | None
    mode: str
    request_form: RequestForm | None
    method: Method | None
    degraded_reason: str
    settings: dict[str, Any]
    unused_settings: tuple[str, ...]
    model: str
    prompt_sha256: str
    parts: tuple[SummaryPart, ...]
    last_seen_position: int
    first_evicted_position: int
    last_evicted_position: int
    evicted_count: int
    tokens_before: int
    tokens_after: int
    tokenizer: str
    tokens_estimated: bool = False
    chunks: int = 0
    """Into how many chunks the evicted messages were cut for the summarizer; 1 if they were not, 0 for a restore."""
    usage: Usage = field(default_factory=Usage)
    duration_ms: int = 0
    context_start: int = 1
    summary_position: int | None = None
    restored_compaction_id: str | None = None
    restored_cut: LastCut | None = None
    """Of a restore: the cut of the compaction that is in force again, None where there is none."""
    evicted_message_ids: tuple[str, ...] = ()
    kept_message_ids: tuple[str, ...] = ()
    """Both lists are read from the messages on demand (view FULL), never stored."""
    receipt: Receipt | None = None
    """None for a restore, and for records of releases before there were receipts."""
    receipt_lists: ReceiptLists | None = None
    """Worked out from the messages on demand, likewise."""

    @property
    def last_cut(self) -> LastCut | None:
        """The cut of the compaction that is in force after this record; None where a restore left none."""
        if self.kind is CompactionKind.RESTORE:
            return self.restored_cut
        return LastCut(self.mode, self.settings["sliding_window_percentage"], self.last_seen_position)
