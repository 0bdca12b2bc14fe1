"""No case of the file is without a test."""

import re
from pathlib import Path

from tests.field.cases import field_cases, needs_cases

NAMED = re.compile(r'(?:messages_of|field_case)\("([BR]\d+)"\)')


@needs_cases
def test_every_case_of_the_file_is_named_by_a_test() -> None:
    named = {
        case for file in Path(__file__).parent.glob("test_*.py") for case in NAMED.findall(file.read_text("utf-8"))
    }
    assert sorted(set(field_cases()) - named) == []
