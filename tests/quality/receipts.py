"""What receipts say: the share of the evicted identifiers that a summary retains, by the ledger's own definition."""

import random
from collections.abc import Sequence

from compactd.domain.messages import ChatMessage
from compactd.extractive.ledger.receipt import named_in, outcome_of
from compactd.extractive.reading.reader import Reader
from compactd.strategies.steps import finished
from tests.quality import hosts
from tests.quality.compare import Case, Verdict, rows_at
from tests.quality.conversations import plant
from tests.quality.rows import Row

BUDGET = 0.10


def rows(seeds: int) -> list[Row]:
    cases = [
        _case(messages)
        for seed in range(seeds)
        for messages in (plant(seed).messages, tuple(hosts.host(random.Random(f"receipts/{seed}"))))
    ]
    return rows_at("identifiers retained, by receipts", cases, BUDGET)


def _case(messages: Sequence[ChatMessage]) -> Case:
    reader = Reader()
    evicted = finished(named_in(finished(reader.read(messages))))

    def judge(summary: str) -> Verdict:
        written = finished(reader.identifiers_in(summary))
        receipt = finished(outcome_of(evicted, (), summary, written)).receipt(0)
        return Verdict(receipt.retained / receipt.evicted if receipt.evicted else 1.0)

    return Case(tuple(messages), judge)
