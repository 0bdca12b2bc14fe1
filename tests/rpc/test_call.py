"""What interceptors fill in of a call."""

from dataclasses import fields, replace
from typing import Any

import pytest

from compactd.domain.principal import LOCAL_PRINCIPAL
from compactd.rpc.call import Call


def test_what_is_filled_in_is_all_that_changes() -> None:
    own_values: dict[str, Any] = {field.name: object() for field in fields(Call)}
    call = Call(**own_values)
    assert call.by(LOCAL_PRINCIPAL) == replace(call, principal=LOCAL_PRINCIPAL)


@pytest.mark.parametrize("name", ["grpc-previous-rpc-attempts", "x-stainless-retry-count"])
@pytest.mark.parametrize(("count", "is_repeat"), [("0", False), ("1", True), ("12", True), ("", False), ("x", False)])
def test_a_call_says_that_it_is_a_repeat(name: str, count: str, *, is_repeat: bool) -> None:
    assert Call("/a.B/C", {name: count}).is_repeat is is_repeat
    assert not Call("/a.B/C", {}).is_repeat
