"""What libraries say in the log."""

import logging

import pytest

from compactd.log import configure_logging


def test_an_answer_whose_caller_has_just_gone_is_no_error(as_before: None, caplog: pytest.LogCaptureFixture) -> None:
    configure_logging("info")
    grpc = logging.getLogger("grpc._cython.cygrpc")
    grpc.error("ExecuteBatchError raised in core by servicer method [%s]", "/compaction.v1.CompactionService/Compact")
    grpc.error("Exception in servicer method [%s]", "/compaction.v1.CompactionService/Compact")
    assert caplog.messages == ["Exception in servicer method [/compaction.v1.CompactionService/Compact]"]
