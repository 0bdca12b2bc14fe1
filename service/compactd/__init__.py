"""compactd: stores LLM agents' conversations and compacts them, over gRPC."""
