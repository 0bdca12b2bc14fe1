"""A PostgreSQL, and what every test here is."""

import pytest

from tests.postgres import *  # noqa: F403


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/process/" in item.path.as_posix():
            item.add_marker(pytest.mark.process)
