"""The chosen summarizer: who summarizes, with which settings, what it reads, and which settings it has no use for."""

from dataclasses import dataclass

from compactd.domain.compactions import RequestForm
from compactd.domain.effective_settings import EffectiveSettings, ModelPair, mismatched
from compactd.domain.error_shape import shortened
from compactd.domain.errors import InvalidField
from compactd.domain.handles import EXTRACTIVE, ModelHandle
from compactd.domain.model_settings import ModelSettings
from compactd.ports.model_catalog import ModelCatalog
from compactd.strategies.modes import MODES, Cut

_BELOW_COMPACTION_SETTINGS = "compaction_settings."


@dataclass(frozen=True, slots=True)
class ChosenSummarizer:
    """A model with its settings, or the embedded summarizer."""

    handle: ModelHandle
    settings: ModelSettings | None
    request_form: RequestForm

    @property
    def embedded(self) -> bool:
        return self.handle == EXTRACTIVE


EMBEDDED = ChosenSummarizer(EXTRACTIVE, None, RequestForm.TRANSCRIPT)


def choose_summarizer(settings: EffectiveSettings, own: ModelPair, catalog: ModelCatalog) -> ChosenSummarizer:
    """Decides the summarizer, and rejects settings that it does not support, before any model is called.

    `own` is the conversation's model, which the self modes take. The others take the model of the settings, else a
    light default. Raises InvalidField naming `model` or a path below `model_settings`.
    """
    if MODES[settings.mode].request_form is RequestForm.SELF:
        chosen = ChosenSummarizer(own.handle or EXTRACTIVE, own.settings if own.handle else None, RequestForm.SELF)
        prefix = ""
    else:
        chosen, prefix = _transcript_reader(settings.pair, own, catalog)
    if not catalog.is_known_provider(chosen.handle):
        raise InvalidField(
            f"{prefix}model",
            f"{shortened(chosen.handle.provider)} is no provider that can be called: name one of the contract's.",
        )
    if chosen.settings is not None:
        _reject_unsupported(chosen, chosen.settings, prefix, catalog)
    return chosen


def _transcript_reader(pair: ModelPair, own: ModelPair, catalog: ModelCatalog) -> tuple[ChosenSummarizer, str]:
    """The reader of a transcript, and the path of its settings, with its dot."""
    if pair.handle is not None:
        return ChosenSummarizer(pair.handle, pair.settings, RequestForm.TRANSCRIPT), _BELOW_COMPACTION_SETTINGS
    if pair.settings is not None:
        handle = _model_for(pair.settings, own, catalog)
        return ChosenSummarizer(handle, pair.settings, RequestForm.TRANSCRIPT), _BELOW_COMPACTION_SETTINGS
    if own.handle is None:
        return EMBEDDED, _BELOW_COMPACTION_SETTINGS
    light = catalog.light_default(own.handle.provider)
    if light is not None:
        return ChosenSummarizer(light, None, RequestForm.TRANSCRIPT), _BELOW_COMPACTION_SETTINGS
    return ChosenSummarizer(own.handle, own.settings, RequestForm.TRANSCRIPT), ""


def _model_for(settings: ModelSettings, own: ModelPair, catalog: ModelCatalog) -> ModelHandle:
    """The model for settings that came without one: the provider's light default if it supports them, else the
    conversation's model if it is of that provider."""
    light = catalog.light_default(settings.provider)
    if light is not None and not catalog.unsupported_settings(light, settings, self_context=False):
        return light
    if own.handle is not None and own.handle.provider == settings.provider:
        return own.handle
    raise InvalidField(
        "compaction_settings.model",
        f"the settings of {settings.provider} came without a model, and there is none of that provider that they fit: "
        f"name one, such as {settings.provider}/model-name.",
    )


def _reject_unsupported(chosen: ChosenSummarizer, settings: ModelSettings, prefix: str, catalog: ModelCatalog) -> None:
    if settings.provider != chosen.handle.provider:
        raise mismatched(chosen.handle, settings, prefix)
    unsupported = catalog.unsupported_settings(
        chosen.handle, settings, self_context=chosen.request_form is RequestForm.SELF
    )
    if unsupported:
        path, sentence = unsupported[0]
        raise InvalidField(f"{prefix}model_settings.{path}", sentence)


def unused_settings(
    settings: EffectiveSettings, summarizer: ChosenSummarizer, catalog: ModelCatalog
) -> tuple[str, ...]:
    """Paths below compaction_settings of what was given and does not apply to this mode or this summarizer."""
    mode = MODES[settings.mode]
    own_model = mode.request_form is RequestForm.SELF
    unused: list[str] = []
    if "prompt" in settings.given and summarizer.embedded:
        unused.append("prompt")
    if "prompt_acknowledgement" in settings.given and (own_model or summarizer.embedded):
        unused.append("prompt_acknowledgement")
    if "sliding_window_percentage" in settings.given and mode.cut is Cut.ALL:
        unused.append("sliding_window_percentage")
    if own_model:
        unused += [name for name in ("model", "model_settings") if name in settings.given]
    elif settings.pair.settings is not None:
        unused += [f"model_settings.{path}" for path in catalog.unused_settings(settings.pair.settings)]
    return tuple(sorted(unused))
