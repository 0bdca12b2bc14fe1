"""Use cases, one per file, and what they share on the way to a summary."""
