"""What the tests of limits share."""

import grpc

from tests.rpc.failures import Failure

# Written out, since parameters are part of a test's name, which has to be the same in every process of a parallel run.
SOME_UUID = "a4aaf5c2-4dd2-4e62-b8e0-28d996163f25"
CONVERSATION = f"conv-{SOME_UUID}"
AGENT = f"agent-{SOME_UUID}"
NAN, INFINITY = float("nan"), float("inf")
KIB, MIB = 1024, 1024 * 1024


def assert_names(failed: Failure, *paths: str) -> None:
    assert failed.code is grpc.StatusCode.INVALID_ARGUMENT
    assert failed.reason == "INVALID_FIELD"
    assert failed.fields == paths
    assert all(description.endswith(".") and len(description) > 10 for description in failed.descriptions)
    assert failed.metadata == {"field": paths[0], "description": failed.descriptions[0]}
    assert failed.sentence == f"{paths[0]}: {failed.descriptions[0]}"
