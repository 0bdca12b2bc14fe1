"""Observed token ratios: a row for each model and tokenizer, of a namespace or shared."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, delete, select, tuple_, update
from sqlalchemy.dialects import postgresql

from compactd.domain.token_ratios import Observation, TokenRatio, after_all
from compactd.ports.token_ratios import MOST_RATIOS, SHARED, RatioKey
from compactd.storage.statements import Statement
from compactd.storage.usage_tables import TOKEN_RATIOS

_R = TOKEN_RATIOS.c
_FIGURES = (_R.ratio, _R.weight)
_OF_KEY = (
    _R.namespace == bindparam("of_namespace"),
    _R.model == bindparam("of_model"),
    _R.tokenizer == bindparam("with_tokenizer"),
)
_READ = Statement(
    select(_R.namespace, _R.model, _R.tokenizer, *_FIGURES)
    .where(_R.namespace.in_((bindparam("namespace"), bindparam("shared"))))
    .order_by(_R.updated_at.desc())
    .limit(2 * MOST_RATIOS)
)
# SQLite understands what is written for PostgreSQL here.
_INSERT = Statement(postgresql.insert(TOKEN_RATIOS).on_conflict_do_nothing())
_LOCK = Statement(select(*_FIGURES).where(*_OF_KEY).with_for_update())
_UPDATE = Statement(
    update(TOKEN_RATIOS)
    .where(*_OF_KEY)
    .values(ratio=bindparam("new_ratio"), weight=bindparam("new_weight"), updated_at=bindparam("now"))
)


def remove_oldest(most: int) -> Statement:
    """Removes those of a namespace that were observed longest ago, but for so many."""
    newest_first = (_R.updated_at.desc(), _R.model, _R.tokenizer)
    in_namespace = _R.namespace == bindparam("of_namespace")
    oldest = select(_R.model, _R.tokenizer).where(in_namespace).order_by(*newest_first).limit(most).offset(most)
    return Statement(delete(TOKEN_RATIOS).where(in_namespace, tuple_(_R.model, _R.tokenizer).in_(oldest)))


_REMOVE_OLDEST = remove_oldest(MOST_RATIOS)


def read_token_ratios(connection: Connection, namespace: str) -> dict[RatioKey, TokenRatio]:
    rows = _READ.rows(connection, {"namespace": namespace, "shared": SHARED})
    return {RatioKey(*key): TokenRatio(ratio, weight) for *key, ratio, weight in rows}


def add_observations(
    connection: Connection, namespace: str, seen: Mapping[RatioKey, Sequence[Observation]]
) -> dict[RatioKey, TokenRatio]:
    # In one order, so that two that add to the same rows wait for each other and not both for ever.
    keys: Sequence[RatioKey] = sorted(seen, key=lambda key: (key.model, key.tokenizer))
    now = datetime.now(UTC)
    ratios: dict[RatioKey, TokenRatio] = {}
    inserted = False
    for key in keys:
        of_key = {"of_namespace": namespace, "of_model": key.model, "with_tokenizer": key.tokenizer}
        nothing = {"namespace": namespace, "model": key.model, "tokenizer": key.tokenizer, "ratio": 0.0, "weight": 0.0}
        inserted |= bool(_INSERT.run(connection, {**nothing, "updated_at": now}))
        ratio, weight = _LOCK.row(connection, of_key) or (0.0, 0.0)
        after = after_all(TokenRatio(ratio, weight) if weight else None, seen[key])
        if after is not None:
            ratios[key] = after
            _UPDATE.run(connection, {**of_key, "new_ratio": after.ratio, "new_weight": after.weight, "now": now})
    if inserted:
        _REMOVE_OLDEST.run(connection, {"of_namespace": namespace})
    return ratios
