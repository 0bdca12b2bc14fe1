"""Effective settings: request over conversation over agent over the service's defaults.

Field by field, but `model` and `model_settings` as a pair: a layer that names a model of another provider drops the
settings below it, and settings are replaced whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from compactd.domain.error_shape import shortened
from compactd.domain.errors import InvalidField
from compactd.domain.handles import ModelHandle
from compactd.domain.model_settings import ModelSettings
from compactd.domain.settings import CompactionMode, CompactionSettings

DEFAULT_MODE = CompactionMode.SLIDING_WINDOW
DEFAULT_KEEP_SHARE = 0.3
DEFAULT_CLIP_CHARS = 0


@dataclass(frozen=True, slots=True)
class ModelPair:
    """A model and its settings; either may be missing."""

    handle: ModelHandle | None = None
    settings: ModelSettings | None = None


@dataclass(frozen=True, slots=True)
class EffectiveSettings:
    """Every field of CompactionSettings, decided. `prompt` None means the default prompt of the mode.

    `given` names the fields that any layer set and no layer above dropped.
    """

    mode: CompactionMode
    keep_share: float
    clip_chars: int
    prompt: str | None
    acknowledge: bool
    pair: ModelPair
    given: frozenset[str]


def effective_settings(layers: Sequence[CompactionSettings | None]) -> EffectiveSettings:
    """Lays the layers over each other and over the service's defaults; the first is the lowest."""
    mode, prompt = DEFAULT_MODE, None
    keep_share, clip_chars, acknowledge = DEFAULT_KEEP_SHARE, DEFAULT_CLIP_CHARS, False
    pair = ModelPair()
    given: set[str] = set()
    for layer in layers:
        if layer is None:
            continue
        given |= {name for name in type(layer).model_fields if getattr(layer, name) is not None}
        if layer.prompt is not None:
            prompt = layer.prompt
        elif layer.mode is not None and layer.mode is not mode:
            prompt = None
        mode = layer.mode or mode
        keep_share = keep_share if layer.sliding_window_percentage is None else layer.sliding_window_percentage
        clip_chars = clip_chars if layer.clip_chars is None else layer.clip_chars
        acknowledge = acknowledge if layer.prompt_acknowledgement is None else layer.prompt_acknowledgement
        pair = effective_pair(pair, layer.model, layer.model_settings)
    if pair.settings is None:
        given.discard("model_settings")
    if prompt is None:
        given.discard("prompt")
    return EffectiveSettings(mode, keep_share, clip_chars, prompt, acknowledge, pair, frozenset(given))


def effective_pair(below: ModelPair, model: str | None, settings: ModelSettings | None) -> ModelPair:
    """One layer's model and settings over the pair below it."""
    handle = below.handle
    kept = below.settings
    if model is not None:
        handle = ModelHandle.parse(model)
        if kept is not None and kept.provider != handle.provider:
            kept = None
    return ModelPair(handle, kept if settings is None else settings)


def check_pair(model: str | None, settings: ModelSettings | None, prefix: str = "") -> None:
    """InvalidField for settings of one provider beside a model of another. `prefix` is the path of the pair, with its
    dot."""
    if model is None or settings is None:
        return
    handle = ModelHandle.parse(model)
    if handle.provider != settings.provider:
        raise mismatched(handle, settings, prefix)


def check_layer(
    model: str | None, settings: ModelSettings | None, compaction: CompactionSettings | None, prefix: str
) -> None:
    """Checks the pairs of an agent or conversation: its own, and that of its compaction settings."""
    check_pair(model, settings, prefix)
    if compaction is not None:
        check_pair(compaction.model, compaction.model_settings, f"{prefix}compaction_settings.")


def mismatched(handle: ModelHandle, settings: ModelSettings, prefix: str) -> InvalidField:
    """The error that names both sides of a pair that does not go together."""
    return InvalidField(
        f"{prefix}model_settings",
        f"settings of {settings.provider} do not apply to the model {shortened(str(handle))}: "
        f"give a {settings.provider} model, or settings of {shortened(handle.provider, 40)}.",
    )
