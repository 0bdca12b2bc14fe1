"""Loads what writes the requests of a provider when it is first needed."""

import importlib
import os
from collections.abc import Callable, Mapping
from types import MappingProxyType

from compactd.summarizers.litellm_requests.litellm_import import import_litellm
from compactd.summarizers.provider_http import HttpRequest
from compactd.summarizers.provider_requests import ProviderRequest
from compactd.summarizers.providers.row import Dialect, Provider

RequestWriter = Callable[[ProviderRequest], HttpRequest]
"""Writes the request of one call as litellm's classes for its provider have it. May log in over the network where the
provider's row says `logs_in`. Raises LoginFailed, and what litellm raises."""

# Read by litellm when it is imported: no price list and no header list from the network, unless the operator wants it.
_OFFLINE = MappingProxyType({"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS": "True"})

_MODULES: Mapping[Dialect, str] = MappingProxyType(
    {
        Dialect.CHAT: "chat",
        Dialect.RESPONSES: "responses",
        Dialect.MESSAGES: "messages",
        Dialect.GEMINI: "gemini",
        Dialect.CONVERSE: "converse",
    }
)


def writer_module(provider: Provider, dialect: Dialect) -> str:
    """The name of the module in this package that writes the requests of this kind."""
    return "azure_chat" if provider.name == "azure" and dialect is Dialect.CHAT else _MODULES[dialect]


def load_writer(module: str) -> RequestWriter:
    """Blocks: the first one imports litellm, 2 to 5 s; another takes up to half a second."""
    for name, setting in _OFFLINE.items():
        os.environ.setdefault(name, setting)
    import_litellm()
    importlib.import_module("compactd.summarizers.litellm_requests.litellm_settings").configure()
    writer: RequestWriter = importlib.import_module(f"compactd.summarizers.litellm_requests.{module}").writer()
    return writer
