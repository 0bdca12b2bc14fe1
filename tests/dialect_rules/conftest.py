"""Requests are written with throwaway credentials; what is sent goes to a server on loopback."""

from collections.abc import Iterator

import pytest

from compactd.summarizers.catalog import LitellmCatalog
from compactd.summarizers.model_table import ModelTable
from tests.dialect_rules.written import RequestWriters


@pytest.fixture(scope="session")
def writers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RequestWriters]:
    with pytest.MonkeyPatch.context() as environment:
        yield RequestWriters(LitellmCatalog(ModelTable.load()), tmp_path_factory.mktemp("logins"), environment)
