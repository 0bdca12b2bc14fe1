"""PolicyService: a method for every RPC."""

from functools import partial

from google.protobuf import empty_pb2

from compactd.application.manage_policies import ManagePolicies
from compactd.application.preview_policy import PreviewPolicy
from compactd.domain.ids import check_id, check_request_id
from compactd.domain.keys import PolicyKey
from compactd.domain.paging import Page
from compactd.ports.policies import PolicyStore
from compactd.rpc.call import Call
from compactd.rpc.codec import Codec
from compactd.rpc.operations import Operations
from compactd.rpc.policies import (
    policies_to_proto,
    policy_from_proto,
    preview_to_proto,
    status_to_proto,
)
from compactd.rpc.references import DEFAULT_LIMIT, check_limit, mask_of, page_of
from compaction.v1 import policy_pb2, policy_service_pb2

WithPolicyId = (
    policy_service_pb2.GetPolicyRequest
    | policy_service_pb2.UpdatePolicyRequest
    | policy_service_pb2.DeletePolicyRequest
    | policy_service_pb2.PreviewPolicyRequest
)


class PolicyServicer:
    """Which conversations are compacted by themselves, and when."""

    def __init__(
        self,
        policies: ManagePolicies,
        preview: PreviewPolicy,
        store: PolicyStore,
        codec: Codec,
        operations: Operations,
    ) -> None:
        self._policies = policies
        self._preview = preview
        self._store = store
        self._codec = codec
        self._operations = operations

    async def CreatePolicy(self, request: policy_service_pb2.CreatePolicyRequest, call: Call) -> policy_pb2.Policy:
        check_request_id(request.request_id)
        given = await self._codec.from_proto(policy_from_proto, request.policy, "policy")
        create = partial(self._policies.create, call.principal.namespace, given)
        return await self._operations.once(call, request, create, status_to_proto, policy_pb2.Policy)

    async def GetPolicy(self, request: policy_service_pb2.GetPolicyRequest, call: Call) -> policy_pb2.Policy:
        return await self._codec.to_proto(status_to_proto, await self._store.get_policy(_policy_key(call, request)))

    async def ListPolicies(
        self, request: policy_service_pb2.ListPoliciesRequest, call: Call
    ) -> policy_service_pb2.ListPoliciesResponse:
        page = page_of(request, "policy")
        found = await self._store.list_policies(call.principal.namespace, page)
        return await self._codec.to_proto(policies_to_proto, found, page)

    async def UpdatePolicy(self, request: policy_service_pb2.UpdatePolicyRequest, call: Call) -> policy_pb2.Policy:
        key, mask = _policy_key(call, request), mask_of(request)
        given = await self._codec.from_proto(policy_from_proto, request.policy, "policy")
        return await self._codec.to_proto(status_to_proto, await self._policies.update(key, given, mask))

    async def DeletePolicy(self, request: policy_service_pb2.DeletePolicyRequest, call: Call) -> empty_pb2.Empty:
        await self._store.delete_policy(_policy_key(call, request))
        return empty_pb2.Empty()

    async def PreviewPolicy(
        self, request: policy_service_pb2.PreviewPolicyRequest, call: Call
    ) -> policy_service_pb2.PreviewPolicyResponse:
        limit = request.limit if request.HasField("limit") else DEFAULT_LIMIT
        if request.after:
            check_id("conv", request.after, "after")
        page = Page(check_limit(limit), descending=True, after=request.after or None, before=None)
        if request.HasField("policy"):
            given = await self._codec.from_proto(policy_from_proto, request.policy, "policy")
            return preview_to_proto(await self._preview.if_created(call.principal.namespace, given, page))
        return preview_to_proto(await self._preview(_policy_key(call, request), page))


def _policy_key(call: Call, request: WithPolicyId) -> PolicyKey:
    return PolicyKey(call.principal.namespace, check_id("policy", request.policy_id, "policy_id"))
