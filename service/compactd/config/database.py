"""Where everything is stored."""

from pathlib import Path
from typing import Annotated

import platformdirs
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings


def default_database_url() -> str:
    """A SQLite file in the user's data folder."""
    return f"sqlite:///{Path(platformdirs.user_data_dir('compactd', appauthor=False)) / 'compactd.db'}"


class DatabaseSettings(BaseSettings):
    """A section of Config."""

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
            description="Whether statements are prepared once for each connection to PostgreSQL. Set false behind a "
            "pooler in transaction mode (PgBouncer, pgcat, Supavisor); this is slower."
        ),
    ] = True
    database_durable: Annotated[
        bool,
        Field(
            description="Whether answered writes on SQLite survive a power cut, and not only a killed process: they "
            "are on the disk before the answer (an fsync, which waiting writes share). PostgreSQL has its "
            "own settings for this."
        ),
    ] = True

    @property
    def on_sqlite(self) -> bool:
        """Whether it is a file of SQLite; else PostgreSQL's."""
        return _kind_of(self.database_url) == "sqlite"

    @field_validator("database_url")
    @classmethod
    def _of_a_known_kind(cls, url: SecretStr) -> SecretStr:
        # The rest of it is read where the database is opened: what that needs is not imported before listening.
        if _kind_of(url) not in ("sqlite", "postgres", "postgresql"):
            raise ValueError(
                "write the database URL as sqlite:///path/to/file.db or postgresql://user:password@host/database, "
                "or leave the variable out for a SQLite file."
            )
        return url


def _kind_of(url: SecretStr) -> str:
    return url.get_secret_value().strip().partition(":")[0].partition("+")[0].lower()
