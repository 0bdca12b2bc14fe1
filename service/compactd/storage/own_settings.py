"""The settings that agents and conversations have in common, as JSON in a column of their own."""

from compactd.domain.agents import Agent
from compactd.domain.conversations import Conversation
from compactd.domain.own_settings import OwnSettings

_FIELDS = set(OwnSettings.model_fields)


def encode_own_settings(resource: Agent | Conversation) -> bytes:
    return resource.model_dump_json(include=_FIELDS, exclude_unset=True).encode()


def decode_own_settings(body: bytes) -> OwnSettings:
    return OwnSettings.model_validate_json(body)
