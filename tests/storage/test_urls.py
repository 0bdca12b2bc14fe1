"""Database URLs as users write them."""

from pathlib import Path

import pytest

from compactd.storage.postgresql import postgresql_engine
from compactd.storage.store import open_store
from compactd.storage.urls import mask_url, parse_url


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:////var/lib/compactd.db", "/var/lib/compactd.db"),
        ("sqlite+pysqlite:////var/lib/compactd.db", "/var/lib/compactd.db"),
        ("SQLite:////var/lib/compactd.db", "/var/lib/compactd.db"),
        ("sqlite:/var/lib/compactd.db", "/var/lib/compactd.db"),
        ("sqlite:////var/with space/100%25é#.db", "/var/with space/100%25é#.db"),
        (" sqlite:////var/lib/compactd.db\n", "/var/lib/compactd.db"),
        ("sqlite:///data/compactd.db", "{here}/data/compactd.db"),
        ("sqlite://data/compactd.db", "{here}/data/compactd.db"),
        ("sqlite://./compactd.db", "{here}/compactd.db"),
        ("sqlite:compactd.db", "{here}/compactd.db"),
        ("sqlite:///~/compactd.db", "{home}/compactd.db"),
    ],
)
def test_a_sqlite_url_names_a_file(url: str, path: str) -> None:
    parsed = parse_url(url)
    assert parsed.drivername == "sqlite"
    assert parsed.database == path.format(here=Path.cwd(), home=Path.home())


@pytest.mark.parametrize(
    "scheme", ["postgres", "postgresql", "postgresql+psycopg", "postgresql+psycopg2", "postgresql+asyncpg", "Postgres"]
)
def test_a_postgresql_url_may_name_any_driver(scheme: str) -> None:
    parsed = parse_url(f"{scheme}://ada:p%40ss@db.example:6432/agents?sslmode=require&host=/run/pg")
    assert parsed.drivername == "postgresql+psycopg"
    assert (parsed.username, parsed.password, parsed.host, parsed.port) == ("ada", "p@ss", "db.example", 6432)
    assert (parsed.database, dict(parsed.query)) == ("agents", {"sslmode": "require", "host": "/run/pg"})


def test_a_postgresql_url_may_name_several_hosts() -> None:
    url = "postgresql://ada:secret@one.example:6432,two.example/agents?target_session_attrs=read-write"
    _, options = postgresql_engine(parse_url(url)).dialect.create_connect_args(parse_url(url))
    assert (options["host"], options["port"]) == ("one.example,two.example", "6432,")
    assert (options["user"], options["password"], options["dbname"]) == ("ada", "secret", "agents")
    assert options["target_session_attrs"] == "read-write"
    assert "secret" not in mask_url(url)
    assert "two.example" in mask_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "compactd.db",
        "mysql://ada:secret@host/db",
        "http://host/",
        "sqlite",
        "sqlite:",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///file.db?mode=ro",
        "postgresql",
        "postgresql:host",
        "postgresql://ada:secret@host:port/db",
    ],
)
def test_any_other_url_is_rejected_with_a_sentence(url: str) -> None:
    with pytest.raises(ValueError, match=r"^(write|name|leave out) .+[.]?") as raised:
        open_store(url)
    assert "secret" not in str(raised.value)
    assert raised.value.__context__ is None or "secret" not in str(raised.value.__context__)


def test_a_url_is_shown_without_what_is_or_may_hold_a_password() -> None:
    url = "postgres://ada:canary-1@db/agents?password=canary-2&sslpassword=canary-3&options=canary-4&sslmode=require"
    shown = mask_url(url)
    assert "canary" not in shown
    assert "ada:***@db/agents" in shown
    assert "sslmode=require" in shown
    assert "password=hidden" in shown
