"""What is counted."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings


class MetricsSettings(BaseSettings):
    """A section of Config."""

    metrics: Annotated[
        bool,
        Field(
            description="Whether calls, models and compactions are counted, and shown to Prometheus by /metrics of "
            "the admin port."
        ),
    ] = True
