"""The seventeen providers: what is the same is this table, what is odd is a function in provider_requests.py or
unsupported_settings.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType


class Dialect(Enum):
    """The API that a provider speaks, and so how a request is written and an answer read."""

    CHAT = "OpenAI's chat completions"
    RESPONSES = "OpenAI's responses"
    MESSAGES = "Anthropic's messages"
    GEMINI = "Google's generateContent"
    CONVERSE = "Amazon's Bedrock Converse"


_EVERY_FORMAT = frozenset({"text", "json_schema", "json_object"})
_NO_SCHEMA = frozenset({"text", "json_object"})
_ONLY_SCHEMA = frozenset({"text", "json_schema"})


@dataclass(frozen=True, slots=True)
class Provider:
    """One row.

    `route` is litellm's name of the provider. `key_variables` are the environment variables of which litellm needs
    one; empty where credentials are found in other ways (a cloud's own chain, a login file). `output_limit` is the
    field of the request that limits the answer; None where the provider takes no limit. `max_temperature` and
    `formats` are what the provider documents. `priced` is False where calls are not paid by the token.
    """

    name: str
    route: str
    dialect: Dialect
    key_variables: tuple[str, ...] = ()
    output_limit: str | None = "max_tokens"
    max_temperature: float | None = 2.0
    formats: frozenset[str] = _EVERY_FORMAT
    light_default: str | None = None
    priced: bool = True


_TABLE = (
    Provider(
        "openai",
        "openai",
        Dialect.CHAT,
        ("OPENAI_API_KEY",),
        output_limit="max_completion_tokens",
        light_default="gpt-5-mini",
    ),
    # SGLang is told of by COMPACTD_SGLANG_BASE_URL, and takes whatever its operator started.
    Provider("sglang", "hosted_vllm", Dialect.CHAT, max_temperature=None, priced=False),
    Provider(
        "anthropic",
        "anthropic",
        Dialect.MESSAGES,
        ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"),
        max_temperature=1.0,
        formats=_ONLY_SCHEMA,
        light_default="claude-haiku-4-5",
    ),
    Provider(
        "google_ai",
        "gemini",
        Dialect.GEMINI,
        ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
        output_limit="maxOutputTokens",
        light_default="gemini-2.5-flash",
    ),
    Provider("google_vertex", "vertex_ai", Dialect.GEMINI, output_limit="maxOutputTokens"),
    Provider(
        "azure",
        "azure",
        Dialect.CHAT,
        ("AZURE_API_KEY", "AZURE_OPENAI_API_KEY", "AZURE_AD_TOKEN", "AZURE_CLIENT_ID"),
        output_limit="max_completion_tokens",
    ),
    Provider("xai", "xai", Dialect.CHAT, ("XAI_API_KEY",), output_limit="max_completion_tokens"),
    Provider("moonshot", "moonshot", Dialect.CHAT, ("MOONSHOT_API_KEY",), max_temperature=1.0),
    Provider("zai", "zai", Dialect.CHAT, ("ZAI_API_KEY",), max_temperature=1.0, formats=_NO_SCHEMA),
    # A subscription, told of by COMPACTD_MOONSHOT_CODING_BASE_URL and _API_KEY.
    Provider("moonshot_coding", "anthropic", Dialect.MESSAGES, max_temperature=1.0, formats=_ONLY_SCHEMA, priced=False),
    Provider("groq", "groq", Dialect.CHAT, ("GROQ_API_KEY",), output_limit="max_completion_tokens"),
    Provider("deepseek", "deepseek", Dialect.CHAT, ("DEEPSEEK_API_KEY",), formats=_NO_SCHEMA),
    Provider(
        "together",
        "together_ai",
        Dialect.CHAT,
        ("TOGETHER_API_KEY", "TOGETHER_AI_API_KEY", "TOGETHERAI_API_KEY", "TOGETHER_AI_TOKEN"),
    ),
    Provider(
        "bedrock", "bedrock", Dialect.CONVERSE, output_limit="maxTokens", max_temperature=1.0, formats=_ONLY_SCHEMA
    ),
    Provider("baseten", "baseten", Dialect.CHAT, ("BASETEN_API_KEY",), max_temperature=None),
    Provider("openrouter", "openrouter", Dialect.CHAT, ("OPENROUTER_API_KEY", "OR_API_KEY")),
    # A subscription; its backend takes neither temperature nor an output limit.
    Provider("chatgpt_oauth", "chatgpt", Dialect.RESPONSES, output_limit=None, max_temperature=None, priced=False),
)

PROVIDERS: Mapping[str, Provider] = MappingProxyType({provider.name: provider for provider in _TABLE})


@dataclass(frozen=True, slots=True)
class ProviderConfig:
    """Where providers are that litellm has no environment variables for; from the environment, never the contract.

    The variables are COMPACTD_ and the field's name in capitals. Without `moonshot_coding_base_url` Kimi's public
    address is used, without `baseten_base_url` Baseten's; without `sglang_base_url` sglang cannot be reached.
    """

    sglang_base_url: str | None = None
    sglang_api_key: str | None = None
    moonshot_coding_base_url: str | None = None
    moonshot_coding_api_key: str | None = None
    baseten_base_url: str | None = None


KIMI_CODING_URL = "https://api.kimi.com/coding"
"""Base of the Anthropic-compatible API, as Kimi's page for third-party agents gives it."""
