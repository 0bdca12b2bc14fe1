"""What a gRPC channel tells of its connections."""

import asyncio

import grpc

READY = grpc.ChannelConnectivity.READY

UNTIL_SEEN = 50
"""Seconds within which what is waited for has to happen."""


async def has_connected(channel: grpc.aio.Channel, times: int) -> None:
    """Returns when the channel has made so many connections from now on. It makes one when it is called."""
    state = channel.get_state()
    async with asyncio.timeout(UNTIL_SEEN):
        while times:
            await channel.wait_for_state_change(state)
            state = channel.get_state()
            times -= state is READY


async def has_let_go(channel: grpc.aio.Channel) -> None:
    """Returns when the channel makes no more calls over the connection that it has."""
    async with asyncio.timeout(UNTIL_SEEN):
        while channel.get_state() is READY:
            await channel.wait_for_state_change(READY)
