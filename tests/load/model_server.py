"""A fast model on loopback for measurements: OpenAI's chat API, always the same summary, at once or after a delay.

    python tests/load/model_server.py --port 0 --delay 0 --summary-chars 600

prints its port as the first line. GET /count answers with the number of completions asked for so far. Each answer is
one write, so that no delayed acknowledgement (40 ms) gets into a measurement.
"""

import argparse
import asyncio
import json

SENTENCE = "The parser reads src/config.py and keeps the port 8443; the failing test was fixed by sorting the keys. "


def completion(characters: int) -> bytes:
    text = (SENTENCE * (characters // len(SENTENCE) + 1))[:characters].strip() or "A summary."
    body = {
        "id": "chatcmpl-load",
        "object": "chat.completion",
        "created": 1_790_000_000,
        "model": "load",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 60, "completion_tokens": 150, "total_tokens": 210},
    }
    return response(json.dumps(body).encode())


def response(body: bytes) -> bytes:
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


class Completions:
    """What every connection shares: the answer, the delay before it in seconds, and how many were asked for."""

    def __init__(self, answer: bytes, delay: float) -> None:
        self.answer = answer
        self.delay = delay
        self.count = 0


class Connection(asyncio.Protocol):
    """Reads requests as far as their length; what is in them does not matter."""

    def __init__(self, completions: Completions) -> None:
        self._completions = completions
        self._buffer = bytearray()
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._buffer[:end]).lower()
            size = end + 4 + _content_length(head)
            if len(self._buffer) < size:
                return
            del self._buffer[:size]
            self._answer(head)

    def _answer(self, head: bytes) -> None:
        if head.startswith(b"get /count"):
            self._write(response(json.dumps({"completions": self._completions.count}).encode()))
            return
        self._completions.count += 1
        if self._completions.delay:
            asyncio.get_running_loop().call_later(self._completions.delay, self._write, self._completions.answer)
        else:
            self._write(self._completions.answer)

    def _write(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)


def _content_length(head: bytes) -> int:
    _, found, rest = head.partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


async def serve(port: int, delay: float, characters: int) -> None:
    completions = Completions(completion(characters), delay)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(completions), "127.0.0.1", port, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--summary-chars", type=int, default=600)
    options = parser.parse_args()
    try:
        asyncio.run(serve(options.port, options.delay, options.summary_chars))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
