"""Where Letta's clients write a field otherwise than ProtoJSON has it."""

from collections.abc import Mapping
from typing import Any

NULL_VALUES: Mapping[str, Any] = {"compaction.v1.CompactionSettings.clip_chars": 0}
"""What null means where it is not the same as absent, by the field's full name: no clipping."""

OTHER_NAMES: Mapping[str, str] = {"model_settings": "api_model_settings"}
"""What Letta's Python client calls a field in its objects, and sends where one of them is sent back, by its name."""
