"""Configuration from the environment: every setting with its meaning, default and unit, a section a file."""

from pydantic_settings import SettingsConfigDict

from compactd.config.access import AccessSettings
from compactd.config.addresses import AddressSettings
from compactd.config.browsers import BrowserSettings
from compactd.config.calls import CallSettings
from compactd.config.connections import ConnectionSettings
from compactd.config.database import DatabaseSettings
from compactd.config.jobs import JobSettings
from compactd.config.logs import LogSettings
from compactd.config.metrics import MetricsSettings
from compactd.config.models import ModelSettings
from compactd.config.namespaces import NamespaceFileSettings
from compactd.config.processes import ProcessSettings
from compactd.config.providers import ProviderFileSettings
from compactd.config.tls import TlsSettings
from compactd.config.traces import TraceSettings

PREFIX = "COMPACTD_"


class Config(
    TraceSettings,
    LogSettings,
    ProviderFileSettings,
    ModelSettings,
    NamespaceFileSettings,
    JobSettings,
    CallSettings,
    DatabaseSettings,
    ProcessSettings,
    MetricsSettings,
    AccessSettings,
    ConnectionSettings,
    TlsSettings,
    BrowserSettings,
    AddressSettings,
):
    """The server's settings; each is read from COMPACTD_ and its name in capitals. The last base's come first."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, env_ignore_empty=True, hide_input_in_errors=True)
