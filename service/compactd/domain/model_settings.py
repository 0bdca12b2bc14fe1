"""The options of language models, one class for each provider.

A class has exactly the fields of its member of the oneof in `model_settings.proto`; None is "not given". The provider
is not a field: it is the key in plain data, `{"anthropic": {"effort": "low"}}`, and a class variable here.
"""

from typing import Annotated, ClassVar, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import InitErrorDetails, PydanticCustomError
from typing_extensions import override

from compactd.domain.limits import Tokens, told
from compactd.domain.response_format import ResponseFormat

ReasoningEffort = Literal["none", "minimal", "low", "medium", "high", "xhigh"]
ChatGPTReasoningEffort = Literal["none", "low", "medium", "high", "xhigh"]
AnthropicEffort = Literal["low", "medium", "high", "xhigh", "max"]
Verbosity = Literal["low", "medium", "high"]
ThinkingType = Literal["enabled", "disabled"]

Temperature = Annotated[float, Field(ge=0, allow_inf_nan=False), told("a number, 0 or more.")]
ThinkingBudget = Annotated[
    int, Field(ge=-1), told("a number of tokens, 0 or more, or -1, which leaves it to the model.")
]


class _Options(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class Reasoning(_Options):
    """How much an OpenAI or SGLang model may think."""

    reasoning_effort: ReasoningEffort | None = None


class ChatGPTReasoning(_Options):
    """How much a model behind a ChatGPT login may think; it knows no "minimal"."""

    reasoning_effort: ChatGPTReasoningEffort | None = None


class AnthropicThinking(_Options):
    """Extended thinking; `budget_tokens` has to stay below `max_output_tokens` where both are given."""

    type: ThinkingType | None = None
    budget_tokens: Tokens | None = None


class ZaiThinking(_Options):
    """Thinking of GLM-4.5 and later; `clear_thinking` False preserves the thoughts of earlier turns."""

    type: ThinkingType | None = None
    clear_thinking: bool | None = None


class ThinkingConfig(_Options):
    """Thinking of Gemini models; a `thinking_budget` of 0 switches it off, -1 leaves the amount to the model."""

    include_thoughts: bool | None = None
    thinking_budget: ThinkingBudget | None = None


class CommonModelSettings(_Options):
    """What every provider's settings have. `max_output_tokens` is at least 1, `temperature` finite and at least 0."""

    provider: ClassVar[str]

    max_output_tokens: Tokens | None = None
    parallel_tool_calls: bool | None = None
    temperature: Temperature | None = None

    @property
    def thinking_tokens(self) -> int:
        """How many tokens the model may think, as part of its output; 0 if the settings name no number."""
        return 0


class _WithResponseFormat(CommonModelSettings):
    response_format: ResponseFormat | None = None


class OpenAIShapedSettings(_WithResponseFormat):
    """The settings of providers whose models reason as OpenAI's do."""

    strict: bool | None = None
    reasoning: Reasoning | None = None


class AnthropicShapedSettings(_WithResponseFormat):
    """The settings of providers whose API is Anthropic's."""

    strict: bool | None = None
    effort: AnthropicEffort | None = None
    thinking: AnthropicThinking | None = None
    verbosity: Verbosity | None = None

    @property
    @override
    def thinking_tokens(self) -> int:
        return (self.thinking and self.thinking.budget_tokens) or 0

    @field_validator("thinking")
    @classmethod
    def _leave_room_for_the_answer(
        cls, thinking: AnthropicThinking | None, info: ValidationInfo
    ) -> AnthropicThinking | None:
        budget = thinking and thinking.budget_tokens
        limit = info.data.get("max_output_tokens")
        if budget is None or limit is None or budget < limit:
            return thinking
        sentence = f"make it smaller than max_output_tokens ({limit}): the answer needs room after the thinking."
        # A plain ValueError would name `thinking`; the caller has to read which field of it is wrong.
        error = PydanticCustomError("budget_tokens", "{sentence}", {"sentence": sentence})
        raise ValidationError.from_exception_data(
            cls.__name__, [InitErrorDetails(type=error, loc=("budget_tokens",), input=budget)]
        )


class GeminiShapedSettings(CommonModelSettings):
    """The settings of providers whose API is Gemini's."""

    response_schema: ResponseFormat | None = None
    thinking_config: ThinkingConfig | None = None

    @property
    @override
    def thinking_tokens(self) -> int:
        return max(0, (self.thinking_config and self.thinking_config.thinking_budget) or 0)


class OpenAIModelSettings(OpenAIShapedSettings):
    provider: ClassVar[str] = "openai"


class SglangModelSettings(OpenAIShapedSettings):
    provider: ClassVar[str] = "sglang"

    tool_call_parser: Annotated[str, Field(max_length=64)] | None = None


class AnthropicModelSettings(AnthropicShapedSettings):
    provider: ClassVar[str] = "anthropic"


class GoogleAIModelSettings(GeminiShapedSettings):
    provider: ClassVar[str] = "google_ai"


class GoogleVertexModelSettings(GeminiShapedSettings):
    provider: ClassVar[str] = "google_vertex"


class AzureModelSettings(_WithResponseFormat):
    provider: ClassVar[str] = "azure"


class XaiModelSettings(_WithResponseFormat):
    provider: ClassVar[str] = "xai"


class MoonshotModelSettings(_WithResponseFormat):
    provider: ClassVar[str] = "moonshot"

    strict: bool | None = None


class ZaiModelSettings(_WithResponseFormat):
    provider: ClassVar[str] = "zai"

    thinking: ZaiThinking | None = None


class MoonshotCodingModelSettings(AnthropicShapedSettings):
    provider: ClassVar[str] = "moonshot_coding"


class GroqModelSettings(_WithResponseFormat):
    provider: ClassVar[str] = "groq"


class DeepseekModelSettings(_WithResponseFormat):
    provider: ClassVar[str] = "deepseek"


class TogetherModelSettings(_WithResponseFormat):
    provider: ClassVar[str] = "together"


class BedrockModelSettings(_WithResponseFormat):
    provider: ClassVar[str] = "bedrock"


class BasetenModelSettings(CommonModelSettings):
    provider: ClassVar[str] = "baseten"


class OpenRouterModelSettings(_WithResponseFormat):
    provider: ClassVar[str] = "openrouter"


class ChatGPTOAuthModelSettings(CommonModelSettings):
    provider: ClassVar[str] = "chatgpt_oauth"

    reasoning: ChatGPTReasoning | None = None


ModelSettings = (
    OpenAIModelSettings
    | SglangModelSettings
    | AnthropicModelSettings
    | GoogleAIModelSettings
    | GoogleVertexModelSettings
    | AzureModelSettings
    | XaiModelSettings
    | MoonshotModelSettings
    | ZaiModelSettings
    | MoonshotCodingModelSettings
    | GroqModelSettings
    | DeepseekModelSettings
    | TogetherModelSettings
    | BedrockModelSettings
    | BasetenModelSettings
    | OpenRouterModelSettings
    | ChatGPTOAuthModelSettings
)
"""The settings of one model, whoever provides it."""

PROVIDERS: tuple[str, ...] = tuple(settings.provider for settings in get_args(ModelSettings))
"""Every provider of models, by its name in handles and in the oneof ModelSettings, in the order of the contract."""
