"""Imports litellm without what its provider classes do not need: 1.3 s of CPU in place of 2.3, and 54 MB less.

`import litellm` imports 2,200 modules: the entry functions of every API that it has, a router over many deployments,
reports to forty services, OpenAI's types of assistants. It offers no way to leave them out, neither a switch nor a part
that can be imported by itself. So while it is imported the modules below are stood in for by empty ones. Afterwards
those are forgotten: whoever imports such a module by its name gets it.
"""

import importlib
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from typing_extensions import override

NOT_NEEDED = (
    "litellm.batches.main",
    "litellm.decisions.main",
    "litellm.files.main",
    "litellm.fine_tuning.main",
    "litellm.integrations.otel",
    "litellm.interactions",
    "litellm.litellm_core_utils.litellm_logging",
    "litellm.main",
    "litellm.messages.dispatch",
    "litellm.rag",
    "litellm.realtime_api.main",
    "litellm.responses.main",
    "litellm.router",
    "litellm.skills.main",
    "litellm.types.guardrails",
    "litellm.vector_stores.vector_store_registry",
    "openai.types.beta",
)
"""Those by whose absence most is saved; each with what is in it, if it is a package."""


_BY_MAIN = ("Choices", "Message", "StreamingChoices", "Usage")
"""Names in litellm that provider classes use, and that litellm has only through its module `main`."""


class NotImported:
    """What a stood in for module would have: a name to import, and an error for who calls it."""

    def __init__(self, *_: Any, **__: Any) -> None:
        raise RuntimeError(f"{type(self).__module__}.{type(self).__name__} was left out when litellm was imported")


class _StandIn(ModuleType):
    """Has whatever is imported from it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__ = []
        self.__all__: Sequence[str] = ()

    @override
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        placeholder = type(name, (NotImported,), {"__module__": self.__name__})
        setattr(self, name, placeholder)
        return placeholder


class _StandIns(MetaPathFinder, Loader):
    @override
    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if any(name == module or name.startswith(f"{module}.") for module in NOT_NEEDED):
            return ModuleSpec(name, self)
        return None

    @override
    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _StandIn(spec.name)

    @override
    def exec_module(self, module: ModuleType) -> None:
        """Nothing to execute."""


def import_litellm() -> None:
    """Blocks for 2 to 5 s, the first time."""
    if "litellm" in sys.modules:
        return
    finder = _StandIns()
    sys.meta_path.insert(0, finder)
    try:
        litellm = importlib.import_module("litellm")
    finally:
        sys.meta_path.remove(finder)
        _forget_stand_ins()
    types = importlib.import_module("litellm.types.utils")
    for name in _BY_MAIN:
        setattr(litellm, name, getattr(types, name))


def _forget_stand_ins() -> None:
    for name, module in list(sys.modules.items()):
        if isinstance(module, _StandIn):
            del sys.modules[name]
            package, _, attribute = name.rpartition(".")
            vars(sys.modules.get(package, module)).pop(attribute, None)
