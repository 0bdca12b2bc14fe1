"""What the limits of providers leave: a row for each credential, which processes change one after the other."""

import os

import msgspec
from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects import postgresql

from compactd.domain.allowance import FRESH, Allowance, Grant, Report
from compactd.domain.permit_grants import grant
from compactd.domain.provider_limits import ProviderLimits
from compactd.ports.provider_limits import CredentialKey
from compactd.storage.database_clock import NOW
from compactd.storage.statements import Statement
from compactd.storage.usage_tables import PROVIDER_ALLOWANCES, SECRETS

CREDENTIALS = "credentials"
"""The name of the secret that credentials are hashed with."""

_A = PROVIDER_ALLOWANCES.c
_S = SECRETS.c

# SQLite understands what is written for PostgreSQL here.
_ADD_SECRET = Statement(postgresql.insert(SECRETS).on_conflict_do_nothing())
_SECRET = Statement(select(_S.secret).where(_S.name == bindparam("of_name")))
_OF_KEY = (_A.provider == bindparam("of_provider"), _A.credential == bindparam("of_credential"))
_LOCK = Statement(select(_A.body, NOW).where(*_OF_KEY).with_for_update())
_ADD = Statement(postgresql.insert(PROVIDER_ALLOWANCES).on_conflict_do_nothing())
_CHANGE = Statement(update(PROVIDER_ALLOWANCES).where(*_OF_KEY).values(body=bindparam("new_body")))

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Allowance)


def credential_secret(connection: Connection) -> bytes:
    _ADD_SECRET.run(connection, {"name": CREDENTIALS, "secret": os.urandom(32)})
    return bytes(_SECRET.value(connection, {"of_name": CREDENTIALS}))


def take_permits(connection: Connection, key: CredentialKey, limits: ProviderLimits, report: Report) -> Grant:
    of_key = {"of_provider": key.provider, "of_credential": key.credential}
    row = _LOCK.row(connection, of_key)
    if row is None:
        fresh = {"provider": key.provider, "credential": key.credential, "body": _encoder.encode(FRESH)}
        _ADD.run(connection, fresh)
        # It may be another process's by now.
        [row] = _LOCK.rows(connection, of_key)
    body, now = row
    changed, granted = grant(_decoder.decode(body), limits, report, now)
    _CHANGE.run(connection, {**of_key, "new_body": _encoder.encode(changed)})
    return granted
