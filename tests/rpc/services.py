"""Services that the contract does not have."""

from typing import Any

from google.api import annotations_pb2
from google.protobuf import descriptor_pb2, descriptor_pool
from google.protobuf.descriptor import ServiceDescriptor


def service_with(
    name: str, *, client_streaming: bool = False, server_streaming: bool = False, path: str = ""
) -> ServiceDescriptor:
    """A service with one method, which takes and answers Empty; with a GET route if a path is given."""
    package = f"made.{name.lower()}.v1"
    file = descriptor_pb2.FileDescriptorProto(
        name=f"{package}.proto",
        package=package,
        dependency=["google/protobuf/empty.proto", "google/api/annotations.proto"],
    )
    method = file.service.add(name="MadeService").method.add(
        name=name, client_streaming=client_streaming, server_streaming=server_streaming
    )
    method.input_type = method.output_type = ".google.protobuf.Empty"
    if path:
        # Which options a method has, the stubs do not know.
        options: Any = method.options
        options.Extensions[annotations_pb2.http].get = path
    pool: Any = descriptor_pool.DescriptorPool()
    for known in (
        "google/protobuf/empty.proto",
        "google/protobuf/descriptor.proto",
        "google/api/http.proto",
        "google/api/annotations.proto",
    ):
        pool.AddSerializedFile(descriptor_pool.Default().FindFileByName(known).serialized_pb)
    pool.AddSerializedFile(file.SerializeToString())
    service: ServiceDescriptor = pool.FindServiceByName(f"{package}.MadeService")
    return service
