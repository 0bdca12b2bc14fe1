"""What the application's tests share: the real tokenizer and worker."""

from collections.abc import Iterator

import pytest

from compactd.application.cpu_worker import CpuWorker
from compactd.summarizers.providers.table import openai_model
from compactd.tokenizers.counter import TiktokenTokenizer


@pytest.fixture(scope="session")
def worker() -> Iterator[CpuWorker]:
    worker = CpuWorker()
    yield worker
    worker.close()


@pytest.fixture(scope="session")
def tokenizer(worker: CpuWorker) -> TiktokenTokenizer:
    return TiktokenTokenizer(worker, openai_model)
