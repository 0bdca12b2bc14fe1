"""Identifiers with the messages that hold them, and what of them a context retains."""
