"""`python -m tests.dialect_rules [conversations]`: writes requests about so many random conversations (500) for each
model, and prints how many there were, and every rule that one broke."""

import sys
import tempfile
from pathlib import Path

import pytest

from compactd.summarizers.catalog import LitellmCatalog
from compactd.summarizers.model_table import ModelTable
from tests.dialect_rules import of_model
from tests.dialect_rules.written import HANDLES, RequestWriters, random_requests


def main(conversations: int) -> bool:
    """Whether no rule was broken."""
    requests = broken = 0
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as environment:
        writers = RequestWriters(LitellmCatalog(ModelTable.load()), Path(folder), environment)
        for handle in HANDLES:
            written = 0
            for number in range(conversations):
                for body in random_requests(handle, number, writers):
                    written += 1
                    for fault in of_model.faults(handle, body):
                        broken += 1
                        sys.stdout.write(f"{handle}, conversation {number}: {fault}\n")
            requests += written
            sys.stdout.write(f"{handle}: {written} requests\n")
    sys.stdout.write(f"{requests} requests, {broken} broken rules\n")
    return not broken


if __name__ == "__main__":
    sys.exit(not main(int(sys.argv[1]) if len(sys.argv) > 1 else 500))
