"""Health and reflection on the real server, and calls that come before the services are there."""

import asyncio
import tempfile
from contextlib import AsyncExitStack
from typing import Any

import grpc
import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from grpc_channelz.v1 import channelz_pb2, channelz_pb2_grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from compactd.ports.observer import SilentObserver
from compactd.rpc.contract import SERVICES
from compactd.rpc.health import Health
from compactd.rpc.server import CHANNELZ, make_server
from compaction.v1 import agent_service_pb2
from tests.builders.chat import make
from tests.gateway.stalled import CLOSED_WINDOW, PREFACE, StalledClients, whole_call
from tests.server import LIMITS, Client, LocalServer, connected, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING

# The stubs are older than the package: they have no List.
messages: Any = health_pb2


async def reflected(
    client: Client, request: reflection_pb2.ServerReflectionRequest
) -> reflection_pb2.ServerReflectionResponse:
    channel: Any = client.channel
    stub: Any = reflection_pb2_grpc.ServerReflectionStub(channel)
    answer: reflection_pb2.ServerReflectionResponse
    async for answer in stub.ServerReflectionInfo(iter([request])):
        return answer
    raise AssertionError("reflection answered nothing")


async def test_health_is_reported_for_the_server_and_each_service(server: LocalServer) -> None:
    for serving, status in ((True, SERVING), (False, NOT_SERVING)):
        server.rpc.report(serving=serving)
        for service in ("", *SERVICES):
            answer = await server.client.health.Check(health_pb2.HealthCheckRequest(service=service))
            assert answer.status == status


async def test_a_watcher_sees_each_change(server: LocalServer) -> None:
    server.rpc.report(serving=False)
    watch = server.client.health.Watch(health_pb2.HealthCheckRequest(service=SERVICES[0]))
    assert (await watch.read()).status == NOT_SERVING
    server.rpc.report(serving=True)
    assert (await watch.read()).status == SERVING
    watch.cancel()


async def test_a_watcher_that_reads_nothing_keeps_no_status_from_others(server: LocalServer) -> None:
    server.rpc.report(serving=False)
    watch = server.client.health.Watch(health_pb2.HealthCheckRequest())
    assert (await watch.read()).status == NOT_SERVING
    async with AsyncExitStack() as stack:
        asked = PREFACE + CLOSED_WINDOW + whole_call("/grpc.health.v1.Health/Watch", b"")
        await StalledClients(stack).connect(server.address, asked, 1)
        # Its watch has come when those that come later are answered.
        for status in (SERVING, NOT_SERVING) * 10:
            server.rpc.report(serving=status == SERVING)
            assert (await watch.read()).status == status
            answer = await server.client.health.Check(health_pb2.HealthCheckRequest())
            assert answer.status == status
    watch.cancel()


async def test_a_watcher_that_reads_nothing_loses_its_connection() -> None:
    health = Health(write_seconds=0.2)
    grpc_server = grpc.aio.server()
    health_pb2_grpc.add_HealthServicer_to_server(health, grpc_server)
    port = grpc_server.add_insecure_port("127.0.0.1:0")
    await grpc_server.start()
    try:
        async with AsyncExitStack() as stack, asyncio.timeout(20):
            stalled = StalledClients(stack)
            asked = PREFACE + CLOSED_WINDOW + whole_call("/grpc.health.v1.Health/Watch", b"")
            await stalled.connect(f"http://127.0.0.1:{port}", asked, 1)
            await stalled.ends()
    finally:
        await grpc_server.stop(None)


async def test_watches_are_fewer_than_connections_and_end() -> None:
    async with local_server(max_connections=4, grpc_idle_seconds=2) as own, asyncio.timeout(30):
        watches = [own.client.health.Watch(health_pb2.HealthCheckRequest()) for _ in range(2)]
        for watch in watches:
            await watch.read()
        beyond = own.client.health.Watch(health_pb2.HealthCheckRequest())
        assert await beyond.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert [await watch.code() for watch in watches] == [grpc.StatusCode.UNAVAILABLE] * 2
        again = own.client.health.Watch(health_pb2.HealthCheckRequest())
        await again.read()
        again.cancel()


async def test_the_health_of_all_is_listed(server: LocalServer) -> None:
    server.rpc.report(serving=True)
    listed = await server.client.health.List(messages.HealthListRequest())
    assert {name: answer.status for name, answer in listed.statuses.items()} == dict.fromkeys(("", *SERVICES), SERVING)


async def test_a_server_that_is_left_is_never_serving_again() -> None:
    health = Health()
    health.leave()
    health.set("", SERVING)
    listed = await health.List(messages.HealthListRequest(), None)
    assert {answer.status for answer in listed.statuses.values()} == {NOT_SERVING}


async def test_the_health_of_an_unknown_service_is_not_found(client: Client) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await client.health.Check(health_pb2.HealthCheckRequest(service="nobody"))
    assert raised.value.code() is grpc.StatusCode.NOT_FOUND


async def test_reflection_lists_the_services(client: Client) -> None:
    answer = await reflected(client, reflection_pb2.ServerReflectionRequest(list_services=""))
    assert {*SERVICES, "grpc.health.v1.Health"} <= {item.name for item in answer.list_services_response.service}


@pytest.mark.parametrize(
    "symbol", [SERVICES[0], f"{SERVICES[0]}.Compact", "compaction.v1.CompactRequest", "compaction.v1.Compaction.parts"]
)
async def test_reflection_finds_services_methods_and_messages(client: Client, symbol: str) -> None:
    answer = await reflected(client, reflection_pb2.ServerReflectionRequest(file_containing_symbol=symbol))
    files = [FileDescriptorProto.FromString(data) for data in answer.file_descriptor_response.file_descriptor_proto]
    assert files[0].package == "compaction.v1"


async def test_reflection_does_not_find_what_is_not_there(client: Client) -> None:
    for symbol in (f"{SERVICES[0]}.Forget", "nobody.Nothing", ""):
        answer = await reflected(client, reflection_pb2.ServerReflectionRequest(file_containing_symbol=symbol))
        assert answer.error_response.error_code == grpc.StatusCode.NOT_FOUND.value[0]


async def servers_by_channelz(channel: Any) -> Any:
    return await channelz_pb2_grpc.ChannelzStub(channel).GetServers(channelz_pb2.GetServersRequest())


async def test_what_is_switched_off_is_not_there() -> None:
    with tempfile.TemporaryDirectory(prefix="compactd-") as folder:
        address = f"unix:{folder}/socket"
        rpc = make_server(address, with_reflection=False, limits=LIMITS, observer=SilentObserver())
        await rpc.server.start()
        async with connected(address) as client:
            looks = (
                reflected(client, reflection_pb2.ServerReflectionRequest(list_services="")),
                servers_by_channelz(client.channel),
            )
            for look in looks:
                with pytest.raises(grpc.aio.AioRpcError) as raised:
                    await look
                assert raised.value.code() is grpc.StatusCode.UNIMPLEMENTED
        await rpc.server.stop(0)


async def test_channelz_tells_of_the_servers_connections() -> None:
    with tempfile.TemporaryDirectory(prefix="compactd-") as folder:
        address = f"unix:{folder}/socket"
        rpc = make_server(address, with_reflection=True, with_channelz=True, limits=LIMITS, observer=SilentObserver())
        await rpc.server.start()
        async with connected(address) as client:
            listed = await reflected(client, reflection_pb2.ServerReflectionRequest(list_services=""))
            assert CHANNELZ in {item.name for item in listed.list_services_response.service}
            # Those of other tests in this process may be among them.
            servers = (await servers_by_channelz(client.channel)).server
            assert any(socket.name.endswith(f"{folder}/socket") for one in servers for socket in one.listen_socket)
        await rpc.server.stop(0)


async def test_calls_wait_until_the_services_are_there(server: LocalServer) -> None:
    with tempfile.TemporaryDirectory(prefix="compactd-") as folder:
        address = f"unix:{folder}/socket"
        rpc = make_server(address, with_reflection=False, limits=LIMITS, observer=SilentObserver())
        await rpc.server.start()
        async with connected(address) as client:
            early = asyncio.ensure_future(client.agents.CreateAgent(make(agent_service_pb2.CreateAgentRequest)))
            with pytest.raises(grpc.aio.AioRpcError) as raised:
                await client.agents.CreateAgent(make(agent_service_pb2.CreateAgentRequest), timeout=0.1)
            assert raised.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
            assert not early.done()
            rpc.open_to(server.service.servicers)
            assert (await early).id
        await rpc.server.stop(0)


async def test_an_address_in_use_is_said_so() -> None:
    rpc = make_server("127.0.0.1:0", with_reflection=False, limits=LIMITS, observer=SilentObserver())
    with pytest.raises(OSError, match=f"cannot listen on 127.0.0.1:{rpc.port}"):
        make_server(f"127.0.0.1:{rpc.port}", with_reflection=False, limits=LIMITS, observer=SilentObserver())
    await rpc.server.stop(0)
