"""The Envoy configuration that is shipped, before servers of this machine."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tests.deploy.files import DEPLOY


class Backend(NamedTuple):
    """The ports of a server on 127.0.0.1."""

    grpc: int
    rest: int
    admin: int


def shipped_envoy(socket: Path, backends: Sequence[Backend]) -> dict[str, Any]:
    """As it is shipped, with this socket and these servers in place of the addresses."""
    shipped: dict[str, Any] = yaml.safe_load((DEPLOY / "envoy" / "envoy.yaml").read_text())
    [listener] = shipped["static_resources"]["listeners"]
    listener["address"] = {"pipe": {"path": str(socket)}}
    for cluster in shipped["static_resources"]["clusters"]:
        cluster["type"] = "STATIC"
        [locality] = cluster["load_assignment"]["endpoints"]
        [endpoint] = locality["lb_endpoints"]
        locality["lb_endpoints"] = [{"endpoint": _endpoint_of(endpoint, backend)} for backend in backends]
    return shipped


def _endpoint_of(shipped: dict[str, Any], backend: Backend) -> dict[str, Any]:
    is_rest = shipped["endpoint"]["address"]["socket_address"]["port_value"] == 8283
    address = {"address": "127.0.0.1", "port_value": backend.rest if is_rest else backend.grpc}
    endpoint: dict[str, Any] = {"address": {"socket_address": address}}
    if "health_check_config" in shipped["endpoint"]:
        endpoint["health_check_config"] = {"port_value": backend.admin}
    return endpoint
