"""Every field of a resource is in the domain's values of the same name: what is not would be taken from nobody and told
to nobody, for the conversion between the two goes by the names."""

from typing import Any

import pytest
from google.api import field_behavior_pb2
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from pydantic import BaseModel

from compactd.domain.agents import Agent, AgentSpec, Block, BlockSpec
from compactd.domain.conversations import Conversation, ConversationSpec
from compactd.domain.policies import Policy, PolicySpec
from compaction.v1 import agent_pb2, conversation_pb2, policy_pb2

RESOURCES = [
    (agent_pb2.Agent, AgentSpec, Agent),
    (agent_pb2.Block, BlockSpec, Block),
    (conversation_pb2.Conversation, ConversationSpec, Conversation),
    (policy_pb2.Policy, PolicySpec, Policy),
]
COMPUTED = {"context_window", "context_window_estimated", "in_context_message_ids", "spent_today", "next_run_at"}
"""What no resource is stored with: it is found out for the answer."""

of_every_resource = pytest.mark.parametrize(
    ("message", "spec", "stored"), [pytest.param(*each, id=each[2].__name__) for each in RESOURCES]
)


def output_only(field: FieldDescriptor) -> bool:
    extensions: Any = field.GetOptions().Extensions
    return field_behavior_pb2.OUTPUT_ONLY in extensions[field_behavior_pb2.field_behavior]


@of_every_resource
def test_what_a_client_may_write_is_what_the_domain_takes(message: Any, spec: type[BaseModel], stored: object) -> None:
    descriptor: Descriptor = message.DESCRIPTOR
    assert {field.name for field in descriptor.fields if not output_only(field)} == set(spec.model_fields)


@of_every_resource
def test_what_only_the_service_writes_is_stored_or_computed(
    message: Any, spec: type[BaseModel], stored: type[BaseModel]
) -> None:
    descriptor: Descriptor = message.DESCRIPTOR
    written = {field.name for field in descriptor.fields if output_only(field)}
    assert written <= set(stored.model_fields) - set(spec.model_fields) | COMPUTED
