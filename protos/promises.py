"""What the contract has for a later version, and this server does not do yet: all of it.

Tests hold everything else in the contract against the service, and this list against both: what is done leaves it.
"""

PROMISED_REASONS: frozenset[str] = frozenset()
"""No error of this version has them."""
