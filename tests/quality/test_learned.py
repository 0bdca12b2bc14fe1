"""The weights in the service are those that the commands write: whoever changes a corpus, or what is looked at in a
sentence, learns anew, and sees by the other tests what becomes of it."""

from types import ModuleType

import pytest

from tests.quality import fit_open, fit_replies, fit_standing, fit_voiding, fit_wishes

pytestmark = [pytest.mark.process, pytest.mark.timeout(480)]


@pytest.mark.parametrize("command", [fit_voiding, fit_open, fit_standing, fit_wishes, fit_replies])
def test_the_weights_are_those_that_the_command_writes(command: ModuleType) -> None:
    # Not compared by pytest, which would print how two files of ten thousand lines differ.
    is_same = command.made() == command.FILE.read_text(encoding="utf-8")
    assert is_same, f"python -m {command.__name__} writes another {command.FILE.name}."
