"""`local/extractive`: summaries without a model, a key, or a network. Same input, same bytes."""

from compactd.summarizers.extractive.embedded import EmbeddedSummarizer
from compactd.summarizers.extractive.identifiers import Identifier, Kind, extract_identifiers
from compactd.summarizers.extractive.merging import merge
from compactd.summarizers.extractive.summarizing import default_limit, summarize

__all__ = ["EmbeddedSummarizer", "Identifier", "Kind", "default_limit", "extract_identifiers", "merge", "summarize"]
