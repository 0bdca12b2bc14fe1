"""What is in force for one conversation: its model, its window, its compaction settings, and who summarizes."""

from dataclasses import dataclass

from compactd.domain.agents import Agent
from compactd.domain.compactions import RequestForm
from compactd.domain.effective_settings import EffectiveSettings, ModelPair, effective_pair, mismatched
from compactd.domain.errors import InvalidField, shortened
from compactd.domain.handles import EXTRACTIVE, ModelHandle
from compactd.domain.model_settings import ModelSettings
from compactd.ports.contexts import ConversationState
from compactd.ports.model_catalog import ModelCatalog
from compactd.strategies.modes import MODES, Cut

DEFAULT_WINDOW = 128_000
"""Tokens, as an estimate, where neither a limit is set nor the model's window is known."""


@dataclass(frozen=True, slots=True)
class Window:
    """A context window in tokens; `estimate` if nobody said how large it is."""

    tokens: int
    estimate: bool


@dataclass(frozen=True, slots=True)
class SummarizerChoice:
    """Who is asked for the summary, with which settings, and what it reads."""

    handle: ModelHandle
    settings: ModelSettings | None
    ask: RequestForm

    @property
    def embedded(self) -> bool:
        return self.handle == EXTRACTIVE


def effective_model(state: ConversationState) -> ModelPair:
    """The conversation's model and settings over the agent's."""
    agent, conversation = state.agent, state.conversation
    pair = effective_pair(ModelPair(), agent.model, agent.model_settings)
    return effective_pair(pair, conversation.model, conversation.model_settings)


def context_window(state: ConversationState, catalog: ModelCatalog) -> Window:
    """The conversation's limit, else the agent's, else the model's own."""
    limit = state.conversation.context_window_limit or state.agent.context_window_limit
    return _window(limit, effective_model(state).handle, catalog)


def agent_window(agent: Agent, catalog: ModelCatalog) -> Window:
    """The window for an agent's conversations that set nothing of their own."""
    return _window(agent.context_window_limit, ModelHandle.parse(agent.model) if agent.model else None, catalog)


def _window(limit: int | None, handle: ModelHandle | None, catalog: ModelCatalog) -> Window:
    if limit is not None:
        return Window(limit, estimate=False)
    return model_window(handle, catalog) if handle else Window(DEFAULT_WINDOW, estimate=True)


def model_window(handle: ModelHandle, catalog: ModelCatalog) -> Window:
    """A model's own window."""
    known = catalog.window(handle)
    return Window(known, estimate=False) if known else Window(DEFAULT_WINDOW, estimate=True)


def choose_summarizer(settings: EffectiveSettings, in_force: ModelPair, catalog: ModelCatalog) -> SummarizerChoice:
    """Decides the summarizer, and refuses settings that it cannot take, before any model is called.

    The self modes ask the conversation's own model. The others ask the model of the settings, else a light default.
    Raises InvalidField naming `model` or a path below `model_settings`.
    """
    ask = MODES[settings.mode].request_form
    if ask is RequestForm.SELF:
        asked = SummarizerChoice(in_force.handle or EXTRACTIVE, in_force.settings if in_force.handle else None, ask)
        prefix = ""
    else:
        asked, prefix = _transcript_reader(settings.pair, in_force, catalog)
    if not catalog.is_known_provider(asked.handle):
        raise InvalidField(
            f"{prefix}model",
            f"{shortened(asked.handle.provider)} is no provider that can be called: name one of the contract's.",
        )
    if asked.settings is not None:
        _reject_unsupported(asked, asked.settings, prefix, catalog)
    return asked


def _transcript_reader(pair: ModelPair, in_force: ModelPair, catalog: ModelCatalog) -> tuple[SummarizerChoice, str]:
    own = "compaction_settings."
    if pair.handle is not None:
        return SummarizerChoice(pair.handle, pair.settings, RequestForm.TRANSCRIPT), own
    if pair.settings is not None:
        return SummarizerChoice(
            _model_for(pair.settings, in_force, catalog), pair.settings, RequestForm.TRANSCRIPT
        ), own
    if in_force.handle is None:
        return SummarizerChoice(EXTRACTIVE, None, RequestForm.TRANSCRIPT), own
    light = catalog.light_default(in_force.handle.provider)
    if light is not None:
        return SummarizerChoice(light, None, RequestForm.TRANSCRIPT), own
    return SummarizerChoice(in_force.handle, in_force.settings, RequestForm.TRANSCRIPT), ""


def _model_for(settings: ModelSettings, in_force: ModelPair, catalog: ModelCatalog) -> ModelHandle:
    """The model for settings that came without one: the provider's light default if they fit it, else the model in
    force if it is of that provider."""
    light = catalog.light_default(settings.provider)
    if light is not None and not catalog.unsupported_settings(light, settings, self_context=False):
        return light
    if in_force.handle is not None and in_force.handle.provider == settings.provider:
        return in_force.handle
    raise InvalidField(
        "compaction_settings.model",
        f"the settings of {settings.provider} came without a model, and there is none of that provider that they fit: "
        f"name one, such as {settings.provider}/model-name.",
    )


def _reject_unsupported(asked: SummarizerChoice, settings: ModelSettings, prefix: str, catalog: ModelCatalog) -> None:
    if settings.provider != asked.handle.provider:
        raise mismatched(asked.handle, settings, prefix)
    unsupported = catalog.unsupported_settings(asked.handle, settings, self_context=asked.ask is RequestForm.SELF)
    if unsupported:
        path, sentence = unsupported[0]
        raise InvalidField(f"{prefix}model_settings.{path}", sentence)


def unused_settings(settings: EffectiveSettings, asked: SummarizerChoice, catalog: ModelCatalog) -> tuple[str, ...]:
    """Paths below compaction_settings of what was given and does not apply to this mode or this summarizer."""
    unused: list[str] = []
    own_model = MODES[settings.mode].request_form is RequestForm.SELF
    if "prompt" in settings.given and asked.embedded:
        unused.append("prompt")
    if "prompt_acknowledgement" in settings.given and (own_model or asked.embedded):
        unused.append("prompt_acknowledgement")
    if "sliding_window_percentage" in settings.given and MODES[settings.mode].cut is Cut.ALL:
        unused.append("sliding_window_percentage")
    if own_model:
        unused += [name for name in ("model", "model_settings") if name in settings.given]
    elif settings.pair.settings is not None:
        paths = catalog.unused_settings(settings.pair.settings)
        unused += [f"model_settings.{path}" for path in paths]
    return tuple(sorted(unused))
