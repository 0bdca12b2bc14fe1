"""The cases from the field, where ../shared/data is there."""

import json
from functools import cache
from typing import Any

import pytest

from tests.builders.conversations import NO_RECORDED, RECORDED

CASES = RECORDED.with_name("field-cases.jsonl")

needs_cases = pytest.mark.skipif(not CASES.is_file(), reason=NO_RECORDED)


@cache
def field_cases() -> dict[str, dict[str, Any]]:
    """Each case by its id."""
    lines = CASES.read_text(encoding="utf-8").splitlines()
    return {case["id"]: case for case in map(json.loads, lines)}


def messages_of(case: str) -> Any:
    """What the case gives: a list of messages, several of them, or a recipe in words."""
    return field_cases()[case]["messages"]
