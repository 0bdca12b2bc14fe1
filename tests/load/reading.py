"""What AppendMessages has its worker read of a message, by itself: it is done to each one, whoever will summarize."""

import time
from itertools import chain

from compactd.extractive.reading.digest import encode_digest
from compactd.extractive.reading.reader import Reader
from compactd.message_protos import message_from_proto
from compactd.strategies.steps import finished
from tests.load import workload


def reading_cost(runs: int) -> float:
    """Milliseconds of CPU for one message, the least of so many runs over all that the loads append.

    Their sentences are out of 600, so that nearly all are known after the first messages: of the recorded conversations
    a half are, when they are read one after the other.
    """
    batches = map(workload.batch, range(workload.VARIANTS))
    messages = [message_from_proto(message, "message") for message in chain.from_iterable(batches)]
    spent = []
    for _ in range(runs):
        started = time.process_time()
        for digest in finished(Reader().read(messages)):
            encode_digest(digest)
        spent.append(time.process_time() - started)
    return min(spent) * 1000 / len(messages)
