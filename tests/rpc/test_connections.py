"""What a server does with its connections at its end, told of plain sockets."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from compactd.rpc.connections import hang_up


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as closing:
        yield closing


def connected(stack: ExitStack, listening: socket.socket) -> tuple[socket.socket, socket.socket]:
    """A client of it, and the connection that it has accepted for it."""
    client = stack.enter_context(socket.socket(listening.family))
    client.settimeout(5)
    client.connect(listening.getsockname())
    accepted = stack.enter_context(listening.accept()[0])
    return client, accepted


def tcp(stack: ExitStack) -> socket.socket:
    return stack.enter_context(socket.create_server(("127.0.0.1", 0)))


def unix(stack: ExitStack, path: Path) -> socket.socket:
    listening = stack.enter_context(socket.socket(socket.AF_UNIX))
    listening.bind(str(path))
    listening.listen()
    return listening


def is_open(client: socket.socket, accepted: socket.socket) -> bool:
    accepted.send(b"still there")
    return client.recv(100) == b"still there"


def test_connections_of_a_port_end_with_what_was_sent_and_no_others_come(stack: ExitStack) -> None:
    listening, other = tcp(stack), tcp(stack)
    clients = [connected(stack, listening) for _ in range(3)]
    untouched = connected(stack, other)
    for _, accepted in clients:
        accepted.send(b"answer")
    hang_up(listening.getsockname()[1], "")
    assert [(client.recv(100), client.recv(100)) for client, _ in clients] == [(b"answer", b"")] * 3
    assert is_open(*untouched)
    with pytest.raises(ConnectionRefusedError):
        connected(stack, listening)
    assert is_open(*connected(stack, other))


def test_connections_of_a_unix_socket_end_and_no_others(stack: ExitStack, tmp_path: Path) -> None:
    path = tmp_path / "grpc"
    client, _ = connected(stack, unix(stack, path))
    untouched = [connected(stack, unix(stack, tmp_path / "http")), connected(stack, tcp(stack))]
    # The port that gRPC names for a Unix socket.
    hang_up(1, str(path))
    assert client.recv(100) == b""
    assert all(is_open(*pair) for pair in untouched)
