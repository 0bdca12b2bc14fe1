"""Brings a database to the tables of this version."""

from sqlalchemy.exc import DBAPIError

from compactd.domain.errors import StoreUnavailable
from compactd.storage.engines import connect_engines
from compactd.storage.schema import upgrade
from compactd.storage.urls import parse_url


def migrate(url: str) -> None:
    """Upgrades the database of the URL (forms: `parse_url`) to the newest revision, creating its tables if need be.

    Nothing happens if it is there already. ValueError for a URL that cannot be read, StoreUnavailable if the database
    cannot be used. Blocks.
    """
    engines = connect_engines(parse_url(url), connections=1, prepared_statements=False, durable=True)
    try:
        with engines.writer.begin() as connection:
            upgrade(connection)
    except DBAPIError as error:
        if engines.is_away(error):
            raise StoreUnavailable from error
        raise
    finally:
        engines.reader.dispose()
        engines.writer.dispose()
