"""Policies from and to their protos."""

from collections.abc import Sequence
from typing import Any

from compactd.application.preview_policy import PolicyPreview
from compactd.domain.paging import Page
from compactd.domain.policies import AutoCompaction, Policy
from compactd.domain.sweeps import SweepSpec
from compactd.message_protos import time_to_proto
from compactd.ports.policies import PolicyStatus
from compactd.rpc.jobs import time_to_proto as seconds_to_proto
from compactd.rpc.references import within_page
from compactd.rpc.resources import checked_plain_from_proto
from compactd.rpc.wire import plain_to_proto, serialized
from compaction.v1 import compaction_service_pb2, compaction_settings_pb2, policy_pb2, policy_service_pb2

OUTPUT_ONLY = ("id", "agent_id", "created_at", "updated_at", "spent_today", "next_run_at")


def policy_from_proto(proto: policy_pb2.Policy, path: str) -> dict[str, Any]:
    """What a client wrote of a policy, as plain data; InvalidField below `path`."""
    plain = checked_plain_from_proto(proto, path, without=OUTPUT_ONLY)
    if proto.HasField("enabled"):
        # Unset is not false here.
        plain["enabled"] = proto.enabled
    return plain


def policy_to_proto(policy: Policy) -> policy_pb2.Policy:
    plain = policy.model_dump(exclude_unset=True, exclude={"created_at", "updated_at"})
    plain |= {"enabled": policy.enabled, "priority": policy.priority.name.lower()}
    proto = plain_to_proto(plain, policy_pb2.Policy)
    proto.created_at.CopyFrom(time_to_proto(policy.created_at))
    proto.updated_at.CopyFrom(time_to_proto(policy.updated_at))
    return proto


def status_to_proto(status: PolicyStatus) -> policy_pb2.Policy:
    """The policy, with how it is with it."""
    proto = policy_to_proto(status.policy)
    if status.spent is not None:
        proto.spent_today.tokens, proto.spent_today.usd = status.spent
    if status.next_run_at is not None:
        proto.next_run_at.CopyFrom(seconds_to_proto(status.next_run_at))
    return proto


def policies_to_proto(found: Sequence[PolicyStatus], page: Page) -> policy_service_pb2.ListPoliciesResponse:
    return policy_service_pb2.ListPoliciesResponse(
        policies=within_page([status_to_proto(status) for status in found], page)
    )


def compact_request_of(asking: AutoCompaction | SweepSpec) -> bytes:
    """What a policy or a sweep asks of Compact, as a job keeps it: without ids."""
    request = compaction_service_pb2.CompactRequest(
        allow_degraded=asking.allow_degraded, include_ledger=asking.include_ledger
    )
    if asking.compaction_settings is not None:
        plain = asking.compaction_settings.model_dump(exclude_unset=True)
        request.compaction_settings.CopyFrom(plain_to_proto(plain, compaction_settings_pb2.CompactionSettings))
    return serialized(request)


def preview_to_proto(preview: PolicyPreview) -> policy_service_pb2.PreviewPolicyResponse:
    return policy_service_pb2.PreviewPolicyResponse(
        conversations=[
            policy_service_pb2.DueConversation(
                conversation_id=one.due.conversation_id,
                agent_id=one.due.agent_id,
                context_tokens=one.due.context_tokens,
                context_window=one.due.context_window,
                evicted_tokens=one.evicted_tokens,
                cost_usd=one.cost_usd,
                skip_reason=one.why_not,
            )
            for one in preview.conversations
        ],
        total_conversations=preview.page.count,
        total_context_tokens=preview.page.tokens,
        cost_usd=sum(one.cost_usd or 0.0 for one in preview.conversations),
        totals_stopped=not preview.page.are_all,
    )
