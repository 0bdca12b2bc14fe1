"""Use cases, one per file, and the ports they stand on."""
