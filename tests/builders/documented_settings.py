"""The settings that Letta's API documents for each provider: all fields, as its clients send them, and the member of
ModelSettings that they are here.

Values are such that a field that is lost, or taken for unset, shows: False, 0 and the last value of each enum.
"""

from dataclasses import dataclass
from typing import Any

from compaction.v1 import model_settings_pb2 as pb
from tests.builders.chat import make

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"facts": {"type": "array", "maxItems": 30}, "share": {"type": "number", "minimum": 0.5}},
    "required": ["facts"],
    "additionalProperties": False,
}

COMMON: dict[str, Any] = {"max_output_tokens": 4000, "parallel_tool_calls": False, "temperature": 0}
TEXT = {"type": "text"}
JSON_OBJECT = {"type": "json_object"}
JSON_SCHEMA = {"type": "json_schema", "json_schema": SCHEMA}

PROTO_TEXT = make(pb.ResponseFormat, text={})
PROTO_JSON_OBJECT = make(pb.ResponseFormat, json_object={})
PROTO_JSON_SCHEMA = make(pb.ResponseFormat, json_schema={"json_schema": SCHEMA})


@dataclass(frozen=True, slots=True)
class DocumentedSettings:
    """`sent` is what a client sends beside `provider_type`, `member` what has to arrive in the oneof's member.
    `in_letta` is False for a provider that Letta's official clients have no type for."""

    model: str
    sent: dict[str, Any]
    member: Any
    in_letta: bool = True


_CLAUDE_SENT = COMMON | {
    "temperature": 1,
    "response_format": JSON_SCHEMA,
    "strict": False,
    "effort": "max",
    "thinking": {"type": "enabled", "budget_tokens": 1024},
    "verbosity": "high",
}
_CLAUDE_MEMBER = COMMON | {
    "temperature": 1,
    "response_format": PROTO_JSON_SCHEMA,
    "strict": False,
    "effort": pb.ANTHROPIC_EFFORT_MAX,
    "thinking": {"type": pb.THINKING_TYPE_ENABLED, "budget_tokens": 1024},
    "verbosity": pb.VERBOSITY_HIGH,
}
_GEMINI_SENT = COMMON | {
    "response_schema": JSON_SCHEMA,
    "thinking_config": {"include_thoughts": False, "thinking_budget": 0},
}
_GEMINI_MEMBER = COMMON | {
    "response_schema": PROTO_JSON_SCHEMA,
    "thinking_config": {"include_thoughts": False, "thinking_budget": 0},
}


def _plain(model: str, kind: Any, sent_format: dict[str, Any], proto_format: pb.ResponseFormat) -> DocumentedSettings:
    """The settings of a provider that has the common fields and a response format."""
    return DocumentedSettings(
        model, COMMON | {"response_format": sent_format}, make(kind, **COMMON, response_format=proto_format)
    )


DOCUMENTED_SETTINGS = {
    "openai": DocumentedSettings(
        "openai/gpt-5.2",
        COMMON | {"response_format": JSON_SCHEMA, "strict": False, "reasoning": {"reasoning_effort": "xhigh"}},
        make(
            pb.OpenAIModelSettings,
            **COMMON,
            response_format=PROTO_JSON_SCHEMA,
            strict=False,
            reasoning={"reasoning_effort": pb.REASONING_EFFORT_XHIGH},
        ),
    ),
    "sglang": DocumentedSettings(
        "sglang/qwen",
        COMMON
        | {
            "response_format": JSON_OBJECT,
            "strict": True,
            "reasoning": {"reasoning_effort": "none"},
            "tool_call_parser": "glm47",
        },
        make(
            pb.SglangModelSettings,
            **COMMON,
            response_format=PROTO_JSON_OBJECT,
            strict=True,
            reasoning={"reasoning_effort": pb.REASONING_EFFORT_NONE},
            tool_call_parser="glm47",
        ),
    ),
    "anthropic": DocumentedSettings(
        "anthropic/claude-opus-4-6", _CLAUDE_SENT, make(pb.AnthropicModelSettings, **_CLAUDE_MEMBER)
    ),
    "google_ai": DocumentedSettings(
        "google_ai/gemini-2.5-flash", _GEMINI_SENT, make(pb.GoogleAIModelSettings, **_GEMINI_MEMBER)
    ),
    "google_vertex": DocumentedSettings(
        "google_vertex/gemini-2.5-pro", _GEMINI_SENT, make(pb.GoogleVertexModelSettings, **_GEMINI_MEMBER)
    ),
    "azure": _plain("azure/gpt-4o", pb.AzureModelSettings, TEXT, PROTO_TEXT),
    "xai": _plain("xai/grok-5", pb.XaiModelSettings, JSON_OBJECT, PROTO_JSON_OBJECT),
    "moonshot": DocumentedSettings(
        "moonshot/kimi-k2",
        COMMON | {"response_format": TEXT, "strict": True},
        make(pb.MoonshotModelSettings, **COMMON, response_format=PROTO_TEXT, strict=True),
    ),
    "zai": DocumentedSettings(
        "zai/glm-4.6",
        COMMON | {"response_format": JSON_OBJECT, "thinking": {"type": "disabled", "clear_thinking": False}},
        make(
            pb.ZaiModelSettings,
            **COMMON,
            response_format=PROTO_JSON_OBJECT,
            thinking={"type": pb.THINKING_TYPE_DISABLED, "clear_thinking": False},
        ),
    ),
    "moonshot_coding": DocumentedSettings(
        "moonshot_coding/kimi-for-coding", _CLAUDE_SENT, make(pb.MoonshotCodingModelSettings, **_CLAUDE_MEMBER)
    ),
    "groq": _plain("groq/openai/gpt-oss-120b", pb.GroqModelSettings, JSON_SCHEMA, PROTO_JSON_SCHEMA),
    "deepseek": _plain("deepseek/deepseek-chat", pb.DeepseekModelSettings, JSON_OBJECT, PROTO_JSON_OBJECT),
    "together": _plain("together/meta-llama/Llama-3.3", pb.TogetherModelSettings, JSON_SCHEMA, PROTO_JSON_SCHEMA),
    "bedrock": _plain("bedrock/us.anthropic.claude-haiku-4-5", pb.BedrockModelSettings, TEXT, PROTO_TEXT),
    "baseten": DocumentedSettings("baseten/deepseek-ai/DeepSeek-V3.1", COMMON, make(pb.BasetenModelSettings, **COMMON)),
    "openrouter": _plain("openrouter/openai/gpt-4o", pb.OpenRouterModelSettings, JSON_SCHEMA, PROTO_JSON_SCHEMA),
    "chatgpt_oauth": DocumentedSettings(
        "chatgpt_oauth/gpt-5.2",
        COMMON | {"reasoning": {"reasoning_effort": "xhigh"}},
        make(
            pb.ChatGPTOAuthModelSettings, **COMMON, reasoning={"reasoning_effort": pb.CHAT_GPT_REASONING_EFFORT_XHIGH}
        ),
    ),
}

LETTA_SETTINGS = {name: documented for name, documented in DOCUMENTED_SETTINGS.items() if documented.in_letta}
"""What Letta's official clients can send and read."""

VALUES = {
    "openai": {"reasoning.reasoning_effort": "none minimal low medium high xhigh"},
    "sglang": {"reasoning.reasoning_effort": "none minimal low medium high xhigh"},
    "anthropic": {
        "effort": "low medium high xhigh max",
        "thinking.type": "enabled disabled",
        "verbosity": "low medium high",
    },
    "moonshot_coding": {
        "effort": "low medium high xhigh max",
        "thinking.type": "enabled disabled",
        "verbosity": "low medium high",
    },
    "zai": {"thinking.type": "enabled disabled"},
    "chatgpt_oauth": {"reasoning.reasoning_effort": "none low medium high xhigh"},
}
"""Every value that Letta's API documents, of every field that has a list of them."""
