"""`python -m tests.load.interpreter_holds`: how long a request holds the interpreter, so that nothing else of the
process runs, for the worst requests that are known.

A thread asks for the interpreter all the time, and notes how much CPU the decoding thread has used between two of its
turns: what a busy machine does to either of them is not counted.
"""

import asyncio
import gc
import sys
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial

from compactd.gateway.json_text import UnreadableText, decode_json
from compactd.rpc.call import Call
from compactd.rpc.contract import METHODS
from compactd.rpc.interceptors.request_decoder import BytesDecoder
from compactd.service import GC_THRESHOLD
from tests.rpc.test_many_values import APPEND, HEAPS, MESSAGES, told

MEBIBYTES = 16 * 1024 * 1024

TEXT = b"x" * (MEBIBYTES - 100)

MESSAGES_OF_TEXT = told(MESSAGES, b"\x08\x02" + told(2, b"x" * 100_000)) * 100

BODIES: Mapping[str, bytes] = {
    "empty objects": b"[" + b"{}," * (MEBIBYTES // 3) + b"0]",
    "empty texts": b"[" + b'"",' * (MEBIBYTES // 3) + b"0]",
    "as many whole numbers as are read": b"[" + b"0," * 299_000 + b"0]",
    "as many empty lists as are read": b"[" + b"[]," * 149_000 + b"0]",
    "as many keys of one object as are read": b"{" + b",".join(b'"%d":""' % n for n in range(149_000)) + b"}",
    "long whole numbers": b"[" + b",".join([b"9" * 4_200] * 3_900) + b"]",
    "one long fraction": b"1." + b"9" * (MEBIBYTES - 10),
    "lists in each other": b"[" * MEBIBYTES,
    "one text": b'"' + TEXT + b'"',
}


class Watch:
    """Of a thread of the processor's time."""

    def __init__(self, watched: int) -> None:
        self._clock = time.pthread_getcpuclockid(watched)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self.longest_seconds = 0.0

    def _look(self) -> None:
        last = time.clock_gettime(self._clock)
        while not self._over.is_set():
            now = time.clock_gettime(self._clock)
            self.longest_seconds = max(self.longest_seconds, now - last)
            last = now

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


def longest_hold(work: Callable[[], object]) -> float:
    with Watch(threading.get_ident()) as watch:
        work()
    return watch.longest_seconds


def decode_message(path: str, data: bytes) -> str:
    async def proceed(_: Call, __: object) -> None:
        return None

    async def decode() -> None:
        await BytesDecoder(METHODS)(Call(path, {}), data, proceed)

    try:
        asyncio.run(decode())
    except Exception as error:  # noqa: BLE001  (refused, as most of them are)
        return str(error)
    return "read"


def decode_body(body: bytes) -> str:
    try:
        decode_json(body)
    except UnreadableText as error:
        return str(error)
    return "read"


def main() -> None:
    sys.setswitchinterval(1e-4)
    # As a server that is warm has it.
    gc.collect()
    gc.freeze()
    gc.set_threshold(GC_THRESHOLD)
    print("milliseconds | request | what became of it")
    for name, (path, data) in messages().items():
        show(f"gRPC: {name}", partial(decode_message, path, data))
    for name, body in BODIES.items():
        show(f"REST: {name}", partial(decode_body, body))


def messages() -> dict[str, tuple[str, bytes]]:
    return {
        **{name: (path, data) for name, (path, data, _) in HEAPS.items()},
        "a hundred texts of 100 KB": (APPEND, MESSAGES_OF_TEXT),
        "one text of 16 MiB": (APPEND, told(MESSAGES, told(2, TEXT))),
    }


def show(name: str, work: Callable[[], str]) -> None:
    outcome: list[str] = []
    held = longest_hold(lambda: outcome.append(work()))
    print(f"{held * 1000:5.1f} | {name} | {outcome[0][:90]}", flush=True)


if __name__ == "__main__":
    main()
