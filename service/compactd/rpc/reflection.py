"""Server reflection that also finds methods, which load generators ask for by name."""

from typing import Any, cast

from google.protobuf.descriptor import FileDescriptor
from google.protobuf.descriptor_pool import DescriptorPool


def method_pool(pool: DescriptorPool) -> DescriptorPool:
    """`pool`, which also finds the file of `package.Service.Method`."""
    return cast("DescriptorPool", _MethodPool(pool))


class _MethodPool:
    """Wraps a pool, since protobuf's own cannot be subclassed: it raises KeyError for methods.

    The file of a method is that of its service. Everything else is the pool's own.
    """

    def __init__(self, pool: DescriptorPool) -> None:
        self._pool = pool

    def FindFileContainingSymbol(self, symbol: str) -> FileDescriptor:  # noqa: N802  (protobuf's name)
        try:
            return self._pool.FindFileContainingSymbol(symbol)
        except KeyError:
            service, _, method = symbol.rpartition(".")
            found = self._pool.FindServiceByName(service)
            if method not in found.methods_by_name:
                raise
            return found.file

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pool, name)
