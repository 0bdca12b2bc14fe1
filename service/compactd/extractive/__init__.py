"""`local/extractive`: summaries without a model, a key, or a network. Pure: same input, same bytes."""

from compactd.extractive.part_merge import merge
from compactd.extractive.reading.identifiers import Identifier, Kind, extract_identifiers
from compactd.extractive.summary import default_limit, summarize

__all__ = ["Identifier", "Kind", "default_limit", "extract_identifiers", "merge", "summarize"]
