"""`compactd migrate`: brings a database to this version's tables."""

from compactd.storage.engines import postgresql_engine, sqlite_engine
from compactd.storage.schema import upgrade
from compactd.storage.urls import parse_url
