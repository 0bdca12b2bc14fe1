"""What an agent or a conversation says of its own about models and compactions."""

from pydantic import BaseModel, ConfigDict

from compactd.domain.agents import ContextWindowLimit
from compactd.domain.handles import HandleText
from compactd.domain.policies import AutoCompaction
from compactd.domain.settings import CompactionSettings, ModelSettingsUnion


class ResourceSettings(BaseModel):
    """The fields that agents and conversations have in common, by themselves, and `auto_compaction`, an agent's alone:
    all that most calls need of either."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    model: HandleText | None = None
    model_settings: ModelSettingsUnion | None = None
    context_window_limit: ContextWindowLimit | None = None
    compaction_settings: CompactionSettings | None = None
    auto_compaction: AutoCompaction | None = None
