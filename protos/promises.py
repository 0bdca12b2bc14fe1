"""What the contract has for a later version, and this server does not do yet: all of it.

Tests hold everything else in the contract against the service, and this list against both: what is done leaves it.
"""

PROMISED_REASONS = frozenset({"NOTHING_TO_RESTORE", "PERMISSION_DENIED", "REQUEST_ID_REUSED", "UNAUTHENTICATED"})
"""No error of this version has them."""

PROMISED_METHODS = frozenset({"RestoreCompaction"})
"""They answer UNIMPLEMENTED, NOT_SUPPORTED, to any request that is well formed."""
