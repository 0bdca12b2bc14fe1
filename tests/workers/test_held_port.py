"""A port that is held for workers, by sockets on loopback."""

import socket
from collections.abc import Iterator

import pytest

from compactd.gateway.http_server import HttpServer
from compactd.workers.held_port import HeldPort


@pytest.fixture
def held() -> Iterator[HeldPort]:
    port = HeldPort("127.0.0.1:0")
    yield port
    port.close()


def test_workers_listen_at_it_and_get_all_connections_between_them(held: HeldPort) -> None:
    workers = [HttpServer(held.address, shared=True) for _ in range(2)]
    accepted = [0, 0]
    with socket.create_connection(("127.0.0.1", workers[0].port or 0)):
        # Both know of it when it is made.
        for index, worker in enumerate(workers):
            worker._socket.setblocking(False)
            try:
                worker._socket.accept()[0].close()
                accepted[index] += 1
            except BlockingIOError:
                continue
            finally:
                worker._socket.close()
    assert sorted(accepted) == [0, 1]


def test_whoever_wants_it_alone_is_told_that_it_is_in_use(held: HeldPort) -> None:
    worker = HttpServer(held.address, shared=True)
    for take in (HttpServer, HeldPort):
        with pytest.raises(OSError, match="cannot listen on"):
            take(held.address)
    worker._socket.close()


@pytest.mark.parametrize("address", ["127.0.0.1:no", "127.0.0.1", "127.0.0.1:99999"])
def test_an_address_that_cannot_be_had_is_named(address: str) -> None:
    with pytest.raises(OSError, match=f"cannot listen on {address}"):
        HeldPort(address)
