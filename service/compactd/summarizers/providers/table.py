"""The table of providers. What is the same for most of them is a default of `Provider`; what is odd is a field here, or
a function in a module beside this one."""

from collections.abc import Mapping
from types import MappingProxyType

from compactd.domain.handles import ModelHandle
from compactd.domain.messages import REASONING_DETAILS
from compactd.strategies.call_naming import CallNaming, clean_id, clean_name, letter_first_name, short_id
from compactd.summarizers.providers import accepted_parts, anthropic, fixed_temperatures, google, openai, zai
from compactd.summarizers.providers.row import NO_SCHEMA, ONLY_SCHEMA, Dialect, Endpoint, Provider

TEXT_FIELDS = ("reasoning_content", "reasoning")
"""As servers of open models take them, who have renamed the one into the other."""

_ROWS = (
    Provider(
        "openai",
        "openai",
        Dialect.CHAT,
        ("OPENAI_API_KEY",),
        light_default="gpt-5-mini",
        table_prefixes=("",),
        openai_prefix="",
        strict_turns=False,
        output_limit="max_completion_tokens",
        fields=openai.reasoning_fields,
        check_temperature=openai.check_temperature,
        check_settings=openai.check_reasoning,
        parts=accepted_parts.OPENAI,
    ),
    # It takes whatever its operator started, and asks for a key only if started with one.
    Provider(
        "sglang",
        "hosted_vllm",
        Dialect.CHAT,
        endpoint=Endpoint("sglang_base_url", "sglang_api_key", default_key="none", needs_url=True),
        priced=False,
        max_temperature=None,
        reasoning_fields=TEXT_FIELDS,
        fields=openai.reasoning_fields,
    ),
    Provider(
        "anthropic",
        "anthropic",
        Dialect.MESSAGES,
        ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"),
        light_default="claude-haiku-4-5",
        table_prefixes=("",),
        table_schema_flag="supports_native_structured_output",
        max_temperature=1.0,
        formats=ONLY_SCHEMA,
        fields=anthropic.thinking_fields,
        headers=anthropic.effort_headers,
        check_settings=anthropic.check_claude,
        call_naming=CallNaming(clean_id, clean_name),
        parts=accepted_parts.ANTHROPIC,
    ),
    Provider(
        "google_ai",
        "gemini",
        Dialect.GEMINI,
        ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
        light_default="gemini-2.5-flash",
        fields=google.thinking_fields,
        check_settings=google.check_thinking,
        call_naming=CallNaming(short_id, letter_first_name),
        parts=accepted_parts.GOOGLE_AI,
    ),
    Provider(
        "google_vertex",
        "vertex_ai",
        Dialect.GEMINI,
        logs_in=True,
        table_prefixes=("", "vertex_ai/"),
        fields=google.thinking_fields,
        check_settings=google.check_thinking,
        call_naming=CallNaming(short_id, letter_first_name),
        parts=accepted_parts.GOOGLE_VERTEX,
    ),
    Provider(
        "azure",
        "azure",
        Dialect.CHAT,
        ("AZURE_API_KEY", "AZURE_OPENAI_API_KEY", "AZURE_AD_TOKEN", "AZURE_CLIENT_ID"),
        logs_in=True,
        openai_prefix="",
        strict_turns=False,
        output_limit="max_completion_tokens",
        check_temperature=openai.check_temperature,
        parts=accepted_parts.AZURE,
    ),
    # Its chat API gives no way to hand back what a model thought.
    Provider(
        "xai", "xai", Dialect.CHAT, ("XAI_API_KEY",), output_limit="max_completion_tokens", parts=accepted_parts.XAI
    ),
    Provider(
        "moonshot",
        "moonshot",
        Dialect.CHAT,
        ("MOONSHOT_API_KEY",),
        max_temperature=1.0,
        reasoning_fields=("reasoning_content",),
        check_temperature=fixed_temperatures.check_moonshot,
        call_naming=CallNaming(short_id, letter_first_name),
        parts=accepted_parts.MOONSHOT,
    ),
    Provider(
        "zai",
        "zai",
        Dialect.CHAT,
        ("ZAI_API_KEY",),
        max_temperature=1.0,
        formats=NO_SCHEMA,
        reasoning_fields=("reasoning_content",),
        fields=zai.thinking_fields,
        check_settings=zai.check_thinking,
        parts=accepted_parts.ZAI,
    ),
    # A subscription. The address is the base of the Anthropic-compatible API, as Kimi's page for third-party agents
    # gives it.
    Provider(
        "moonshot_coding",
        "anthropic",
        Dialect.MESSAGES,
        endpoint=Endpoint(
            "moonshot_coding_base_url", "moonshot_coding_api_key", default_url="https://api.kimi.com/coding"
        ),
        call_naming=CallNaming(clean_id, clean_name),
        priced=False,
        table_schema_flag="supports_native_structured_output",
        max_temperature=1.0,
        formats=ONLY_SCHEMA,
        fields=anthropic.thinking_fields,
        check_settings=anthropic.check_kimi,
        parts=accepted_parts.MOONSHOT,
    ),
    # It rejects any other field than its own.
    Provider(
        "groq",
        "groq",
        Dialect.CHAT,
        ("GROQ_API_KEY",),
        output_limit="max_completion_tokens",
        reasoning_fields=("reasoning",),
        parts=accepted_parts.GROQ,
    ),
    Provider(
        "deepseek",
        "deepseek",
        Dialect.CHAT,
        ("DEEPSEEK_API_KEY",),
        formats=NO_SCHEMA,
        reasoning_fields=("reasoning_content",),
        thinks_before_calls=True,
        check_temperature=fixed_temperatures.check_deepseek,
        parts=accepted_parts.DEEPSEEK,
    ),
    Provider(
        "together",
        "together_ai",
        Dialect.CHAT,
        ("TOGETHER_API_KEY", "TOGETHER_AI_API_KEY", "TOGETHERAI_API_KEY", "TOGETHER_AI_TOKEN"),
        reasoning_fields=TEXT_FIELDS,
    ),
    Provider(
        "bedrock",
        "bedrock",
        Dialect.CONVERSE,
        logs_in=True,
        table_prefixes=("", "bedrock/"),
        table_schema_flag="supports_native_structured_output",
        openai_prefix="openai.",
        max_temperature=1.0,
        formats=ONLY_SCHEMA,
        call_naming=CallNaming(clean_id, letter_first_name),
        parts=accepted_parts.BEDROCK,
    ),
    Provider(
        "baseten",
        "baseten",
        Dialect.CHAT,
        ("BASETEN_API_KEY",),
        endpoint=Endpoint("baseten_base_url"),
        max_temperature=None,
        reasoning_fields=TEXT_FIELDS,
    ),
    Provider(
        "openrouter",
        "openrouter",
        Dialect.CHAT,
        ("OPENROUTER_API_KEY", "OR_API_KEY"),
        names_cost=True,
        reasoning_fields=("reasoning", "reasoning_content", REASONING_DETAILS),
        parts=accepted_parts.OPENROUTER,
    ),
    # A subscription; its backend takes neither temperature nor an output limit.
    Provider(
        "chatgpt_oauth",
        "chatgpt",
        Dialect.RESPONSES,
        logs_in=True,
        priced=False,
        openai_prefix="",
        max_temperature=None,
        never_sent=frozenset({"max_output_tokens", "temperature"}),
        fields=openai.reasoning_fields,
        check_settings=openai.check_reasoning,
    ),
)

PROVIDERS: Mapping[str, Provider] = MappingProxyType({provider.name: provider for provider in _ROWS})

ENDPOINT_SETTINGS = tuple(
    setting
    for provider in _ROWS
    if provider.endpoint is not None
    for setting in (provider.endpoint.url_setting, provider.endpoint.key_setting)
    if setting is not None
)
"""The names of compactd's own settings for addresses and keys of providers."""


def openai_model(handle: ModelHandle) -> str | None:
    """OpenAI's own name of a model of OpenAI's, whoever provides it; None for every other model."""
    row = PROVIDERS.get(handle.provider)
    if row is None or not handle.name.startswith(row.openai_prefix):
        return None
    if not row.openai_prefix:
        # Azure's names may begin with a region.
        return handle.name.rpartition("/")[2]
    return handle.name.removeprefix(row.openai_prefix)
