"""Several observers are told the same, in their order."""

import inspect

from structlog.testing import capture_logs

from compactd.ports.observer import Observer
from compactd.telemetry.observers import Observers

TOLD = [name for name, _ in inspect.getmembers(Observer, inspect.isfunction) if not name.startswith("_")]


class Writing:
    """Writes down under its own name whatever it is told."""

    def __init__(self, name: str, page: list[tuple[str, str, object]]) -> None:
        for told in TOLD:
            setattr(self, told, self._writer(name, told, page))

    @staticmethod
    def _writer(name: str, told: str, page: list[tuple[str, str, object]]) -> object:
        return lambda *what: page.append((name, told, what))


def test_each_of_them_is_told_all_that_there_is_to_tell() -> None:
    page: list[tuple[str, str, object]] = []
    observers = Observers([Writing("first", page), Writing("second", page)])  # type: ignore[list-item]
    for told in TOLD:
        method = getattr(observers, told)
        what = tuple(object() for _ in inspect.signature(method).parameters)
        method(*what)
        assert page[-2:] == [("first", told, what), ("second", told, what)]
    assert len(page) == 2 * len(TOLD) > 0


class Broken:
    """Cannot write down whatever it is told."""

    def __getattr__(self, told: str) -> object:
        def fail(*_: object) -> None:
            raise UnicodeEncodeError("utf-8", "\ud800", 0, 1, told)

        return fail


def test_one_that_fails_breaks_neither_what_it_is_told_of_nor_the_others_and_is_logged_once() -> None:
    page: list[tuple[str, str, object]] = []
    observers = Observers([Broken(), Writing("second", page)])  # type: ignore[list-item]
    with capture_logs() as logged:
        for told in TOLD * 2:
            method = getattr(observers, told)
            method(*[object() for _ in inspect.signature(method).parameters])
    assert [told for _, told, _ in page] == TOLD * 2
    assert [(line["event"], line["observer"], line["told"]) for line in logged] == [
        ("observer failed", "Broken", told) for told in TOLD
    ]
