"""Whose data a call works on."""

NAMESPACE = "default"
"""The one namespace of a server without configured identities."""
