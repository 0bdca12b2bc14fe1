"""How gRPC clients are to call the service. `python -m protos.service_config` makes it of the descriptor set.

Calls go in turn to the servers whose health is SERVING; reads that found a server away are repeated. Writes are not:
only their callers know whether they have a request_id, without which a repeated one could happen twice.
"""

import json
import sys
from typing import Any

from google.api import annotations_pb2, http_pb2
from google.protobuf.descriptor_pb2 import FileDescriptorSet, MethodOptions

RETRIES = {
    "maxAttempts": 5,
    # Seven seconds together: a server that is started again takes three.
    "initialBackoff": "0.1s",
    "backoffMultiplier": 4,
    "maxBackoff": "5s",
    "retryableStatusCodes": ["UNAVAILABLE"],
}


def service_config(descriptors: FileDescriptorSet) -> dict[str, object]:
    """As gRPC's service_config.proto has it in JSON. What the contract maps to GET is a read."""
    reads = [
        {"service": f"{file.package}.{service.name}", "method": method.name}
        for file in descriptors.file
        for service in file.service
        for method in service.method
        if _rule(method.options).get
    ]
    return {
        "loadBalancingConfig": [{"round_robin": {}}],
        "healthCheckConfig": {"serviceName": ""},
        "methodConfig": [{"name": reads, "retryPolicy": RETRIES}],
    }


def _rule(options: MethodOptions) -> http_pb2.HttpRule:
    # The stubs of the one library know no extensions of the other.
    extensions: Any = options.Extensions
    rule: http_pb2.HttpRule = extensions[annotations_pb2.http]
    return rule


if __name__ == "__main__":
    config = service_config(FileDescriptorSet.FromString(sys.stdin.buffer.read()))
    sys.stdout.write(json.dumps(config, indent=2) + "\n")
