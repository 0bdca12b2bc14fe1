"""The settings of namespaces as they are now."""

from typing import Protocol

from compactd.domain.namespaces import NamespaceSettings


class NamespaceRules(Protocol):
    """What is asked at every use and not kept: the operator may change it while the server runs."""

    def of(self, namespace: str) -> NamespaceSettings: ...


class RetentionRules(NamespaceRules, Protocol):
    """The same for who goes through all of them."""

    @property
    def keeps_all(self) -> bool:
        """Whether nobody has a retention."""
