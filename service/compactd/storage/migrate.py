"""Brings a database to the tables of this version."""

from sqlalchemy.exc import DBAPIError

from compactd.domain.errors import StoreUnavailable
from compactd.storage.engines import connect_engines
from compactd.storage.partitions import partition_messages
from compactd.storage.schema import upgrade
from compactd.storage.urls import parse_url


def migrate(url: str, partitions: int = 0) -> None:
    """Upgrades the database of the URL (forms: `parse_url`) to the newest revision, creating its tables if need be, and
    moves messages into so many `partitions` (`partition_messages`), if any are asked for.

    Nothing happens of what is there already. WrongSetting for a URL that cannot be used, StoreUnavailable for a
    database that cannot be. Blocks.
    """
    engines = connect_engines(parse_url(url), connections=1, prepared_statements=False, durable=True)
    try:
        with engines.writer.begin() as connection:
            upgrade(connection)
            if partitions:
                partition_messages(connection, partitions)
    except DBAPIError as error:
        if engines.is_away(error):
            raise StoreUnavailable from error
        raise
    finally:
        engines.reader.dispose()
        engines.writer.dispose()
