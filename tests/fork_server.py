"""`python -m tests.fork_server SOCKET`: forks processes that have loaded by now all that a server needs.

A server takes 3.7 s of a core until it serves, nearly all of it for imports and the table of tokens; one that is forked
here takes less than a tenth. It is a process like any other: its own environment, arguments, standard error, signals
and end.

Whoever wants one connects and sends a `Start` as JSON with the file that is to be its standard error, and one for its
standard output if that is to be read. It gets two lines: the process's id, and when it has ended its status, as asyncio
has it. The command has ended when the fork server is ready, which goes on behind it until its standard input ends.
"""

import contextlib
import gc
import json
import os
import runpy
import selectors
import signal
import socket
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import NoReturn


@dataclass(frozen=True, slots=True)
class Start:
    """A module, its arguments and its whole environment."""

    command: Sequence[str]
    environment: Mapping[str, str]

    def send(self, connection: socket.socket, *outputs: int) -> None:
        """`outputs`: its standard error, and its standard output if that is not to be lost."""
        message = json.dumps(asdict(self)).encode()
        socket.send_fds(connection, [len(message).to_bytes(4, "big")], outputs)
        connection.sendall(message)


def receive_start(connection: socket.socket) -> tuple[Start, list[int]]:
    head, outputs, _, _ = socket.recv_fds(connection, 4, 2)
    with connection.makefile("rb") as stream:
        return Start(**json.loads(stream.read(int.from_bytes(head, "big")))), outputs


def import_server() -> None:
    """Loads what a server loads until it serves. No thread may run, nor anything of gRPC's have been made."""
    # As `compactd serve` does before it imports gRPC, and before it loads what stays.
    os.environ["GRPC_VERBOSITY"] = "NONE"
    gc.disable()
    import uvloop  # noqa: F401

    from compactd.extractive.importance import reply_score
    from compactd.extractive.importance.requests import open_score, wish_score
    from compactd.workers.warm import load_what_workers_share

    for score in (wish_score, reply_score, open_score):
        score.load()
    load_what_workers_share()
    gc.enable()


def main() -> None:
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(sys.argv[1])
    listening.listen(100)
    import_server()
    if os.fork():
        os._exit(0)
    # Children are waited for by their keepers, keepers by nobody.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    connection = fork_for_each(listening)
    listening.close()
    if connection is not None:
        keep(connection)


def fork_for_each(listening: socket.socket) -> socket.socket | None:
    """Returns in each process that it forks, with the connection that wanted it; and without one when all is over."""
    with selectors.DefaultSelector() as selector:
        selector.register(listening, selectors.EVENT_READ)
        selector.register(sys.stdin, selectors.EVENT_READ)
        while not any(key.fileobj is sys.stdin for key, _ in selector.select()):
            connection, _ = listening.accept()
            if os.fork() == 0:
                return connection
            connection.close()
    return None


def keep(connection: socket.socket) -> None:
    """Forks one process, and tells of its end; returns in that process alone, as what it is to run."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    start, outputs = receive_start(connection)
    pid = os.fork()
    if pid:
        for file in outputs:
            os.close(file)
        tell_end(connection, pid)
    connection.close()
    nothing = os.open(os.devnull, os.O_RDWR)
    stderr, stdout = (*outputs, nothing)[:2]
    for number, file in enumerate((nothing, stdout, stderr)):
        os.dup2(file, number)
    for file in (nothing, *outputs):
        os.close(file)
    os.environ.clear()
    os.environ.update(start.environment)
    module, *arguments = start.command
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def tell_end(connection: socket.socket, pid: int) -> NoReturn:
    connection.sendall(f"{pid}\n".encode())
    threading.Thread(target=kill_after, args=(connection, pid), daemon=True).start()
    _, status = os.waitpid(pid, 0)
    with contextlib.suppress(BrokenPipeError):
        connection.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def kill_after(connection: socket.socket, pid: int) -> None:
    """Whoever wanted the process has gone without an end to it, as a worker does whose test takes too long."""
    connection.recv(1)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
