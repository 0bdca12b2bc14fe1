"""What a provider or model cannot take of the settings that were given, so that nothing is dropped in silence.

Of a model that the table knows, everything counts that it cannot take; of another, only what its whole provider
cannot take: the provider's own answer decides the rest.
"""

from collections.abc import Iterator

from compactd.domain.handles import ModelHandle
from compactd.domain.model_settings import ModelSettings
from compactd.domain.response_format import ResponseFormat
from compactd.summarizers.model_facts import ModelFacts
from compactd.summarizers.providers.row import Dialect, Provider, UnsupportedSetting
from compactd.summarizers.providers.table import PROVIDERS

_TOOL_SETTINGS = ("parallel_tool_calls", "strict", "tool_call_parser", "verbosity")
"""Sent to no provider: the first three concern tools, which a summarizer may not call; the last is documented for no
model of its providers."""


def given_format(settings: ModelSettings) -> tuple[str, ResponseFormat] | None:
    """The name of the field for the answer's format and what was given in it, None if nothing was."""
    for field in ("response_format", "response_schema"):
        given: ResponseFormat | None = getattr(settings, field, None)
        if given is not None:
            return field, given
    return None


def unsupported_settings(
    handle: ModelHandle, settings: ModelSettings, facts: ModelFacts | None, *, self_context: bool
) -> list[UnsupportedSetting]:
    """Every given field that cannot be sent, with what to do about it."""
    if settings.provider != handle.provider:
        return [(settings.provider, f"these are settings of {settings.provider}, and the model is {handle}.")]
    provider = PROVIDERS[handle.provider]
    found = [*_output_limit(handle, settings, facts), *_temperature(handle, settings, facts)]
    if not self_context:
        found.extend(_format(handle, settings, facts))
    if provider.check_settings is not None:
        found.extend(provider.check_settings(handle, settings, facts))
    return [(f"{settings.provider}.{field}", sentence) for field, sentence in found]


def unused_settings(settings: ModelSettings) -> list[str]:
    """Paths of given fields that are never sent to their provider."""
    provider = PROVIDERS[settings.provider]
    never_sent = (*_TOOL_SETTINGS, *provider.never_sent)
    found = [field for field in never_sent if getattr(settings, field, None) is not None]
    given = given_format(settings)
    if given is not None and _is_default(provider, given[1]):
        found.append(given[0])
    return [f"{settings.provider}.{field}" for field in sorted(found)]


def _output_limit(
    handle: ModelHandle, settings: ModelSettings, facts: ModelFacts | None
) -> Iterator[UnsupportedSetting]:
    most = facts and facts.max_output
    given = settings.max_output_tokens
    if most and given is not None and given > most and PROVIDERS[handle.provider].sends_output_limit:
        yield "max_output_tokens", f"{handle} writes at most {most} tokens: lower it."


def _temperature(
    handle: ModelHandle, settings: ModelSettings, facts: ModelFacts | None
) -> Iterator[UnsupportedSetting]:
    provider, temperature = PROVIDERS[handle.provider], settings.temperature
    if temperature is None:
        return
    limit = provider.max_temperature
    if limit is not None and temperature > limit:
        yield "temperature", f"{handle.provider} takes temperatures from 0 to {limit:g}: lower it."
    elif temperature != 1 and facts is not None and not facts.samples:
        yield "temperature", f"{handle} takes no other temperature than 1: leave it out."
    elif provider.check_temperature is not None and (sentence := provider.check_temperature(handle, settings, facts)):
        yield "temperature", sentence


def _format(handle: ModelHandle, settings: ModelSettings, facts: ModelFacts | None) -> Iterator[UnsupportedSetting]:
    given = given_format(settings)
    if given is None:
        return
    field, answer_format = given
    if answer_format.type not in PROVIDERS[handle.provider].formats:
        yield field, f"{handle.provider} does not offer {answer_format.type}: leave it out or take another format."
    elif answer_format.type == "json_schema" and facts is not None and not facts.takes_schema:
        yield field, f"{handle} does not take a JSON schema: leave it out or take another model."


def _is_default(provider: Provider, given: ResponseFormat) -> bool:
    """Text is what these two APIs answer with, and they have no field that says so."""
    return given.type == "text" and provider.dialect in (Dialect.MESSAGES, Dialect.CONVERSE)
