"""Conversations: an agent's, with settings of their own over the agent's."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from compactd.domain.agents import ContextWindowLimit
from compactd.domain.handles import HandleText
from compactd.domain.limits import Description, OptionalName
from compactd.domain.settings import CompactionSettings, ModelSettingsUnion


class ConversationSpec(BaseModel):
    """What a client may set on a conversation. `summary` is a title, in Letta's word."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    summary: OptionalName = ""
    description: Description = ""
    model: HandleText | None = None
    model_settings: ModelSettingsUnion | None = None
    context_window_limit: ContextWindowLimit | None = None
    compaction_settings: CompactionSettings | None = None


class Conversation(ConversationSpec):
    """A stored conversation."""

    id: str
    agent_id: str
    is_default: bool = False
    created_at: datetime
    updated_at: datetime
    last_message_at: datetime | None = None
