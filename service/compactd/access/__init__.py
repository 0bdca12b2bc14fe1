"""Identities: who calls, by a token, a certificate or a mesh's header, and what the operator lets them do."""
