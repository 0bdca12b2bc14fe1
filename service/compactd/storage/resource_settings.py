"""The settings that agents and conversations have in common, as JSON in a column of their own."""

from compactd.domain.agents import Agent
from compactd.domain.conversations import Conversation
from compactd.domain.resource_settings import ResourceSettings

_FIELDS = set(ResourceSettings.model_fields)


def encode_resource_settings(resource: Agent | Conversation) -> bytes:
    return resource.model_dump_json(include=_FIELDS, exclude_unset=True).encode()


def decode_resource_settings(body: bytes) -> ResourceSettings:
    return ResourceSettings.model_validate_json(body)
