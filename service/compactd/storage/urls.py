"""Database URLs as users write them, and what they mean."""

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from compactd.domain.startup import WrongSetting

DATABASE_URL = "database_url"
"""The setting that has it."""

_POSTGRESQL = ("postgres", "postgresql")

_HARMLESS = {
    "application_name",
    "channel_binding",
    "connect_timeout",
    "dbname",
    "gssencmode",
    "host",
    "hostaddr",
    "keepalives",
    "keepalives_idle",
    "port",
    "sslcert",
    "sslmode",
    "sslrootcert",
    "target_session_attrs",
    "user",
}
"""Options of PostgreSQL URLs that are shown as they are."""


def parse_url(text: str) -> URL:
    """A `sqlite` URL whose database is an absolute path, or a `postgresql+psycopg` one.

    Takes `sqlite:///relative.db`, `sqlite:////absolute.db`, `sqlite:///~/in/home.db`, `postgres://…`, `postgresql://…`,
    each with or without `+driver`; PostgreSQL may have several hosts, with commas between them. WrongSetting with
    a sentence, which never repeats a password.
    """
    scheme, separator, rest = text.strip().partition(":")
    kind = scheme.partition("+")[0].lower()
    if separator and kind == "sqlite":
        return URL.create("sqlite", database=str(_sqlite_path(rest)))
    if separator and kind in _POSTGRESQL:
        return _postgresql_url(rest)
    raise WrongSetting(
        DATABASE_URL, "write the database URL as sqlite:///path/to/file.db or postgresql://user:password@host/database."
    )


def _sqlite_path(rest: str) -> Path:
    # sqlite://folder/file.db has the folder where a host would stand; it can only be meant as a path.
    path = rest.removeprefix("//").removeprefix("/") if rest.startswith("///") else rest.removeprefix("//")
    if not path or path.startswith(":memory:"):
        raise WrongSetting(
            DATABASE_URL, "name a file in the SQLite URL, as in sqlite:///compactd.db: memory is not shared or kept."
        )
    if "?" in path:
        raise WrongSetting(
            DATABASE_URL, "leave out what follows the ? in the SQLite URL: options are settings of compactd."
        )
    return Path(path).expanduser().absolute()


def _postgresql_url(rest: str) -> URL:
    authority = rest.removeprefix("//").partition("/")[0].partition("?")[0]
    users, at, names = authority.rpartition("@")
    # Several hosts, of which libpq takes the first that answers and suits: SQLAlchemy has them as options.
    hosts = names.split(",") if "," in names else []
    if hosts:
        rest = rest.replace(authority, users + at, 1)
    try:
        url = make_url(f"postgresql+psycopg:{rest}").update_query_pairs([("host", host) for host in hosts], append=True)
    except (ArgumentError, ValueError):
        url = None
    if url is None or not rest.startswith("//"):
        raise WrongSetting(DATABASE_URL, "write the database URL as postgresql://user:password@host:5432/database.")
    return url


def mask_url(text: str) -> str:
    """A database URL as it may be shown: its password is hidden, and so is every option that may be or hold one.
    WrongSetting as `parse_url`."""
    url = parse_url(text)
    shown = {name: value if name in _HARMLESS else "hidden" for name, value in url.query.items()}
    return url.set(query=shown).render_as_string(hide_password=True)
