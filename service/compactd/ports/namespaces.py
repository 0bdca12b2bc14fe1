"""The settings of namespaces as they are now."""

from typing import Protocol

from compactd.domain.namespaces import NO_QUOTAS, Namespaces, NamespaceSettings


class NamespaceRules(Protocol):
    """What is asked at every use and not kept: the operator may change it while the server runs."""

    def of(self, namespace: str) -> NamespaceSettings: ...


class NamespacesInForce:
    """The settings that hold until others take their place."""

    def __init__(self, namespaces: Namespaces = NO_QUOTAS) -> None:
        self._namespaces = namespaces

    def of(self, namespace: str) -> NamespaceSettings:
        return self._namespaces.of(namespace)

    def replace(self, namespaces: Namespaces) -> None:
        self._namespaces = namespaces
