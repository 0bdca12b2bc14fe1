"""Messages with a JSON shape of their own, by full name; every other one is as its descriptor has it."""

from collections.abc import Mapping

from compactd.gateway.chat_message_shape import decode_chat_message, encode_chat_message
from compactd.gateway.json_decoder import ShapeDecoder
from compactd.gateway.json_encoder import ShapeEncoder
from compactd.gateway.letta.agent_shape import encode_agent
from compactd.gateway.letta.message_entries import encode_entries
from compactd.gateway.letta.settings_shapes import (
    decode_model_settings,
    decode_response_format,
    encode_model_settings,
    encode_response_format,
)

SHAPE_DECODERS: Mapping[str, ShapeDecoder] = {
    "compaction.v1.ChatMessage": decode_chat_message,
    "compaction.v1.ModelSettings": decode_model_settings,
    "compaction.v1.ResponseFormat": decode_response_format,
}

SHAPE_ENCODERS: Mapping[str, ShapeEncoder] = {
    "compaction.v1.Agent": encode_agent,
    "compaction.v1.ChatMessage": encode_chat_message,
    "compaction.v1.ModelSettings": encode_model_settings,
    "compaction.v1.ResponseFormat": encode_response_format,
}

SPREAD_ENCODERS: Mapping[str, ShapeEncoder] = {"compaction.v1.Message": encode_entries}
"""Those of messages that become several values each in a list."""
