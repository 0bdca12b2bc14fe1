"""The tables of what models have taken, and of what namespaces and providers allow."""

from datetime import datetime

from sqlalchemy import Double, LargeBinary
from sqlmodel import Field

from compactd.storage.table_base import Table, UtcDateTime, metadata


class TokenRatioRow(Table, table=True):
    """How many tokens of the model's own one token counted by `tokenizer` has stood for; `weight` counted tokens stand
    behind it. The empty namespace is the service's own (`ports.token_ratios.SHARED`)."""

    __tablename__ = "token_ratios"

    namespace: str = Field(primary_key=True)
    model: str = Field(primary_key=True)
    tokenizer: str = Field(primary_key=True)
    ratio: float = Field(sa_type=Double)
    weight: float = Field(sa_type=Double)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class ModelSpendRow(Table, table=True):
    """What models have cost a namespace that has a limit, on a day (since 1970, UTC), in US dollars."""

    __tablename__ = "model_spends"

    namespace: str = Field(primary_key=True)
    day: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    usd: float = Field(sa_type=Double)


class SpendReservationRow(Table, table=True):
    """What a compaction that runs may cost, held back from that day until it has ended, or its time is over."""

    __tablename__ = "spend_reservations"

    namespace: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    day: int
    usd: float = Field(sa_type=Double)
    held_until: float = Field(sa_type=Double)


class ProviderAllowanceRow(Table, table=True):
    """What the limits of a provider leave of one credential, which stands here as a hash that is keyed with a secret of
    this database."""

    __tablename__ = "provider_allowances"

    provider: str = Field(primary_key=True)
    credential: bytes = Field(primary_key=True, sa_type=LargeBinary)
    body: bytes = Field(sa_type=LargeBinary)


class SecretRow(Table, table=True):
    """What was made by chance for this database alone, such as the key of hashes that nobody shall look up."""

    __tablename__ = "secrets"

    name: str = Field(primary_key=True)
    secret: bytes = Field(sa_type=LargeBinary)


TOKEN_RATIOS = metadata.tables["token_ratios"]
MODEL_SPENDS = metadata.tables["model_spends"]
SPEND_RESERVATIONS = metadata.tables["spend_reservations"]
PROVIDER_ALLOWANCES = metadata.tables["provider_allowances"]
SECRETS = metadata.tables["secrets"]
