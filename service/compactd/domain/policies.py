"""Policies: which conversations are compacted by themselves, when, and how.

Pure. The store keeps the policies, and asks here with each append whether one is due.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from compactd.domain.cron import CronTrigger
from compactd.domain.ids import id_pattern
from compactd.domain.jobs import JobPriority
from compactd.domain.limits import MAX_ITEMS, Name, OptionalName, Share, Tokens, UsDollars, told
from compactd.domain.settings import CompactionSettings

MAX_POLICIES = 100
"""The most policies of a namespace: all of them are looked at with each append."""

SHORTEST_IDLE, LONGEST_IDLE = timedelta(seconds=10), timedelta(days=366)

CONFIG = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


def _check_idle(duration: timedelta) -> timedelta:
    if not SHORTEST_IDLE <= duration <= LONGEST_IDLE:
        raise ValueError("give 10 seconds to 366 days.")
    return duration


def _priority(given: Any) -> Any:
    """Plain data has the priority's name."""
    return JobPriority[given.upper()] if isinstance(given, str) and given.upper() in JobPriority.__members__ else given


Priority = Annotated[JobPriority, BeforeValidator(_priority), PlainSerializer(lambda priority: priority.name.lower())]
AgentId = Annotated[
    str,
    Field(pattern=f"^(?:{id_pattern('agent')})$"),
    told("an id here is agent- followed by a lowercase UUID4."),
]


class ConversationSelector(BaseModel):
    """Which conversations are meant: those for which all of it holds."""

    model_config = CONFIG

    agent_ids: tuple[AgentId, ...] = Field(default=(), max_length=MAX_ITEMS)
    tags: tuple[Name, ...] = Field(default=(), max_length=MAX_ITEMS)
    match_all_tags: bool = False
    min_context_tokens: Annotated[int, Field(ge=0), told("a number of tokens, 0 or more.")] = 0

    def takes(self, agent_id: str, tokens: int) -> bool:
        """Whether it means a conversation of the agent with so many tokens in context, whatever the agent's tags."""
        return tokens >= self.min_context_tokens and (not self.agent_ids or agent_id in self.agent_ids)

    def has_tags(self, tags: Collection[str]) -> bool:
        """Whether an agent of these tags has those that are wanted."""
        return (all if self.match_all_tags else any)(tag in tags for tag in self.tags)


class CompactionTrigger(BaseModel):
    """When a compaction is due: one of these. `context_share` is the share of its window that a context fills."""

    model_config = CONFIG

    context_share: Share | None = None
    context_tokens: Tokens | None = None
    idle_for: Annotated[timedelta, AfterValidator(_check_idle)] | None = None
    cron: CronTrigger | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(getattr(self, name) is not None for name in type(self).model_fields) != 1:
            raise ValueError(f"give exactly one of {', '.join(type(self).model_fields)}.")
        return self

    @property
    def is_of_context(self) -> bool:
        """Whether it is a context that reaches it, and no time."""
        return self.context_share is not None or self.context_tokens is not None

    def is_reached(self, tokens: int, window: int) -> bool:
        """Whether a context of so many tokens reaches it. One that waits for a time is reached by no context."""
        if self.context_tokens is not None:
            return tokens >= self.context_tokens
        return self.context_share is not None and tokens >= self.context_share * window


class CompactionBudget(BaseModel):
    """What models may take: tokens that they read and write, US dollars; None for any amount."""

    model_config = CONFIG

    tokens: Tokens | None = None
    usd: UsDollars | None = None

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.tokens is None and self.usd is None:
            raise ValueError("limit tokens or usd, or leave the budget out.")
        return self


class AutoCompaction(BaseModel):
    """When conversations are compacted by themselves, and how."""

    model_config = CONFIG

    trigger: CompactionTrigger
    compaction_settings: CompactionSettings | None = None
    allow_degraded: bool = False
    include_ledger: bool = False
    priority: Priority = JobPriority.NORMAL
    daily_budget: CompactionBudget | None = None


class PolicySpec(AutoCompaction):
    """What a client may set on a policy: which conversations are meant, too."""

    name: OptionalName = ""
    enabled: bool = True
    selector: ConversationSelector | None = None


class Policy(PolicySpec):
    """A stored policy. `agent_id`: the agent that says so of itself, empty for one of the namespace."""

    id: str
    agent_id: str = ""
    created_at: datetime
    updated_at: datetime
