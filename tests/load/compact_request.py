"""The request for a compaction, as every load makes it."""

from compaction.v1 import compaction_service_pb2, compaction_settings_pb2


def compact_request(conversation_id: str, model: str, mode: str) -> compaction_service_pb2.CompactRequest:
    """`mode` by its name in lower case; `model` may be empty: the settings of agent and conversation choose."""
    settings = compaction_settings_pb2.CompactionSettings(
        mode=compaction_settings_pb2.CompactionMode.Value(f"COMPACTION_MODE_{mode.upper()}")
    )
    if model:
        settings.model = model
    return compaction_service_pb2.CompactRequest(conversation_id=conversation_id, compaction_settings=settings)
