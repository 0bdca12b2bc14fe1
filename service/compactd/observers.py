"""Who is told what a process does: its log, its metrics and, where they are wanted, spans."""

import sys
from typing import TYPE_CHECKING

from compactd.config import Config
from compactd.log import CallLines
from compactd.ports.observer import Observer
from compactd.telemetry.log_observer import LogObserver
from compactd.telemetry.observers import Observers

if TYPE_CHECKING:
    from compactd.telemetry.tracing import Tracing


def observer_of(config: Config, *others: Observer | None) -> Observer:
    """The log, and those of the others that there are."""
    log = LogObserver(config.log_calls, CallLines(sys.stderr.buffer))
    return Observers((log, *(other for other in others if other is not None)))


def tracing_of(config: Config) -> "Tracing | None":
    """None, and nothing imported for it, where no spans are wanted."""
    if not config.otlp_endpoint:
        return None
    from compactd.telemetry.tracing import Tracing

    return Tracing(config.otlp_endpoint, config.trace_ratio, "sqlite" if config.on_sqlite else "postgresql")
