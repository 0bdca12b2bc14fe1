"""Seeded values that facts and noise are made of: nothing here is real, and no two calls need be equal."""

import random
import string
from collections.abc import Callable, Mapping

FIRST = ("Priya", "Tomasz", "Ingrid", "Kwame", "Lucía", "Henrik", "Aisha", "Dmitri", "Noor", "Gwen", "Rafael", "Mei")
LAST = ("Raman", "Zielinski", "Aalto", "Mensah", "Ortega", "Lindqvist", "Farouk", "Volkov", "Haddad", "Okafor", "Pryce")
FOLDERS = ("services", "billing", "ingest", "core", "handlers", "jobs", "adapters", "web", "infra", "pricing", "auth")
FILES = ("retry_policy.py", "ledger.ts", "rates.go", "session_store.rs", "values.yaml", "cutover.sql", "Quota.java")
HOSTS = ("ledger", "quotes", "atlas", "harbor", "mosaic", "pylon", "quarry")
PRODUCTS = (
    "Redis Streams", "Apache Pulsar", "ClickHouse", "Temporal Cloud", "Terraform Cloud", "Google Pub/Sub",
    "TimescaleDB", "OpenSearch", "Argo Rollouts", "Cloudflare Workers", "RabbitMQ", "DynamoDB",
)  # fmt: skip
MONTHS = ("January", "February", "March", "April", "May", "June", "August", "September", "October", "November")
COMMANDS = (
    "make reindex SHARD={n} DRY_RUN=0",
    "kubectl rollout undo deploy/{host} -n prod-{n}",
    "alembic upgrade {hash}",
    "terraform apply -target=module.{host}_{n}",
    "pg_restore -j 4 -d {host}_{n} backup.dump",
)
CODES = ("ERR_QUOTA_{n}", "ORA-{five}", "SQLSTATE 40P{n:02d}", "E{five}", "PAY-{n}-DECLINED", "AUTH_{n}_EXPIRED")


def _hex(rng: random.Random, size: int) -> str:
    return "".join(rng.choice("0123456789abcdef") for _ in range(size - 2)) + "a7"


def _number(rng: random.Random) -> int:
    return rng.randint(11, 97)


def _five(rng: random.Random) -> int:
    return rng.randint(10234, 98765)


def path(rng: random.Random) -> str:
    return "/".join(rng.sample(FOLDERS, 2)) + f"/{_number(rng)}_{rng.choice(FILES)}"


def ticket(rng: random.Random) -> str:
    return f"{rng.choice(('OPS', 'INC', 'CASE', 'ORD', 'RMA', 'TKT'))}-{_five(rng)}"


def amount(rng: random.Random) -> str:
    whole, cents = rng.randint(1200, 9800), rng.randint(10, 99)
    return rng.choice(
        (f"${whole:,}.{cents}", f"€{whole}.{cents}", f"{whole}.{cents} EUR", f"USD {whole:,}", f"£{whole}")
    )


def date(rng: random.Random) -> str:
    day, month = rng.randint(2, 28), rng.choice(MONTHS)
    iso = f"2026-{rng.randint(1, 12):02d}-{day:02d}"
    return rng.choice((iso, f"{day} {month}", f"{month} {day}", f"{day} {month} 2027"))


def version(rng: random.Random) -> str:
    return rng.choice(("", "v")) + f"{rng.randint(1, 9)}.{rng.randint(10, 60)}.{rng.randint(0, 30)}"


def code(rng: random.Random) -> str:
    return rng.choice(CODES).format(n=_number(rng), five=_five(rng))


def email(rng: random.Random) -> str:
    return f"{rng.choice(FIRST).lower()}.{rng.choice(LAST).lower()}{_number(rng)}@example.com".replace("í", "i")


def url(rng: random.Random) -> str:
    return f"https://{rng.choice(HOSTS)}.example.org/{rng.choice(FOLDERS)}/{_five(rng)}"


def commit(rng: random.Random) -> str:
    return _hex(rng, rng.choice((8, 12)))


def command(rng: random.Random) -> str:
    return rng.choice(COMMANDS).format(n=_number(rng), host=rng.choice(HOSTS), hash=_hex(rng, 8))


def port(rng: random.Random) -> str:
    return str(rng.randint(3001, 9899))


def person(rng: random.Random) -> str:
    return f"{rng.choice(FIRST)} {rng.choice(LAST)}"


def product(rng: random.Random) -> str:
    return rng.choice(PRODUCTS)


def seconds(rng: random.Random) -> str:
    return rng.choice(
        (f"{_number(rng)} seconds", f"{_number(rng)} minutes", f"{_number(rng)} ms", f"{_number(rng)} GB")
    )


def reference(rng: random.Random) -> str:
    letters = "".join(rng.choice(string.ascii_uppercase) for _ in range(3))
    return f"{letters}{rng.randint(100, 999)}{rng.choice(string.ascii_uppercase)}"


def clock(rng: random.Random) -> str:
    hour, minute = rng.randint(7, 22), rng.choice((5, 10, 20, 25, 35, 40, 50, 55))
    return rng.choice((f"{hour}:{minute:02d}", f"{hour % 12 or 12}:{minute:02d} {'pm' if hour >= 12 else 'am'}"))


def phone(rng: random.Random) -> str:
    return rng.choice((f"0{rng.randint(151, 179)} 555 {_five(rng)}", f"+44 20 7946 0{rng.randint(100, 999)}"))


def codename(rng: random.Random) -> str:
    """A word that stands in no dictionary: Tavelo, Munika."""
    return "".join(f"{rng.choice('bdfgklmnprstvz')}{rng.choice('aeiou')}" for _ in range(3)).title()


def place(rng: random.Random) -> str:
    return (
        f"{rng.choice(('Harbour Street', 'Mill Lane', 'Linden Avenue', 'Quay Road', 'Orchard Close'))} {_number(rng)}"
    )


def count(rng: random.Random) -> str:
    return f"{_number(rng)} {rng.choice(('pallets', 'chairs', 'licences', 'parcels', 'guests', 'bottles'))}"


def share(rng: random.Random) -> str:
    return rng.choice((f"{_number(rng)}%", f"{rng.randint(2, 9)}.{rng.randint(1, 9)} percent"))


MAKERS: Mapping[str, Callable[[random.Random], str]] = {
    "path": path,
    "ticket": ticket,
    "amount": amount,
    "date": date,
    "version": version,
    "code": code,
    "email": email,
    "url": url,
    "commit": commit,
    "command": command,
    "port": port,
    "person": person,
    "product": product,
    "quantity": seconds,
    "reference": reference,
    "clock": clock,
    "phone": phone,
    "codename": codename,
    "place": place,
    "count": count,
    "share": share,
}
