"""How to compact: the caller's settings, as given in one layer (request, conversation, agent)."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from compactd.domain.handles import KnownHandleText
from compactd.domain.limits import Share, told
from compactd.domain.model_settings import ModelSettings
from compactd.domain.oneof import Oneof

ModelSettingsUnion = Annotated[ModelSettings, Oneof("provider")]
"""ModelSettings as a field of a pydantic model: taken and dumped as `{"openai": {…}}`."""

MAX_PROMPT_BYTES = 32 * 1024
"""The most bytes of a prompt in UTF-8."""


class CompactionMode(StrEnum):
    """What to evict (everything, or all but the recent part), and what the model reads (a transcript, or its own
    context)."""

    ALL = "all"
    SLIDING_WINDOW = "sliding_window"
    SELF_COMPACT_ALL = "self_compact_all"
    SELF_COMPACT_SLIDING_WINDOW = "self_compact_sliding_window"


def _check_prompt(prompt: str) -> str:
    if not prompt.strip():
        raise ValueError("write a prompt, or leave it out for the default prompt of the mode.")
    if len(prompt.encode()) > MAX_PROMPT_BYTES:
        raise ValueError(f"shorten the prompt to at most {MAX_PROMPT_BYTES} bytes.")
    return prompt


Prompt = Annotated[
    str,
    AfterValidator(_check_prompt),
    Field(json_schema_extra={"minLength": 1, "maxLength": MAX_PROMPT_BYTES, "pattern": r"\S"}),
]
"""What a summarizer is told; JSON Schema can say of its bytes that there are no more characters than that."""


class CompactionSettings(BaseModel):
    """The settings of one layer; None is "not given".

    `clip_chars` counts code points, 0 meaning no clipping. `sliding_window_percentage` is the share to keep, above 0
    and at most 1. `model` is a handle of a known provider or "local/extractive".
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    clip_chars: Annotated[int, Field(ge=0), told("a number of characters, 0 or more; 0 does not clip.")] | None = None
    # Plain data has the mode's name; strict pydantic would take the enum's members only.
    mode: Annotated[CompactionMode, Field(strict=False)] | None = None
    model: KnownHandleText | None = None
    model_settings: ModelSettingsUnion | None = None
    prompt: Prompt | None = None
    prompt_acknowledgement: bool | None = None
    sliding_window_percentage: Share | None = None

    def as_plain(self) -> dict[str, Any]:
        """What was given, as JSON's types: `CompactionSettings.model_validate` makes an equal value of it."""
        return self.model_dump(mode="json", exclude_unset=True)
