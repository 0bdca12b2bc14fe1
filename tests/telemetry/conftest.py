"""Logging as it was before, after a test that sets it up."""

import logging
from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture
def as_before() -> Iterator[None]:
    """Takes back what `configure_logging` sets for the process."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
