"""What every test of this folder is: one that starts processes."""

import pytest

from tests.postgres import *  # noqa: F403


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/tests/deploy/" in item.path.as_posix():
            item.add_marker(pytest.mark.process)
