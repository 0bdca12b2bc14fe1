"""Which rules have worked out what is stored of a message beside the message itself."""

RULES_VERSION = 5
"""Stored with every message, for the rules of how it is shown: in transcripts (`strategies.transcript`, with what
`strategies.secrets` takes out) and in views (`strategies.presentation.is_plain`). Whatever makes one of these say
something else of any message raises it: what older rules worked out is not used then, but worked out anew when it is
read."""
