"""Prints how long it takes to find the identifiers of a megabyte: `python -m tests.quality.bench_ledger [--million]`.

CPU milliseconds of the whole reading at append (`digest`, of messages of 16 KB) and of the identifiers alone, and
microseconds for a message of the recorded conversations. With `--million` instead the append of a million characters
and their compaction by local/extractive, through a server on SQLite. Seeded: the same texts every time.
"""

import argparse
import asyncio
import gc
import json
import sys
import time
from collections.abc import Callable, Iterable
from itertools import chain, islice
from random import Random

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive.reading.digest import encode_digest
from compactd.extractive.reading.identifiers import identifiers_in
from compactd.extractive.reading.reader import Reader
from compactd.service import GC_THRESHOLD
from compactd.strategies.steps import finished
from tests.quality.ordinary import library_texts, ordinary_texts, recorded_texts
from tests.quality.served import Summarizer, add, begin, compacted, served

CHARACTERS = 1_000_000
MESSAGE = 16 * 1024
MESSAGES = 500
RUNS = 3
LANGUAGES_MET = 20_000
"""Characters of the prose in which each of its languages is met."""


def a_megabyte(texts: Iterable[str]) -> str:
    """As many of the texts as make one."""
    taken: list[str] = []
    size = 0
    for text in texts:
        taken.append(text)
        size += len(text) + 1
        if size >= CHARACTERS:
            break
    return "\n".join(taken)[:CHARACTERS]


def logs(random: Random) -> Iterable[str]:
    """Lines of a server, no two alike."""
    for number in range(CHARACTERS // 60):
        at = f"2026-03-{number % 28 + 1:02d}T{number % 24:02d}:{number % 60:02d}:00Z"
        request = f"GET /api/orders/{random.randrange(10**6)} 200 {random.randrange(900)}ms"
        yield f"{at} INFO req-{random.getrandbits(32):08x} {request} 10.0.{number % 250}.7"


def records(random: Random) -> Iterable[str]:
    """Lines that are JSON objects by themselves."""
    for number in range(CHARACTERS // 60):
        fields = {"order_id": f"ORD-{random.randrange(10**6)}", "total": f"{number % 900}.50 EUR", "note": "as agreed"}
        yield json.dumps({**fields, "created": f"2026-03-{number % 28 + 1:02d}"})


def texts() -> dict[str, tuple[Role, str]]:
    return {
        "prose in nine languages, code, logs": (Role.USER, a_megabyte(ordinary_texts(100_000))),
        "code": (Role.TOOL, a_megabyte(library_texts())),
        "JSON": (Role.TOOL, a_megabyte(records(Random(1)))),
        "logs": (Role.TOOL, a_megabyte(logs(Random(1)))),
    }


def cpu_ms(work: Callable[[], object]) -> float:
    """The least of some runs."""
    spent = []
    for _ in range(RUNS):
        started = time.process_time()
        work()
        spent.append((time.process_time() - started) * 1000)
    return min(spent)


def read_whole(role: Role, text: str) -> list[bytes]:
    pieces = (text[at : at + MESSAGE] for at in range(0, len(text), MESSAGE))
    return _read([ChatMessage(role, piece) for piece in pieces])


def _read(messages: list[ChatMessage]) -> list[bytes]:
    return [encode_digest(digest) for digest in finished(Reader().read(messages))]


async def a_million() -> list[str]:
    """Milliseconds, by the clock and of CPU (client and server), of the append of 500 messages of 2,000 characters
    each, users' and the assistant's by turns, prose, code, JSON and logs, and of their compaction."""
    kinds = [text for _, text in texts().values()]
    size = CHARACTERS // MESSAGES
    pieces = [kinds[number % len(kinds)][number * size : (number + 1) * size] for number in range(MESSAGES)]
    messages = [ChatMessage((Role.USER, Role.ASSISTANT)[number % 2], piece) for number, piece in enumerate(pieces)]
    lines = [f"{sum(map(len, pieces)):,} characters in {MESSAGES} messages {'clock':>8} {'CPU':>8}  (ms)"]
    async with served() as (client, _):
        # What is loaded and compiled once has been, that of the nine languages too, as in a server that has served.
        before = await begin(client, Summarizer.EMBEDDED)
        met = (kinds[0][-LANGUAGES_MET:], kinds[1][:size], kinds[1][-size:])
        await add(client, before, [ChatMessage(Role.USER, piece) for piece in met])
        await compacted(client, before)
        # The collector of garbage as well: by Python's own figures it takes a quarter of the CPU of a process that
        # holds as much as this one, and a server does not leave it at them (`Service.warm`).
        gc.collect()
        gc.freeze()
        gc.set_threshold(GC_THRESHOLD)
        conversation = await begin(client, Summarizer.EMBEDDED)
        for name, work in (
            ("append", lambda: add(client, conversation, messages)),
            ("compact", lambda: compacted(client, conversation)),
        ):
            began, spent = time.perf_counter(), time.process_time()
            await work()
            clock, cpu = time.perf_counter() - began, time.process_time() - spent
            lines.append(f"{name:<38} {clock * 1000:8.0f} {cpu * 1000:8.0f}")
    return lines


def of_megabytes() -> list[str]:
    lines = [f"{'a megabyte of':<38} {'identifiers':>12} {'digest':>8}  (ms)"]
    for name, (role, text) in texts().items():
        alone = cpu_ms(lambda text=text: identifiers_in(text))  # type: ignore[misc]  # bound, for each is done at once
        read = cpu_ms(lambda role=role, text=text: read_whole(role, text))  # type: ignore[misc]  # as above
        lines.append(f"{name:<38} {alone:12.0f} {read:8.0f}")
    recorded = [ChatMessage(Role.USER, text) for text in islice(chain(recorded_texts()), 2_000)]
    if recorded:
        lines.append(f"a recorded message: {cpu_ms(lambda: _read(recorded)) * 1000 / len(recorded):.0f} µs")
    return lines


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--million", action="store_true", help="append and compact through a server")
    lines = asyncio.run(a_million()) if arguments.parse_args().million else of_megabytes()
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
