"""What the contract says of itself to programs: the options that its own extensions add to methods and reasons."""

from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import EnumDescriptor, EnumValueDescriptor, MethodDescriptor
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass, GetMessageClassesForFiles
from google.rpc import code_pb2

REASON_PREFIX = "ERROR_REASON_"


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason by its name in ErrorInfo, its canonical code by name, and who may fail for it."""

    name: str
    code: str
    any_method: bool
    rest_only: bool
    no_method: bool


class ContractOptions:
    """Reads options by the descriptors of a pool alone: no gencode has to be there."""

    def __init__(self, pool: DescriptorPool) -> None:
        GetMessageClassesForFiles(["compaction/v1/error_reason.proto", "compaction/v1/method_options.proto"], pool)
        self._pool = pool
        self._reasons: EnumDescriptor = pool.FindEnumTypeByName("compaction.v1.ErrorReason")

    def reasons(self) -> list[Reason]:
        """Every reason, in the order of the contract. ValueError for one without its status."""
        return [self._reason(value) for value in self._reasons.values if value.number]

    def errors(self, method: MethodDescriptor) -> list[str]:
        """The names of the reasons for which this method may fail, beside those for which any may."""
        numbers = self._option(method, "google.protobuf.MethodOptions", "compaction.v1.errors")
        return [_name(self._reasons.values_by_number[number]) for number in numbers]

    def _reason(self, value: EnumValueDescriptor) -> Reason:
        traits = self._option(value, "google.protobuf.EnumValueOptions", "compaction.v1.reason")
        if not traits.status:
            raise ValueError(f"{value.name} says no status")
        code = code_pb2.Code.Name(traits.status)
        return Reason(_name(value), code, traits.any_method, traits.rest_only, traits.no_method)

    def _option(self, descriptor: Any, kind: str, extension: str) -> Any:
        """An extension, read again from the bytes: protobuf's own pool, which made the options, does not know it."""
        options: Any = GetMessageClass(self._pool.FindMessageTypeByName(kind))()
        options.ParseFromString(descriptor.GetOptions().SerializeToString())
        return options.Extensions[self._pool.FindExtensionByName(extension)]


def _name(value: EnumValueDescriptor) -> str:
    return value.name.removeprefix(REASON_PREFIX)
