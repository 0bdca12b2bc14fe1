"""Servicers that keep what they are asked: what arrives there is all that their tests want to know."""

from typing import Any

from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message_factory import GetMessageClass

from compactd.rpc.contract import SERVICE_DESCRIPTORS, Servicers


class RecordingServicers:
    """Calls as servicers got them, in order: the name of the method as gRPC has it, and the request."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Any]] = []

    def servicers(self) -> Servicers:
        """One for every service of the contract, with every method of its descriptor."""
        return Servicers(*(self._servicer(descriptor) for descriptor in SERVICE_DESCRIPTORS))

    def _servicer(self, descriptor: ServiceDescriptor) -> Any:
        return type(descriptor.name, (), {method.name: self._method(method) for method in descriptor.methods})()

    def _method(self, method: MethodDescriptor) -> Any:
        """Answers with an empty message of the method's type."""

        async def answer(_: Any, request: Any, context: Any) -> Any:
            self.calls.append((f"/{method.containing_service.full_name}/{method.name}", request))
            return GetMessageClass(method.output_type)()

        async def answer_as_a_stream(self: Any, request: Any, context: Any) -> Any:
            yield await answer(self, request, context)

        return answer_as_a_stream if method.server_streaming else answer
