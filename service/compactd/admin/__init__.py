"""The admin port: health pages, metrics and status, on an address of their own beside the doors for callers."""
