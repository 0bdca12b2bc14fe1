"""The gRPC server: its options, and what is registered on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf import descriptor_pool
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection, reflection_pb2_grpc

from compactd.domain.startup import CannotStart
from compactd.ports.access import Verifier
from compactd.ports.observer import Observer
from compactd.ports.trace import Tracer
from compactd.rpc.arrival import Arrivals, Registration
from compactd.rpc.callers import Callers, callers_of
from compactd.rpc.certificates import CurrentCertificates
from compactd.rpc.connection_limits import USUAL_LIMITS, ConnectionLimits
from compactd.rpc.connection_rules import ConnectionRules
from compactd.rpc.connections import hang_up
from compactd.rpc.contract import METHODS, PACKAGE, SERVICES, Servicers, behaviours_of
from compactd.rpc.dispatcher import Dispatcher
from compactd.rpc.grpc_certificates import server_credentials
from compactd.rpc.grpc_handlers import ContractHandlers
from compactd.rpc.health import SERVICE_NAME, Health
from compactd.rpc.interceptors.admission import Admission, AdmissionLimits
from compactd.rpc.interceptors.chain import Interceptors, interceptors_of
from compactd.rpc.interceptors.standstill_gate import StandstillGate
from compactd.rpc.interceptors.startup_gate import StartupGate
from compactd.rpc.long_streams import LongStreams
from compactd.rpc.model_health import ModelHealth
from compactd.rpc.readiness import STARTING, Readiness
from compactd.rpc.reflection import method_pool
from compactd.rpc.unread_answers import UnreadAnswers

MAX_RECEIVE_BYTES = 20 * 1024 * 1024
"""gRPC's own limit of a request, which answers without details: above MAX_REQUEST_BYTES, which has them."""

CHANNELZ = "grpc.channelz.v1.Channelz"

MAX_METADATA_BYTES = 16 * 1024
"""Of all names and values, with 32 more for each, as HTTP/2 counts. gRPC answers what is larger without details."""

MAX_PENDING_REQUESTS = 10_000
"""Calls that wait to be started: gRPC's default of 1,000 cancels calls of a burst on one connection."""


MAX_STREAMS = 4096
"""Calls at once on one connection; its client keeps further ones until others have ended. A mesh's proxy may have one
connection for all of its callers."""


MOST_OPEN_MESSAGES = 32
"""How many messages may be on their way that anybody may send, as to health: they come in one piece with the heads of
their calls, but each could be as large as gRPC takes them."""


@dataclass(frozen=True, slots=True)
class RpcServer:
    """A server that is not started yet, and the health it reports: NOT_SERVING until told otherwise.

    It can listen before the contract's services are there: importing what they stand on takes longer than listening.
    """

    server: grpc.aio.Server
    dispatcher: Dispatcher
    interceptors: Interceptors
    """What every call goes through, over REST too, in this order."""
    callers: Callers
    admission: Admission
    gate: StartupGate
    standstill: StandstillGate
    health: Health
    models: ModelHealth
    readiness: Readiness
    """The same as `health`, for those who ask in this process."""
    port: int
    path: str
    """Where the Unix socket lies that it listens on, if it is one: then the port means nothing."""

    def open_to(self, servicers: Servicers) -> None:
        """Lets calls of the contract in, and those that wait for it."""
        self.dispatcher.serve(behaviours_of(servicers))
        self.gate.open()
        self.standstill.open()

    def report(self, *, serving: bool, why: str = STARTING) -> None:
        """Sets the health of the server as a whole and of each service; `why` says in a sentence why not."""
        self.readiness.report("" if serving else why)
        status = health_pb2.HealthCheckResponse.SERVING if serving else health_pb2.HealthCheckResponse.NOT_SERVING
        for service in ("", *SERVICES):
            self.health.set(service, status)

    def leave(self) -> None:
        """NOT_SERVING from now on, whatever is reported. Nothing else changes: whoever asks is answered."""
        self.readiness.leave()
        self.health.leave()

    async def drain(self, grace_seconds: float) -> None:
        """Turns away calls from now on, over REST too. Returns when those in hand have been answered, at the latest by
        breaking them off after the grace."""
        self.leave()
        await self.admission.drain(grace_seconds)

    async def stop(self) -> None:
        """Closes the connections, and ends what still runs on them: calls that come just now, watches of health."""
        self.standstill.close()
        hang_up(self.port, self.path)
        await self.server.stop(None)


def _connection_options(limits: ConnectionLimits) -> list[tuple[str, int]]:
    """The time for a handshake covers TLS, the preface of HTTP/2 and the settings behind it."""
    return [
        ("grpc.max_allowed_incoming_connections", limits.connections),
        ("grpc.server_handshake_timeout_ms", _milliseconds(limits.handshake_seconds)),
        ("grpc.max_connection_idle_ms", _milliseconds(limits.idle_seconds)),
    ]


def _milliseconds(seconds: float) -> int:
    return max(int(seconds * 1000), 1)


def make_server(
    address: str,
    *,
    with_reflection: bool,
    with_channelz: bool = False,
    limits: AdmissionLimits,
    observer: Observer,
    certificates: CurrentCertificates | None = None,
    shared: bool = False,
    verifiers: Sequence[Verifier] = (),
    connections: ConnectionRules = ConnectionRules(),  # noqa: B008  (a frozen value)
    tracer: Tracer | None = None,
    connection_limits: ConnectionLimits = USUAL_LIMITS,
) -> RpcServer:
    """Binds `address` (host:port, port 0 for a free one, or unix:path), for TLS where there are `certificates`, and
    with others if it is `shared` (SO_REUSEPORT). Raises OSError if it cannot be bound.

    Callers are known by `verifiers`; without any, everybody is the local principal."""
    callers, gate, standstill = callers_of(METHODS, verifiers), StartupGate(), StandstillGate()
    watches = frozenset(path for path, method in METHODS.items() if method.server_streaming)
    admission = Admission(limits, with_shares=bool(verifiers), streams=watches)
    interceptors = interceptors_of(METHODS, observer, callers, admission, gate, standstill, tracer)
    dispatcher = Dispatcher(interceptors, tracer, observer)
    server = grpc.aio.server(
        options=[
            ("grpc.max_receive_message_length", MAX_RECEIVE_BYTES),
            ("grpc.max_send_message_length", -1),
            # It refuses what is as large as that. Between the two of them it would let chance decide.
            ("grpc.max_metadata_size", MAX_METADATA_BYTES + 1),
            ("grpc.absolute_max_metadata_size", MAX_METADATA_BYTES + 1),
            ("grpc.max_concurrent_streams", MAX_STREAMS),
            ("grpc.server.max_pending_requests", MAX_PENDING_REQUESTS),
            ("grpc.server.max_pending_requests_hard_limit", 2 * MAX_PENDING_REQUESTS),
            ("grpc.so_reuseport", int(shared)),
            *connections.options(),
            *_connection_options(connection_limits),
        ],
    )
    message_seconds = connection_limits.message_seconds
    unread = UnreadAnswers(admission, message_seconds)
    # Where everybody is the local principal there is nobody to be asked before the message.
    asked = callers if verifiers else None
    ContractHandlers(PACKAGE, METHODS.values(), dispatcher, message_seconds, asked, unread).serve_on(server)
    reported = Health()
    streams = LongStreams(max(connection_limits.connections // 2, 1), connection_limits.idle_seconds)
    registration: Any = Registration(server, Arrivals(message_seconds, MOST_OPEN_MESSAGES), streams)
    health_pb2_grpc.add_HealthServicer_to_server(reported, registration)
    if with_channelz:
        # Imported where it is wanted: few do.
        from grpc_channelz.v1 import channelz

        channelz.add_channelz_servicer(server)
    if with_reflection:
        names = (*SERVICES, SERVICE_NAME, reflection.SERVICE_NAME, *((CHANNELZ,) if with_channelz else ()))
        # What enables it by one call would take our registration for a server that is not asyncio's.
        servicer: Any = reflection.aio.ReflectionServicer(
            service_names=names, pool=method_pool(descriptor_pool.Default())
        )
        # Its stubs have no types here.
        register: Any = reflection_pb2_grpc.add_ServerReflectionServicer_to_server
        register(servicer, registration)
    try:
        if certificates is None:
            port = server.add_insecure_port(address)
        else:
            port = server.add_secure_port(address, server_credentials(certificates))
    except RuntimeError as error:
        raise CannotStart(f"cannot listen on {address}: is it in use, or no address of this machine?") from error
    path = address.removeprefix("unix:").removeprefix("//") if address.startswith("unix:") else ""
    models = ModelHealth(reported)
    return RpcServer(
        server,
        dispatcher,
        interceptors,
        callers,
        admission,
        gate,
        standstill,
        reported,
        models,
        Readiness(),
        port,
        path,
    )
