"""The contract as it was generated: its services, its options, and the comments of the protos."""

from pathlib import Path
from typing import Any

from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.descriptor_pool import DescriptorPool

from compaction.v1 import (
    agent_service_pb2,
    compaction_service_pb2,
    conversation_service_pb2,
    job_service_pb2,
    policy_service_pb2,
    sweep_service_pb2,
)
from protos.openapi.comments import Comments, comments_of
from protos.openapi.contract_options import ContractOptions

DESCRIPTORS = Path(__file__).resolve().parents[2] / "generated" / "compaction" / "v1" / "descriptors.binpb"
SERVICES = [
    service
    for module in (
        agent_service_pb2,
        conversation_service_pb2,
        compaction_service_pb2,
        job_service_pb2,
        policy_service_pb2,
        sweep_service_pb2,
    )
    for service in module.DESCRIPTOR.services_by_name.values()
]


def proto_comments() -> Comments:
    return comments_of(_files().file)


def contract_options() -> ContractOptions:
    pool = DescriptorPool()
    for file in _files().file:
        pool.Add(file)
    return ContractOptions(pool)


def _files() -> FileDescriptorSet:
    return FileDescriptorSet.FromString(DESCRIPTORS.read_bytes())


def comment_of(comments: Comments, described: Any) -> str:
    """The comment of a field, or a value, on one line."""
    return " ".join(comments.of(described.full_name).split())
