"""What interceptors fill in of a call."""

from dataclasses import fields, replace
from typing import Any

from compactd.domain.principal import LOCAL_PRINCIPAL
from compactd.rpc.call import Call


def test_what_is_filled_in_is_all_that_changes() -> None:
    own_values: dict[str, Any] = {field.name: object() for field in fields(Call)}
    call = Call(**own_values)
    assert call.named("mine") == replace(call, call_id="mine")
    assert call.by(LOCAL_PRINCIPAL) == replace(call, principal=LOCAL_PRINCIPAL)
