"""The tables of policies."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, LargeBinary
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from compactd.storage.tables import UtcDateTime, metadata


class _PolicyTable(SQLModel, registry=registry(metadata=metadata)):
    """Keeps these tables out of SQLModel's global metadata."""


class PolicyRow(_PolicyTable, table=True):
    """`body` is the policy as JSON, `request` what it asks of Compact, as protobuf."""

    __tablename__ = "policies"
    __table_args__ = (Index(None, "namespace", "created_at", "id"),)

    id: str = Field(primary_key=True)
    namespace: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    body_bytes: int
    body: bytes = Field(sa_type=LargeBinary)
    request: bytes = Field(sa_type=LargeBinary)


class PolicySetRow(_PolicyTable, table=True):
    """How often the policies of a namespace were changed: an append reads it along, and knows by it whether those that
    its process has in memory are those that there are. A namespace that never had one has no row."""

    __tablename__ = "policy_sets"

    namespace: str = Field(primary_key=True)
    version: int = Field(sa_type=BigInteger)


POLICIES = metadata.tables["policies"]
POLICY_SETS = metadata.tables["policy_sets"]
