"""Sends spans to a collector, in batches, on the event loop that makes them. Where the collector is away spans are
lost, and nothing else: no call waits for it, and the log says so once."""

import asyncio
from collections import deque
from typing import Any

import grpc
import structlog

from compactd.telemetry.otlp_messages import SpanMessages
from compactd.telemetry.otlp_settings import OtlpSettings
from compactd.telemetry.span_tracer import KeptSpan

EXPORT = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"

BATCH_SPANS = 256
"""How many spans a request has at most: encoding them keeps the event loop for a millisecond."""

PAUSE_SECONDS = 1.0
"""How long a span waits for others at most."""

LONGEST_PAUSE_SECONDS = 30.0
"""Between two tries of a collector that is away; each time the pause is twice as long."""

WAITING_SPANS = 8_192
"""How many spans wait at most: of those beyond it the oldest are lost."""

FLUSH_SECONDS = 2.0
"""How long a server that stops waits for the collector to take what is left."""


class OtlpExporter:
    """`start` it on the loop that the server runs on."""

    def __init__(self, settings: OtlpSettings, messages: SpanMessages) -> None:
        self._settings = settings
        self._messages = messages
        self._waiting: deque[KeptSpan] = deque(maxlen=WAITING_SPANS)
        self._lost = 0
        self._is_away = False
        self._full = asyncio.Event()
        self._sending: asyncio.Task[None] | None = None
        self._channel: grpc.aio.Channel | None = None

    def add(self, span: KeptSpan) -> None:
        """Has it sent soon."""
        waiting = self._waiting
        if len(waiting) == WAITING_SPANS:
            self._lost += 1
        waiting.append(span)
        if len(waiting) >= BATCH_SPANS:
            self._full.set()

    def start(self) -> None:
        """Nothing is connected before there is a span."""
        compression = grpc.Compression.Gzip if self._settings.is_compressed else None
        if self._settings.is_secure:
            credentials = grpc.ssl_channel_credentials(
                self._settings.roots, self._settings.key, self._settings.certificate
            )
            self._channel = grpc.aio.secure_channel(self._settings.target, credentials, compression=compression)
        else:
            self._channel = grpc.aio.insecure_channel(self._settings.target, compression=compression)
        self._sending = asyncio.create_task(self._run(self._channel), name="spans")

    async def close(self) -> None:
        """Sends what is left, for a while."""
        if self._sending is None or self._channel is None:
            return
        self._sending.cancel()
        await asyncio.gather(self._sending, return_exceptions=True)
        try:
            async with asyncio.timeout(FLUSH_SECONDS):
                while self._waiting and not self._is_away:
                    await self._send_batch(self._channel)
        except TimeoutError:
            self._went_away("DEADLINE_EXCEEDED")
        await self._channel.close(None)

    async def _run(self, channel: grpc.aio.Channel) -> None:
        pause = PAUSE_SECONDS
        # Ends by being cancelled, when the server stops.
        while True:
            if self._is_away:
                await asyncio.sleep(pause)
            else:
                await self._filled(pause)
            while self._waiting:
                await self._send_batch(channel)
                if self._is_away:
                    break
            self._full.clear()
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS) if self._is_away else PAUSE_SECONDS

    async def _filled(self, seconds: float) -> None:
        """Returns when a batch is full, or after so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                await self._full.wait()
        except TimeoutError:
            return

    async def _send_batch(self, channel: grpc.aio.Channel) -> None:
        """Takes the oldest off only once the collector has them, or will not have them."""
        batch = [self._waiting.popleft() for _ in range(min(BATCH_SPANS, len(self._waiting)))]
        try:
            export: Any = channel.unary_unary(EXPORT)
            await export(
                self._messages.request(batch), timeout=self._settings.timeout_seconds, metadata=self._settings.headers
            )
        except asyncio.CancelledError:
            self._put_back(batch)
            raise
        except grpc.aio.AioRpcError as error:
            if error.code() in _GOES_BY:
                self._put_back(batch)
            else:
                self._lost += len(batch)
            self._went_away(error.code().name)
            return
        if self._is_away:
            self._is_away = False
            structlog.get_logger().info("spans exported again", lost=self._lost)
            self._lost = 0

    def _put_back(self, batch: list[KeptSpan]) -> None:
        room = WAITING_SPANS - len(self._waiting)
        self._lost += max(0, len(batch) - room)
        self._waiting.extendleft(reversed(batch[-room:] if room else []))

    def _went_away(self, code: str) -> None:
        if not self._is_away:
            self._is_away = True
            structlog.get_logger().warning("spans not exported", code=code)


_GOES_BY = frozenset(
    {
        grpc.StatusCode.ABORTED,
        grpc.StatusCode.CANCELLED,
        grpc.StatusCode.DATA_LOSS,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.OUT_OF_RANGE,
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        grpc.StatusCode.UNAVAILABLE,
    }
)
"""Codes after which the same spans may be sent again (https://opentelemetry.io/docs/specs/otlp/#failures)."""
