"""Puts the contract's generated code into the wheel, from a checkout or from a source distribution."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class GeneratedCode(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return  # imported from where it lies
        root = Path(self.root)
        unpacked = root / "compaction"
        checkout = root.parent.parent / "generated" / "compaction"
        build_data["force_include"][str(unpacked if unpacked.exists() else checkout)] = "compaction"
