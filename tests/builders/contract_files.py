"""The files of the contract, all that there are: who reads them by reflection forgets none."""

from importlib import import_module
from pkgutil import iter_modules

from google.protobuf.descriptor import FileDescriptor

import compaction.v1

FILES: tuple[FileDescriptor, ...] = tuple(
    import_module(f"{compaction.v1.__name__}.{module.name}").DESCRIPTOR
    for module in iter_modules(compaction.v1.__path__)
    if module.name.endswith("_pb2")
)
"""In the order of their names."""
