"""What a row of the table of providers says."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from compactd.domain.handles import ModelHandle
from compactd.strategies.call_naming import OPENAI_NAMING, CallNaming
from compactd.summarizers.model_facts import ModelFacts
from compactd.summarizers.providers.accepted_parts import USUAL, AcceptedParts

EVERY_FORMAT = frozenset({"text", "json_schema", "json_object"})
NO_SCHEMA = frozenset({"text", "json_object"})
ONLY_SCHEMA = frozenset({"text", "json_schema"})


class Dialect(Enum):
    """The API that a provider speaks, and so how a request is written and an answer read."""

    CHAT = "OpenAI's chat completions"
    RESPONSES = "OpenAI's responses"
    MESSAGES = "Anthropic's messages"
    GEMINI = "Google's generateContent"
    CONVERSE = "Amazon's Bedrock Converse"


EndpointSettings = Mapping[str, str]
"""The values of compactd's own settings that endpoints name, by name; one that is not set is empty or not there."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Address and key where litellm has no environment variables for them, but compactd has settings of its own.

    The environment variables are COMPACTD_ and a setting's name in capitals.
    """

    url_setting: str
    """The setting that holds the address."""
    key_setting: str | None = None
    """The setting that holds the key; None where litellm's own variable does."""
    default_url: str | None = None
    """The address where none is set; None for litellm's own, if it has one."""
    default_key: str | None = None
    """What litellm, which always wants a key, is given where none is set; None if the provider wants one too."""
    needs_url: bool = False
    """Whether nobody knows the address unless it is set."""

    def has_key(self, settings: EndpointSettings) -> bool:
        """Whether there is a key, or another place for it than the settings."""
        return self.key_setting is None or self.default_key is not None or bool(settings.get(self.key_setting))

    def has_url(self, settings: EndpointSettings) -> bool:
        """Whether somebody knows the address."""
        return not self.needs_url or bool(settings.get(self.url_setting))

    def arguments(self, settings: EndpointSettings) -> dict[str, str]:
        """The address and the key, by litellm's names for them."""
        url = settings.get(self.url_setting) or self.default_url
        key = (settings.get(self.key_setting) if self.key_setting else None) or self.default_key
        return {name: value for name, value in (("api_base", url), ("api_key", key)) if value}


UnsupportedSetting = tuple[str, str]
"""The field's path and a sentence that says what to do."""

# Settings are of the class that the provider's member of the contract has, hence Any.
SettingsCheck = Callable[[ModelHandle, Any, ModelFacts | None], Iterator[UnsupportedSetting]]
"""What cannot be taken of settings; without facts the model is one that litellm's table does not know."""

TemperatureCheck = Callable[[ModelHandle, Any, ModelFacts | None], str | None]
"""Why a model does not take the temperature that is set, in a sentence; None if it does."""

OwnFields = Callable[[Any, Dialect], dict[str, Any]]
"""The fields of the request that settings of this provider make, beyond those of every provider."""

OwnHeaders = Callable[[str, Any], dict[str, str]]
"""The headers that a request to the named model has for these settings."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One row; what is not given is what most providers have."""

    name: str
    """In handles and in the oneof of the contract."""
    route: str
    """litellm's name of the provider."""
    dialect: Dialect

    key_variables: tuple[str, ...] = ()
    """Environment variables of which litellm needs one; empty where credentials are found in other ways (a cloud's own
    chain, a login file, a setting of compactd)."""
    endpoint: Endpoint | None = None
    logs_in: bool = False
    """Whether what a request shows, a token or a signature, may have to be fetched over the network beforehand."""

    light_default: str | None = None
    """The model that summarizes for agents of this provider where none is named."""
    priced: bool = True
    """False where calls are not paid by the token."""
    names_cost: bool = False
    """Whether an answer says what it cost."""
    table_prefixes: tuple[str, ...] | None = None
    """What stands before the provider's models in litellm's table, most particular last; None for `route/`."""
    table_schema_flag: str = "supports_response_schema"
    """The flag, in that table, of models that take a JSON schema: for some providers the usual one is set also where
    litellm has to make a tool of the schema."""
    openai_prefix: str = "openai/"
    """What stands before the names of OpenAI's models, whose tokenizers are public."""

    strict_turns: bool = True
    """Whether in what is sent a user opens and turns alternate, as strict chat templates want it; else messages go out
    in the turns that they have."""
    call_naming: CallNaming = OPENAI_NAMING
    """How calls are named; models of some makers have rules of their own (`call_naming`)."""
    output_limit: str = "max_tokens"
    """The field of a chat request that limits the answer."""
    parts: AcceptedParts = USUAL
    """The images, files and sounds that it takes."""
    max_temperature: float | None = 2.0
    """The highest temperature that the provider documents; None if it documents none."""
    formats: frozenset[str] = EVERY_FORMAT
    """The response formats that the provider documents."""
    never_sent: frozenset[str] = frozenset()
    """Fields that every provider's settings have and this one has no place for."""

    reasoning_fields: tuple[str, ...] = ()
    """The fields of an assistant message in which the chat API takes back what its model thought; text that came in
    another one goes into the first. Empty where it documents none."""
    thinks_before_calls: bool = False
    """Whether it rejects a message with calls that lacks them, as after a change of the model; a blank is accepted."""

    fields: OwnFields | None = None
    headers: OwnHeaders | None = None
    check_temperature: TemperatureCheck | None = None
    check_settings: SettingsCheck | None = None

    @property
    def sends_output_limit(self) -> bool:
        return "max_output_tokens" not in self.never_sent
