"""The service config that is published for gRPC clients repeats what can be repeated, and nothing else."""

import json
from importlib.resources import files

from compactd.rpc.contract import SERVICE_DESCRIPTORS

CONFIG = json.loads(files("compaction.v1").joinpath("service_config.json").read_bytes())


def test_reads_are_repeated_and_no_writes() -> None:
    (repeated,) = CONFIG["methodConfig"]
    assert repeated["retryPolicy"]["retryableStatusCodes"] == ["UNAVAILABLE"]
    assert {(name["service"], name["method"]) for name in repeated["name"]} == {
        (service.full_name, method.name)
        for service in SERVICE_DESCRIPTORS
        for method in service.methods
        if method.name.startswith(("Get", "List", "Preview", "Watch", "Search"))
    }
