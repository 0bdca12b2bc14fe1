"""Logging: one JSON object a line, on standard error; never contents, prompts, summaries or keys."""

import logging
import sys

import orjson
import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import Processor


def configure_logging(level: str) -> None:
    """Sets up logging for the process: structlog's, and that of libraries. `level`: debug, info, warning or error."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(serializer=orjson.dumps)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer),
        cache_logger_on_first_use=True,
    )
    # What libraries have to say is in the same form, warnings and errors only.
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        ProcessorFormatter(
            processors=[ProcessorFormatter.remove_processors_meta, structlog.processors.JSONRenderer()],
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    # It warns of whatever a client sends that is odd, and of every wish for another protocol.
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
