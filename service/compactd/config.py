"""Configuration from the environment: every setting with its meaning, default and unit."""

from pathlib import Path
from typing import Annotated, Literal

import platformdirs
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from compactd.domain.limits import MAX_REQUEST_BYTES

PREFIX = "COMPACTD_"


def default_database_url() -> str:
    """A SQLite file in the user's data folder."""
    return f"sqlite:///{Path(platformdirs.user_data_dir('compactd', appauthor=False)) / 'compactd.db'}"


class Config(BaseSettings):
    """The server's settings; each is read from COMPACTD_ and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, env_ignore_empty=True, hide_input_in_errors=True)

    grpc_address: Annotated[
        str, Field(description="Where gRPC listens: host:port (port 0: a free one), or unix:/path of a socket.")
    ] = "127.0.0.1:50051"
    http_address: Annotated[
        str, Field(description="Where REST listens: host:port (port 0: a free one), unix:/path of a socket, or off.")
    ] = "127.0.0.1:8283"
    admin_address: Annotated[str, Field(description="Reserved: where health pages and metrics will be served.")] = (
        "127.0.0.1:9464"
    )
    database_url: Annotated[
        SecretStr,
        Field(
            description="sqlite:///path (an absolute path has four slashes) or postgresql://user:password@host/name. "
            "A SQLite file is created with its folder; PostgreSQL is prepared by `compactd migrate`."
        ),
    ] = Field(default_factory=lambda: SecretStr(default_database_url()))
    database_connections: Annotated[
        int, Field(ge=1, le=1000, description="The most connections to PostgreSQL that one process opens.")
    ] = 8
    database_prepared_statements: Annotated[
        bool,
        Field(
            description="Whether statements are prepared once for each connection to PostgreSQL. false for a pooler in "
            "transaction mode (PgBouncer, pgcat, Supavisor); slower."
        ),
    ] = True
    database_durable: Annotated[
        bool,
        Field(
            description="Whether what was answered survives a power cut on SQLite, and not only a killed process: "
            "writes are on the disk before their answer (an fsync, which those that wait share). PostgreSQL has "
            "settings of its own for it."
        ),
    ] = True
    max_call_seconds: Annotated[
        float,
        Field(
            gt=0, le=86_400, description="The longest that a compaction may take, whatever deadline its caller sets."
        ),
    ] = 600.0
    linger_seconds: Annotated[
        float,
        Field(
            ge=0,
            le=600,
            description="How long a compaction goes on when the last call that waited for it has gone: one over REST "
            "without a deadline, whose client repeats it by itself. 0: it ends at once.",
        ),
    ] = 15.0
    model_retries: Annotated[
        int,
        Field(
            ge=0,
            le=10,
            description="How often a request to a model is repeated that failed for a moment (429, 408, 409, 425, 5xx, "
            "a broken connection); never for another reason, nor beyond the caller's deadline.",
        ),
    ] = 2
    model_retry_seconds: Annotated[
        float,
        Field(
            ge=0,
            le=60,
            description="The longest pause before the first repeat; twice as long before each further one, up to 8 s. "
            "How long it is below that is left to chance; what a provider asks for (Retry-After) comes on top.",
        ),
    ] = 1.0
    breaker_failures: Annotated[
        int,
        Field(
            ge=2,
            description="How many compactions in a row have to fail because a model's provider is in trouble (5xx, a "
            "broken connection, no usable answer), after their repeats, until the model's circuit opens.",
        ),
    ] = 5
    breaker_seconds: Annotated[
        float,
        Field(
            gt=0,
            le=3600,
            description="How long a model is not asked while its circuit is open, and compactions are answered "
            "PROVIDER_UNAVAILABLE, with RetryInfo; then one request tries it.",
        ),
    ] = 30.0
    max_calls_in_hand: Annotated[
        int,
        Field(
            ge=1,
            description="The most calls that are in hand, over gRPC and REST; others get RESOURCE_EXHAUSTED. Also the "
            "most compactions that run at once, those included that go on after their callers have gone.",
        ),
    ] = 4096
    max_bytes_in_hand: Annotated[
        int,
        Field(
            ge=MAX_REQUEST_BYTES,
            description="The most bytes of requests that are in hand, over gRPC and REST; others get "
            "RESOURCE_EXHAUSTED. They may take several times as much memory.",
        ),
    ] = 8 * MAX_REQUEST_BYTES
    drain_seconds: Annotated[
        float,
        Field(
            ge=0,
            le=3600,
            description="How long the server goes on as before after SIGTERM, while its health is NOT_SERVING: time "
            "for meshes, load balancers and clients that watch health to go elsewhere before calls are turned away. "
            "SIGINT (Ctrl-C) and a second signal do not wait.",
        ),
    ] = 5.0
    drain_grace_seconds: Annotated[
        float,
        Field(
            ge=0,
            le=3600,
            description="How long calls in hand may go on after that, before they are broken off with UNAVAILABLE; new "
            "ones are turned away meanwhile. Up to four seconds later the process has ended: all together less than "
            "what the platform waits before it kills (Kubernetes: 30). A second signal ends the grace at once.",
        ),
    ] = 20.0
    reflection: Annotated[bool, Field(description="Whether the server answers gRPC reflection.")] = True
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Field(description="The least important lines that are logged.")
    ] = "info"
    sglang_base_url: Annotated[str, Field(description="Where sglang/… models are served, such as http://host/v1.")] = ""
    sglang_api_key: Annotated[SecretStr, Field(description="The key for sglang/… models, where they need one.")] = (
        SecretStr("")
    )
    moonshot_coding_base_url: Annotated[
        str, Field(description="Where moonshot_coding/… models are served, if not at the provider's own address.")
    ] = ""
    moonshot_coding_api_key: Annotated[SecretStr, Field(description="The key for moonshot_coding/… models.")] = (
        SecretStr("")
    )
    baseten_base_url: Annotated[
        str, Field(description="Where baseten/… models are served, if not at the provider's own address.")
    ] = ""

    @field_validator("database_url")
    @classmethod
    def _of_a_known_kind(cls, url: SecretStr) -> SecretStr:
        # The rest of it is read where the database is opened: what that needs is not imported before listening.
        kind = url.get_secret_value().strip().partition(":")[0].partition("+")[0].lower()
        if kind not in ("sqlite", "postgres", "postgresql"):
            raise ValueError(
                "write the database URL as sqlite:///path/to/file.db or postgresql://user:password@host/database, "
                "or leave the variable out for a SQLite file."
            )
        return url
