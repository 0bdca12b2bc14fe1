"""How long connections live, who may ping, and who is found dead."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import grpc

from compactd.ports.observer import SilentObserver
from compactd.rpc.call import Call
from compactd.rpc.connection_rules import ConnectionRules
from compactd.rpc.interceptors.interceptor import Request
from compactd.rpc.server import MAX_METADATA_BYTES, make_server
from compaction.v1 import agent_pb2, agent_service_pb2
from tests.builders.channels import UNTIL_SEEN, has_connected, has_let_go
from tests.builders.raw_http2 import ENHANCE_YOUR_CALM, GOAWAY, PING, http2_connection
from tests.gateway.stalled import whole_call
from tests.server import LIMITS

GET_AGENT = "/compaction.v1.AgentService/GetAgent"
AT_ONCE = agent_service_pb2.GetAgentRequest().SerializeToString()
HELD = agent_service_pb2.GetAgentRequest(agent_id="held").SerializeToString()

PINGS = 5
"""gRPC's own limit is two that come too soon."""


@asynccontextmanager
async def serving(
    rules: ConnectionRules, released: asyncio.Event | None = None, cancelled: asyncio.Event | None = None
) -> AsyncIterator[int]:
    """The port of a server whose calls with an id are answered once `released` is set, and others at once."""

    async def get_agent(request: Request, call: Call) -> agent_pb2.Agent:
        assert isinstance(request, agent_service_pb2.GetAgentRequest)
        if request.agent_id and released:
            try:
                await released.wait()
            except asyncio.CancelledError:
                (cancelled or asyncio.Event()).set()
                raise
        return agent_pb2.Agent()

    rpc = make_server("127.0.0.1:0", with_reflection=False, limits=LIMITS, observer=SilentObserver(), connections=rules)
    rpc.dispatcher.serve({GET_AGENT: get_agent})
    rpc.gate.open()
    await rpc.server.start()
    try:
        yield rpc.port
    finally:
        await rpc.server.stop(0)


def channel_to(port: int) -> grpc.aio.Channel:
    return grpc.aio.insecure_channel(f"127.0.0.1:{port}", [("grpc.use_local_subchannel_pool", 1)])


async def test_a_client_that_pings_as_often_as_it_may_is_left_alone_while_it_calls_nothing() -> None:
    async with serving(ConnectionRules(least_ping_interval=0.02)) as port, http2_connection(port) as client:
        for number in range(PINGS):
            await client.send(PING, bytes([number] * 8))
            answer = await client.next_of(PING, GOAWAY)
            assert answer
            assert (answer.kind, answer.payload, answer.is_acknowledgement) == (PING, bytes([number] * 8), True)
            await asyncio.sleep(0.1)


async def test_a_client_that_pings_more_often_is_sent_away() -> None:
    async with serving(ConnectionRules()) as port, http2_connection(port) as client:
        for number in range(PINGS):
            await client.send(PING, bytes([number] * 8))
        goaway = await client.next_of(GOAWAY)
        assert goaway
        assert goaway.payload[4:] == ENHANCE_YOUR_CALM.to_bytes(4, "big") + b"too_many_pings"


async def test_a_client_that_no_longer_answers_is_found_dead_though_it_calls_nothing() -> None:
    rules = ConnectionRules(ping_after=0.1, ping_timeout=0.3)
    async with serving(rules) as port, http2_connection(port) as client:
        ping = await client.next_of(PING)
        assert ping
        assert not ping.is_acknowledgement
        assert await client.next_of() is None


async def test_what_a_dead_client_has_called_is_cancelled() -> None:
    never, cancelled = asyncio.Event(), asyncio.Event()
    rules = ConnectionRules(ping_after=0.3, ping_timeout=0.3)
    async with serving(rules, never, cancelled) as port, http2_connection(port) as client:
        client.writer.write(whole_call(GET_AGENT, HELD))
        await asyncio.wait_for(cancelled.wait(), UNTIL_SEEN)


async def test_forty_callers_go_over_to_new_connections_as_theirs_grow_old_and_no_call_fails() -> None:
    outcomes: Counter[grpc.StatusCode] = Counter()
    over = asyncio.Event()

    async def call(channel: grpc.aio.Channel) -> None:
        get_agent: Any = channel.unary_unary(GET_AGENT)
        while not over.is_set():
            outcomes[await get_agent(AT_ONCE, timeout=UNTIL_SEEN).code()] += 1

    async with serving(ConnectionRules(max_age=0.3, age_grace=60)) as port, AsyncExitStack() as stack:
        channels = [await stack.enter_async_context(channel_to(port)) for _ in range(4)]
        calling = [asyncio.create_task(call(channel)) for channel in channels * 10]
        await asyncio.gather(*(has_connected(channel, 4) for channel in channels))
        over.set()
        await asyncio.gather(*calling)
    assert outcomes.keys() == {grpc.StatusCode.OK}


async def test_a_call_that_lasts_longer_than_its_connection_may_is_answered() -> None:
    released = asyncio.Event()
    rules = ConnectionRules(max_age=0.3, age_grace=60)
    async with serving(rules, released) as port, channel_to(port) as channel:
        get_agent: Any = channel.unary_unary(GET_AGENT)
        await get_agent(AT_ONCE)
        held = get_agent(HELD, timeout=UNTIL_SEEN)
        await has_let_go(channel)
        await get_agent(AT_ONCE)
        released.set()
        assert await held.code() is grpc.StatusCode.OK


async def test_a_call_that_lasts_longer_than_the_grace_is_told_that_the_server_is_unavailable() -> None:
    async with (
        serving(ConnectionRules(max_age=0.2, age_grace=0.2), asyncio.Event()) as port,
        channel_to(port) as channel,
    ):
        get_agent: Any = channel.unary_unary(GET_AGENT)
        assert await get_agent(HELD, timeout=UNTIL_SEEN).code() is grpc.StatusCode.UNAVAILABLE


def test_an_age_of_nought_is_none() -> None:
    assert {name for name, _ in ConnectionRules(max_age=1).options()} - {
        name for name, _ in ConnectionRules(max_age=0).options()
    } == {"grpc.max_connection_age_ms", "grpc.max_connection_age_grace_ms"}


async def test_metadata_is_taken_up_to_its_limit_and_not_a_byte_more() -> None:
    async with serving(ConnectionRules()) as port, channel_to(port) as channel:
        get_agent: Any = channel.unary_unary(GET_AGENT)

        async def code_and_words(filler: int) -> tuple[grpc.StatusCode, str]:
            # Without a deadline, which would be a header of one length or another.
            call = get_agent(AT_ONCE, metadata=(("filler", "x" * filler),))
            return await call.code(), await call.details()

        code, words = await code_and_words(MAX_METADATA_BYTES - 100)
        found = re.search(rf"\((\d+) vs. {MAX_METADATA_BYTES + 1}\)", words)
        assert found, words
        beside = int(found[1]) - (MAX_METADATA_BYTES - 100)
        assert code is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert (await code_and_words(MAX_METADATA_BYTES - beside))[0] is grpc.StatusCode.OK
        assert (await code_and_words(MAX_METADATA_BYTES - beside + 1))[0] is grpc.StatusCode.RESOURCE_EXHAUSTED
